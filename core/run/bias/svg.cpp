#include "core/run/bias/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/run/bias/html_parts.h"
#include "core/run/bias/words.h"

namespace gaplab::bias {
namespace {

std::string open(const std::string& id, double width, double height, const std::string& title, const std::string& description) {
    return fmt::format(
        "<svg id=\"{0}\" role=\"img\" aria-labelledby=\"{0}-title {0}-text\" viewBox=\"0 0 {1:.0f} {2:.0f}\" "
        "width=\"{1:.0f}\" height=\"{2:.0f}\">\n<title id=\"{0}-title\">{3}</title>\n<desc id=\"{0}-text\">{4}</desc>\n",
        id, width, height, escaped(title), escaped(description));
}

std::string text(double x, double y, const std::string& words, const char* anchor = "start", const char* kind = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor,
                       *kind ? fmt::format(" class=\"{}\"", kind) : "", escaped(words));
}

std::string line(double x1, double y1, double x2, double y2, const char* kind) {
    return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2, kind);
}

std::string diamond(double x, double y, double r, const char* kind) {
    return fmt::format("<path d=\"M{:.1f} {:.1f}l{r:.1f} {r:.1f}l-{r:.1f} {r:.1f}l-{r:.1f} -{r:.1f}z\" class=\"{}\"/>", x, y - r,
                       kind, fmt::arg("r", r));
}

std::string circle(double x, double y, double r, const char* kind) {
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"{}\"/>", x, y, r, kind);
}

/// The first characters of a name that is too long for its place.
std::string shortened(const std::string& name, size_t characters) {
    size_t seen = 0;
    for (size_t i = 0; i < name.size(); ++i)
        if ((static_cast<unsigned char>(name[i]) & 0xc0) != 0x80 && seen++ == characters) return name.substr(0, i) + "…";
    return name;
}

// --- bars

constexpr double barLabels = 150, barPlot = 440, barRow = 16, barTop = 44;

double barX(double share) {
    return barLabels + barPlot * share;
}

std::string barLegend(bool teacher, bool baseline, bool moved) {
    std::string legend = fmt::format("<rect x=\"{}\" y=\"6\" width=\"14\" height=\"8\" class=\"student\"/>", barLabels) +
                         text(barLabels + 19, 14, "student");
    double x = barLabels + 85;
    if (teacher) legend += diamond(x, 10, 5, "teacher") + text(x + 10, 14, "teacher"), x += 80;
    if (baseline) legend += circle(x, 10, 4, "baseline") + text(x + 10, 14, "student alone"), x += 115;
    if (moved) legend += text(x, 14, "▲ up, ▼ down beyond noise");
    return legend;
}

std::string barTicks(double height) {
    std::string ticks;
    for (int percent = 0; percent <= 100; percent += 20) {
        ticks += line(barX(percent / 100.0), barTop - 6, barX(percent / 100.0), height - 6, "grid");
        ticks += text(barX(percent / 100.0), barTop - 10, fmt::format("{} %", percent), "middle", "small");
    }
    return ticks;
}

std::string barOf(const BiasPart& part, double y) {
    std::string bar =
        fmt::format("<g><title>{}</title>", escaped(part.name)) + text(barLabels - 6, y + 11, shortened(part.name, 20), "end");
    if (part.student.value)
        bar += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"student\"/>", barLabels,
                           y + 3, barPlot * *part.student.value, barRow - 6);
    if (part.student.interval)
        bar += line(barX(part.student.interval->low), y + 8, barX(part.student.interval->high), y + 8, "interval");
    if (part.baseline.value) bar += circle(barX(*part.baseline.value), y + 8, 4, "baseline");
    if (part.teacher.value) bar += diamond(barX(*part.teacher.value), y + 8, 5, "teacher");
    std::string words = percentText(part.student.value);
    if (part.movement.moved == fairness::Moved::Up) words += " ▲ up";
    if (part.movement.moved == fairness::Moved::Down) words += " ▼ down";
    return bar + text(barLabels + barPlot + 12, y + 11, words) + "</g>\n";
}

std::string barsDescription(const std::vector<const BiasPart*>& sorted) {
    if (sorted.empty() || !sorted.front()->student.value) return "No part has images enough.";
    const auto last =
        std::ranges::find_if(sorted.rbegin(), sorted.rend(), [](const BiasPart* part) { return part->student.enough(); });
    return fmt::format("Share right of the student from {} ({}) to {} ({}). The table below has every value.",
                       sorted.front()->name, percentText(sorted.front()->student.value), (*last)->name,
                       percentText((*last)->student.value));
}

// --- points

constexpr double plotLeft = 64, plotTop = 14, plotSide = 380, plotHeight = 300;

struct Axis {
    double low = 0, high = 0, step = 1;  ///< points
};

/// About five round steps around the values.
Axis axisOf(double low, double high) {
    const double span = std::max(high - low, 1.0);
    const double power = std::pow(10, std::floor(std::log10(span / 5)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (span / (factor * power) <= 6) {
            step = factor * power;
            break;
        }
    return {std::floor(low / step) * step, std::ceil(high / step) * step, step};
}

struct Frame {
    Axis x, y;
    double left(double value) const { return plotLeft + plotSide * (value - x.low) / (x.high - x.low); }
    double top(double value) const { return plotTop + plotHeight * (y.high - value) / (y.high - y.low); }
};

Frame frameOf(const std::vector<fairness::PropagationResult::Point>& points) {
    double left = 0, right = 0, bottom = 0, top = 0;
    for (const auto& point : points) {
        left = std::min(left, 100 * point.weakness), right = std::max(right, 100 * point.weakness);
        bottom = std::min(bottom, 100 * point.shift), top = std::max(top, 100 * point.shift);
    }
    return {axisOf(left, right), axisOf(bottom, top)};
}

std::string axes(const Frame& frame) {
    std::string drawn;
    const double right = plotLeft + plotSide, bottom = plotTop + plotHeight;
    for (double value = frame.x.low; value <= frame.x.high + frame.x.step / 2; value += frame.x.step) {
        drawn += line(frame.left(value), plotTop, frame.left(value), bottom, "grid");
        drawn += text(frame.left(value), bottom + 15, fmt::format("{:g}", std::round(value / frame.x.step) * frame.x.step),
                      "middle", "small");
    }
    for (double value = frame.y.low; value <= frame.y.high + frame.y.step / 2; value += frame.y.step) {
        drawn += line(plotLeft, frame.top(value), right, frame.top(value), "grid");
        drawn += text(plotLeft - 6, frame.top(value) + 4, fmt::format("{:g}", std::round(value / frame.y.step) * frame.y.step),
                      "end", "small");
    }
    drawn +=
        line(frame.left(0), plotTop, frame.left(0), bottom, "axis") + line(plotLeft, frame.top(0), right, frame.top(0), "axis");
    drawn += text(plotLeft + plotSide / 2, bottom + 34, "teacher's accuracy minus its mean (points; left: weak)", "middle");
    return drawn +
           fmt::format(
               "<text transform=\"translate(14 {:.0f}) rotate(-90)\" text-anchor=\"middle\">student's shift (points)</text>\n",
               plotTop + plotHeight / 2);
}

/// Through the middle of the points, where the frame holds it.
std::string slopeLine(const Frame& frame, const BiasPropagation& told) {
    if (!told.result.slope.value || told.result.points.empty()) return {};
    double x = 0, y = 0;
    for (const auto& point : told.result.points) {
        x += 100 * point.weakness / static_cast<double>(told.result.points.size());
        y += 100 * point.shift / static_cast<double>(told.result.points.size());
    }
    const double slope = *told.result.slope.value;
    double from = frame.x.low, to = frame.x.high;
    if (slope != 0) {
        const double one = x + (frame.y.low - y) / slope, other = x + (frame.y.high - y) / slope;
        from = std::max(from, std::min(one, other)), to = std::min(to, std::max(one, other));
    }
    return line(frame.left(from), frame.top(y + slope * (from - x)), frame.left(to), frame.top(y + slope * (to - x)), "slope");
}

// --- heat maps

constexpr double mapSide = 230, mapGap = 30, mapTop = 24, mapLabels = 90;
constexpr size_t mostNamedRows = 20;                             ///< more names than that do not fit beside the rows
constexpr std::array levels = {0.02, 0.05, 0.1, 0.2, 0.4, 0.7};  ///< shares of a class's images from which a shade is used

using Matrix = std::vector<std::vector<double>>;

Matrix rowShares(const Matrix& counts) {
    Matrix shares = counts;
    for (auto& row : shares) {
        double sum = 0;
        for (const double count : row)
            sum += count;
        for (double& count : row)
            count = sum > 0 ? count / sum : 0;
    }
    return shares;
}

/// All cells of a shade are one path, so that a hundred classes stay a small file.
std::string shades(const Matrix& shares, double left, const char* kind, double sign) {
    const double side = mapSide / static_cast<double>(shares.size());
    std::array<std::string, levels.size()> paths;
    for (size_t r = 0; r < shares.size(); ++r)
        for (size_t c = 0; c < shares.size(); ++c) {
            const auto level = std::ranges::upper_bound(levels, sign * shares[r][c]) - levels.begin();
            if (level > 0)
                paths[static_cast<size_t>(level) - 1] +=
                    fmt::format("M{:.4g} {:.4g}h{:.3g}v{:.3g}h-{:.3g}z", left + side * static_cast<double>(c),
                                mapTop + side * static_cast<double>(r), side, side, side);
        }
    std::string drawn;
    for (size_t level = 0; level < levels.size(); ++level)
        if (!paths[level].empty())
            drawn += fmt::format("<path d=\"{}\" class=\"{}\" fill-opacity=\"{:.2f}\"/>\n", paths[level], kind,
                                 static_cast<double>(level + 1) / levels.size());
    return drawn;
}

std::string mapFrame(double left, const std::string& title) {
    return text(left + mapSide / 2, mapTop - 8, title, "middle") +
           fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"frame\"/>\n", left, mapTop,
                       mapSide, mapSide) +
           text(left + mapSide / 2, mapTop + mapSide + 16, "answer, in the order of classes", "middle", "small");
}

std::string rowNames(const std::vector<std::string>& names, double left) {
    const double side = mapSide / static_cast<double>(names.size());
    std::string drawn;
    for (size_t r = 0; r < names.size(); ++r)
        drawn += text(left - 5, mapTop + side * (static_cast<double>(r) + 0.5) + 4, shortened(names[r], 12), "end", "small");
    return drawn;
}

Matrix difference(const Matrix& one, const Matrix& other) {
    Matrix result = one;
    for (size_t r = 0; r < result.size(); ++r)
        for (size_t c = 0; c < result.size(); ++c)
            result[r][c] -= other[r][c];
    return result;
}

}  // namespace

std::vector<const BiasPart*> byRisingAccuracy(const std::vector<BiasPart>& parts) {
    std::vector<const BiasPart*> sorted;
    for (const BiasPart& part : parts)
        sorted.push_back(&part);
    std::ranges::stable_sort(sorted, {}, [](const BiasPart* part) { return part->student.value.value_or(2); });
    return sorted;
}

std::string barsFigure(const std::string& id, const std::string& title, const std::vector<BiasPart>& parts) {
    const std::vector<const BiasPart*> sorted = byRisingAccuracy(parts);
    const auto any = [&](auto has) { return std::ranges::any_of(parts, has); };
    const double height = barTop + barRow * static_cast<double>(parts.size()) + 8;
    std::string figure = open(id, barLabels + barPlot + 140, height, title, barsDescription(sorted)) + barTicks(height) +
                         barLegend(any([](const BiasPart& part) { return part.teacher.enough(); }),
                                   any([](const BiasPart& part) { return part.baseline.enough(); }),
                                   any([](const BiasPart& part) { return part.movement.images > 0; }));
    double y = barTop - 6;
    for (const BiasPart* part : sorted) {
        figure += barOf(*part, y);
        y += barRow;
    }
    return figure + "</svg>\n";
}

std::string propagationFigure(const std::string& id, const BiasPropagation& told) {
    const Frame frame = frameOf(told.result.points);
    std::string figure =
        open(id, plotLeft + plotSide + 20, plotTop + plotHeight + 44, fmt::format("Propagation over {}", toText(told.over)),
             told.verdict + " Each point is one of the " + toText(told.over) + ".") +
        axes(frame);
    for (size_t i = 0; i < told.result.points.size(); ++i) {
        const auto& point = told.result.points[i];
        figure += fmt::format("<g><title>{}: {}, {}</title>{}</g>\n", escaped(told.names[i]), pointsText(point.weakness, true),
                              pointsText(point.shift, true),
                              circle(frame.left(100 * point.weakness), frame.top(100 * point.shift), 4, "point"));
    }
    return figure + slopeLine(frame, told) + "</svg>\n";
}

std::string confusionFigure(const std::string& id, const BiasReport& report) {
    const Matrix student = rowShares(report.student.confusion);
    const bool isNamed = student.size() <= mostNamedRows;
    const double first = isNamed ? mapLabels : 10, step = mapSide + mapGap, maps = report.teacher ? 3 : 1;
    std::string figure = open(id, first + maps * step, mapTop + mapSide + 24, "Confusion: which class is taken for which",
                              fmt::format("Rows are true classes, columns answers; the darker, the larger the share of the "
                                          "class's images. The student has {} "
                                          "of its images on the diagonal{}. The table of confusions lists the largest.",
                                          percentText(report.student.accuracy.value),
                                          report.teacher ? ", the teacher " + percentText(report.teacher->accuracy.value) : "")) +
                         (isNamed ? rowNames(report.classNames, first) : "") + mapFrame(first, "student") +
                         shades(student, first, "heat", 1);
    if (!report.teacher) return figure + "</svg>\n";
    const Matrix teacher = rowShares(report.teacher->confusion), more = difference(student, teacher);
    return figure + mapFrame(first + step, "teacher") + shades(teacher, first + step, "heat", 1) +
           mapFrame(first + 2 * step, "student minus teacher") + shades(more, first + 2 * step, "more", 1) +
           shades(more, first + 2 * step, "less", -1) + "</svg>\n";
}

}  // namespace gaplab::bias

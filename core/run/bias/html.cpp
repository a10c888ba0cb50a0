#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/run/bias/html_parts.h"
#include "core/run/bias/svg.h"
#include "core/run/bias/words.h"

namespace gaplab {
namespace {

using namespace bias;

constexpr size_t mostConfusions = 20, mostExemplars = 20, mostCells = 400;

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --dim: #5c626a; --line: #d5d8dd; --box: #f3f4f6;
  --teacher: #0072b2; --student: #d55e00; --baseline: #00805d; --more: #a03c00; --less: #005a9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #1a1c20; --dim: #9aa0a9; --line: #4a4f58; --box: #24272d;
    --teacher: #4db2ec; --student: #ff8547; --baseline: #2fc79b; --more: #ffa27a; --less: #7cc4f5; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 56rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; }
.summary { background: var(--box); border-left: 4px solid var(--teacher); padding: .75rem 1rem; }
table { border-collapse: collapse; font-size: .875rem; } caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
th { font-weight: 600; } .n { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: 1rem 0; } code { background: var(--box); padding: 0 .2rem; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg text.small { fill: var(--dim); font-size: 11px; } .grid { stroke: var(--line); } .axis { stroke: var(--dim); }
.interval { stroke: var(--ink); stroke-width: 1.5; } .slope { stroke: var(--student); stroke-width: 2; }
rect.student { fill: var(--student); fill-opacity: .55; } .teacher { fill: var(--teacher); } .point { fill: var(--teacher); fill-opacity: .7; }
.baseline { fill: var(--paper); stroke: var(--baseline); stroke-width: 2; } .frame { fill: none; stroke: var(--dim); }
.heat { fill: var(--ink); } .more { fill: var(--more); } .less { fill: var(--less); }
@media print { body { max-width: none; font-size: 10pt; } .scroll { overflow: visible; } tr, svg { break-inside: avoid; } h2 { break-after: avoid; } }
)";

std::string paragraph(const std::string& text, const char* kind = nullptr) {
    return fmt::format("<p{}>{}</p>\n", kind ? fmt::format(" class=\"{}\"", kind) : "", escaped(text));
}

std::string heading(const std::string& text) {
    return "<h2>" + escaped(text) + "</h2>\n";
}

std::string seedsText(const BiasNetwork& network) {
    return fmt::format("{}", fmt::join(network.seeds, ", "));
}

std::string aboutNetwork(const BiasNetwork& network, const char* who) {
    std::string text = fmt::format("{}: {}", who, network.label.empty() ? network.role : network.label);
    if (!network.architecture.empty() && network.architecture != network.label) text += " (" + network.architecture + ")";
    return text + fmt::format(", {} {}, {} {}", network.seeds.size() == 1 ? "seed" : "seeds", seedsText(network),
                              network.runs.size() == 1 ? "run" : "runs", fmt::join(network.runs, ", "));
}

std::string about(const BiasReport& report) {
    std::vector<std::string> lines = {aboutNetwork(report.student, "Student")};
    lines.push_back(report.teacher ? fmt::format("Teacher: {} ({})", report.teacher->role, report.teacher->label)
                                   : report.noTeacher);
    lines.push_back(report.baseline ? aboutNetwork(*report.baseline, "Student alone") : report.noBaseline);
    lines.push_back(fmt::format("Images: {} of {}", countText(report.images, report.split + " image", report.split + " images"),
                                report.dataName.empty() ? "an unnamed data set" : report.dataName));
    return htmlList(lines);
}

std::string chanceText(const BiasReport& report, const BiasMetric& metric) {
    const auto& chance = report.student.byChance;
    const bool isParity = metric.figure == &BiasNetwork::demographicParity, isOdds = metric.figure == &BiasNetwork::equalizedOdds;
    const auto value = isParity ? chance.demographicParity : isOdds ? chance.equalizedOdds : std::nullopt;
    const auto pValue = isParity ? chance.demographicParityPValue : chance.equalizedOddsPValue;
    return value ? fmt::format("{} points (p {:.2g})", pointsText(*value), pValue.value_or(1)) : "";
}

std::string overview(const BiasReport& report, BiasHtml form, bool ofGroups) {
    std::vector<std::string> headings = {"Figure", ">Student", ">Teacher", ">Student alone"};
    headings.emplace_back(ofGroups ? ">By chance (student)" : "What it is");
    HtmlTable table(ofGroups ? "Groups as a whole" : "Classes as a whole", headings, form);
    for (const BiasMetric& metric : biasMetrics())
        if (metric.ofGroups == ofGroups)
            table.add({metric.name, textOf(report, metric, &report.student), textOf(report, metric, report.teacherOrNull()),
                       textOf(report, metric, report.baselineOrNull()), ofGroups ? chanceText(report, metric) : metric.help});
    return table.html();
}

std::string figureText(const BiasFigure& figure) {
    const std::string interval = intervalText(figure.interval);
    return percentText(figure.value) + (figure.value && !interval.empty() ? " " + interval : "");
}

std::string shiftText(const fairness::ClassMovement& movement) {
    if (movement.images == 0) return "-";
    const std::string interval = intervalText(movement.interval);
    return pointsText(movement.difference, true) + (interval.empty() ? "" : " " + interval);
}

std::string movedText(fairness::Moved moved) {
    const char* mark = moved == fairness::Moved::Up ? "▲ " : moved == fairness::Moved::Down ? "▼ " : "";
    return mark + toText(moved);
}

std::string partsTable(const std::string& caption, const char* what, const std::vector<BiasPart>& parts, const BiasReport& report,
                       BiasHtml form) {
    HtmlTable table(caption,
                    {what, ">Images", ">Student", ">Teacher", ">Student alone", ">Shift (points)", "Moved", ">Calibration error"},
                    form);
    for (const BiasPart* part : byRisingAccuracy(parts))
        table.add({part->name, countText(part->images), figureText(part->student),
                   report.teacher ? figureText(part->teacher) : "-", report.baseline ? figureText(part->baseline) : "-",
                   shiftText(part->movement), report.pairs.empty() ? "-" : movedText(part->movement.moved),
                   part->studentCalibration.value ? pointsText(*part->studentCalibration.value) + " points" : "-"});
    return table.html();
}

std::string cellsTable(const BiasReport& report, BiasHtml form) {
    if (report.cells.size() > mostCells)
        return paragraph(fmt::format("The {} pairs of class and group are in cells.csv.", countText(std::ssize(report.cells))));
    HtmlTable table("Classes in groups", {"Class", "Group", ">Images", ">In training", ">Student", ">Teacher", ">Student alone"},
                    form);
    for (const BiasCell& cell : report.cells)
        table.add({report.classNames[static_cast<size_t>(cell.klass)], report.groupNames[static_cast<size_t>(cell.group)],
                   countText(cell.images), cell.trainingImages ? countText(*cell.trainingImages) : "-", percentText(cell.student),
                   report.teacher ? percentText(cell.teacher) : "-", report.baseline ? percentText(cell.baseline) : "-"});
    return table.html();
}

std::string classesBlock(const BiasReport& report, BiasHtml form) {
    std::string block = heading("Classes") + overview(report, form, false);
    if (form == BiasHtml::Page) block += barsFigure("classes", "Share right of each class", report.classes);
    return block + partsTable("Classes, the student's worst first", "Class", report.classes, report, form);
}

std::string groupsBlock(const BiasReport& report, BiasHtml form) {
    if (report.groups.empty()) return heading("Groups") + paragraph(report.noGroups);
    std::string block = heading("Groups") + overview(report, form, true);
    if (form == BiasHtml::Page) block += barsFigure("groups", "Share right of each group", report.groups);
    return block + partsTable("Groups, the student's worst first", "Group", report.groups, report, form) +
           cellsTable(report, form);
}

std::string propagationBlock(const BiasReport& report, BiasHtml form) {
    std::string block = heading("What the teacher passed on");
    if (report.propagation.empty())
        return block + paragraph(!report.teacher    ? report.noTeacher
                                 : !report.baseline ? report.noBaseline
                                                    : "Student and baseline share no seed, so it cannot be told.");
    HtmlTable table(
        "The student's shift against the teacher's weakness",
        {"Over", ">Slope", ">Interval over parts", ">Level", ">Interval over images", ">r", ">p", ">Seeds", "Verdict"}, form);
    for (const BiasPropagation& told : report.propagation) {
        const auto& slope = told.result.slope;
        const auto orDash = [](std::optional<double> value, int digits) {
            return value ? fmt::format("{:.{}f}", *value, digits) : "-";
        };
        const auto dash = [](const std::string& text) { return text.empty() ? "-" : text; };
        table.add({toText(told.over), orDash(slope.value, 2), dash(intervalText(slope.interval, 1, 2)),
                   fmt::format("{:.4g} %", 100 * told.level), dash(intervalText(told.result.imagesInterval, 1, 2)),
                   orDash(slope.r, 2), orDash(slope.pValue, 3), std::to_string(told.result.seeds), toText(told.result.verdict)});
    }
    block += table.html();
    for (size_t i = 0; i < report.propagation.size(); ++i) {
        block += paragraph(report.propagation[i].verdict);
        if (form == BiasHtml::Page) block += propagationFigure(fmt::format("propagation{}", i), report.propagation[i]);
    }
    return block;
}

std::string transferBlock(const BiasReport& report, BiasHtml form) {
    if (!report.transfer) return {};
    const auto text = [](const fairness::Estimate& estimate) {
        if (!estimate.value) return std::string("not enough data");
        return pointsText(*estimate.value, true) + " points " + intervalText(estimate.interval);
    };
    HtmlTable table("Knowledge taken over, beyond what the student alone has in common with the teacher",
                    {"Where the teacher is", ">Images", ">More often like it"}, form);
    table.add({"right", countText(report.transfer->teacherRight), text(report.transfer->right)});
    table.add({"wrong (the same error)", countText(report.transfer->teacherWrong), text(report.transfer->wrong)});
    return table.html();
}

struct Confusion {
    size_t label = 0, answer = 0;
};

std::vector<Confusion> largestConfusions(const BiasNetwork& network) {
    std::vector<Confusion> all;
    for (size_t r = 0; r < network.confusion.size(); ++r)
        for (size_t c = 0; c < network.confusion.size(); ++c)
            if (r != c && network.confusion[r][c] > 0) all.push_back({r, c});
    std::ranges::stable_sort(all, std::ranges::greater(),
                             [&](const Confusion& each) { return network.confusion[each.label][each.answer]; });
    all.resize(std::min(all.size(), mostConfusions));
    return all;
}

std::string confusionBlock(const BiasReport& report, BiasHtml form) {
    HtmlTable table("The student's most frequent confusions (images, mean over seeds)",
                    {"Class", "Taken for", ">Student", ">Teacher", ">Student alone"}, form);
    const auto images = [](const BiasNetwork* network, const Confusion& each) {
        return network ? fmt::format("{:.4g}", network->confusion[each.label][each.answer]) : std::string("-");
    };
    for (const Confusion& each : largestConfusions(report.student))
        table.add({report.classNames[each.label], report.classNames[each.answer], images(&report.student, each),
                   images(report.teacherOrNull(), each), images(report.baselineOrNull(), each)});
    std::string block = heading("Confusions");
    if (form == BiasHtml::Page)
        block +=
            confusionFigure("confusion", report) +
            paragraph(
                "Rows are true classes from above, columns answers, both in the order of classes. The darker, the larger the "
                "share of "
                "the class's images. In the difference orange is more of the student's answers, blue more of the teacher's.");
    return block + (table.empty() ? paragraph("The student makes no error on these images.") : table.html());
}

std::string exemplarsTable(const BiasReport& report, const BiasExemplars& exemplars, const std::string& what, BiasHtml form) {
    const size_t shown = std::min(exemplars.shown.size(), mostExemplars);
    if (shown == 0) return paragraph(what + ": none.");
    HtmlTable table(fmt::format("{}: {}{}", what, countText(exemplars.images, "image", "images"),
                                static_cast<size_t>(exemplars.images) > shown ? fmt::format(", {} of them here", shown) : ""),
                    {"Place in the split", "Class", "Teacher", "Student", "Student alone", ">Teacher's confidence", ">Seeds"},
                    form);
    const auto name = [&](int klass) { return report.classNames[static_cast<size_t>(klass)]; };
    for (size_t i = 0; i < shown; ++i) {
        const BiasExemplar& each = exemplars.shown[i];
        table.add({std::to_string(each.image), name(each.label), name(each.teacher), name(each.student), name(each.baseline),
                   fmt::format("{:.2f}", each.teacherConfidence), fmt::format("{} of {}", each.seeds, report.pairs.size())});
    }
    return table.html();
}

std::string exemplarsBlock(const BiasReport& report, BiasHtml form) {
    if (report.propagation.empty()) return {};
    return heading("Images to look at") +
           exemplarsTable(report, report.lost, "Teacher and student alone right, student wrong", form) +
           exemplarsTable(report, report.takenOver, "The teacher's error taken over", form);
}

std::string mitigationsBlock(const BiasReport& report) {
    if (report.mitigations.empty())
        return heading("What may help") + paragraph("Nothing was found that one of the known changes is made for.");
    std::string block = heading("What may help") + "<ul>\n";
    for (const BiasMitigation& each : report.mitigations)
        block += fmt::format("<li><b>{}</b>. {} <code>{}: {}</code></li>\n", escaped(each.title), escaped(each.why),
                             escaped(each.path), escaped(each.change.dump()));
    return block + "</ul>\n" + paragraph("Each is a proposal: whether it helps, a training of it tells.");
}

std::string warningsBlock(const BiasReport& report) {
    return report.warnings.empty() ? std::string() : heading("Note") + htmlList(report.warnings);
}

}  // namespace

std::string biasHtml(const BiasReport& report, BiasHtml form) {
    const std::string title = "Bias report: " + (report.name.empty() ? fmt::format("run {}", report.run) : report.name);
    const bool isPage = form == BiasHtml::Page;
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
           "content=\"width=device-width, "
           "initial-scale=1\"/>\n<title>" +
           escaped(title) + "</title>\n" + (isPage ? std::string("<style>") + style + "</style>\n" : "") +
           "</head>\n<body>\n<h1>" + escaped(title) + "</h1>\n" + about(report) +
           paragraph(report.summary, isPage ? "summary" : nullptr) + warningsBlock(report) + classesBlock(report, form) +
           groupsBlock(report, form) + propagationBlock(report, form) + transferBlock(report, form) +
           confusionBlock(report, form) + exemplarsBlock(report, form) + mitigationsBlock(report) + heading("Scope and limits") +
           htmlList(report.limits) + paragraph("Written by GapLab " GAPLAB_VERSION ".") + "</body>\n</html>\n";
}

}  // namespace gaplab

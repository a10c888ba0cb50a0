// How the curves of the Monitor look, and what they are called.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "ui/models/series_text.h"
#include "ui/monitor/run_plot.h"

namespace gaplab::ui {
namespace {

constexpr int firstOtherColor = 3;  // blue, vermillion and green have a meaning here

int placeIn(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<int>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

Ink RunPlot::inkOf(const std::string& role) const {
    if (role == "student") return studentInk();
    if (role == teacher_) return teacherInk();
    return identityInk(firstOtherColor + placeIn(others_, role) % 4);
}

/// The first in the student's own colour: there is usually one.
Ink RunPlot::inkOfData(const std::string& name) const {
    const int place = placeIn(otherData_, name);
    return place == 0 ? studentInk() : identityInk(firstOtherColor + (place - 1) % 4);
}

/// Moving averages are dotted in the colour of what they are the average of.
SeriesStyle RunPlot::styleOf(const std::string& series) const {
    constexpr std::string_view average = "_ema", pair = "gap:";
    if (panelOf(series) == More) return detailStyle(series);
    if (series == mainSeries) return {tr("Student"), studentInk()};
    if (const std::string set = otherDataOf(series); !set.empty())
        return {tr("Student on %1").arg(QString::fromStdString(set)), inkOfData(set)};
    if (const std::string part = driftPartOf(series); !part.empty()) {
        const int place = placeIn(parts_, part);
        return {tr("Distance of %1").arg(QString::fromStdString(part)), identityInk((firstOtherColor + place) % 8),
                repeatDash(place + place / 8), 1.5};
    }
    if (series == batchGapSeries) return {tr("Gap on batches"), identityInk(7), Qt::DotLine, 1.0};
    if (series == steeredGapSeries) return {tr("Held gap (smoothed)"), identityInk(5), Qt::SolidLine, 2.0};
    if (series == actuatorSeries) return {tr("Actuator: %1").arg(actuator_), identityInk(3), Qt::SolidLine, 1.5};
    if (series == worstGroupGapSeries) return {tr("Measured gap, worst group"), identityInk(7), Qt::SolidLine, 2.5};
    if (series == gapSeries && ofWorstGroup_) return {tr("Measured gap, all images"), identityInk(7), Qt::DashLine, 1.5};
    if (series == gapSeries) return {tr("Measured gap"), identityInk(7), Qt::SolidLine, 2.5};
    std::string role = series.substr(0, series.find('/'));
    if (role.starts_with(pair)) {
        const std::string teacher = role.substr(pair.size(), role.find('-') - pair.size());
        if (teacher.ends_with(average)) return {tr("Gap, moving averages"), identityInk(7), Qt::DotLine, 1.5};
        return {tr("Gap %1").arg(QString::fromStdString(teacher)), inkOf(teacher), Qt::DashDotLine};
    }
    if (role.ends_with(average)) {
        role.resize(role.size() - average.size());
        const QString of = role == "student" ? tr("Student") : QString::fromStdString(role);
        return {tr("%1, moving average").arg(of), inkOf(role), Qt::DotLine, 1.5};
    }
    return {tr("Teacher %1").arg(QString::fromStdString(role)), inkOf(role), role == teacher_ ? Qt::SolidLine : Qt::DashDotLine};
}

SeriesStyle RunPlot::detailStyle(const std::string& series) const {
    const std::string role = series.substr(0, series.find('/')), measure = series.substr(series.rfind('/') + 1);
    if (const std::string set = otherDataOf(series); !set.empty())
        return {tr("Student on %1, loss").arg(QString::fromStdString(set)), studentInk(), Qt::DashDotLine, 1.5};
    if (series == trainingLossSeries) return {tr("Student, training loss"), studentInk(), Qt::DotLine, 1.5};
    for (const auto& [of, names, other] :
         {std::tuple{"class.", &classes_, tr("Class %1")}, {"group.", &groups_, tr("Group %1")}}) {
        if (!measure.starts_with(of)) continue;
        const int number = std::atoi(measure.c_str() + std::strlen(of));
        const bool named = std::cmp_less(number, names->size());
        constexpr int mostNamed = 20;  // a legend of a hundred classes leaves no room for them
        return {named ? names->at(number) : other.arg(number), identityInk(number % 8), repeatDash(number / 8), 1.5,
                number < mostNamed};
    }
    if (role == "gap") {
        static const std::map<std::string, QString> names = {{"agreement", tr("Same answer")},
                                                             {"kappa", tr("Same answer beyond chance (kappa)")},
                                                             {"kl", tr("Kullback-Leibler divergence")},
                                                             {"js", tr("Jensen-Shannon divergence")},
                                                             {"positive_transfer", tr("Right answers of the teacher")},
                                                             {"negative_transfer", tr("Wrong answers of the teacher")}};
        const auto found = names.find(measure);
        const bool first = measure == "agreement" || measure == "kl" || measure == "positive_transfer";
        return {found == names.end() ? QString::fromStdString(measure) : found->second, identityInk(first ? 2 : 5), Qt::SolidLine,
                1.5};
    }
    if (measure == "learning_rate") return {tr("Learning rate"), studentInk(), Qt::SolidLine, 1.5};
    const bool average = role.ends_with("_ema");
    const std::string of = average ? role.substr(0, role.size() - 4) : role;
    const QString network = of == "student" ? tr("Student") : tr("Teacher %1").arg(QString::fromStdString(of));
    //: a network and what is measured of it: "Student, loss"
    return {tr("%1, %2").arg(average ? tr("%1, moving average").arg(network) : network,
                             detail_->axisText().section(QStringLiteral(" ("), 0, 0).toLower()),
            inkOf(of), average ? Qt::DotLine : Qt::DashLine, 1.5};
}

}  // namespace gaplab::ui

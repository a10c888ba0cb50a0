#include "ui/compare/run_measures.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "core/store/series_name.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

struct MeasureText {
    Q_DECLARE_TR_FUNCTIONS(MeasureText)
};

using Number = std::optional<double>;

auto hundredfold(Number RunFigures::*figure) {
    return [figure](const RunRow&, const RunFigures& figures) {
        return figures.*figure ? Number(100 * *(figures.*figure)) : Number();
    };
}

/// Of the student as it was built.
auto fact(const char* key, double unit) {
    return [key, unit](const RunRow& run, const RunFigures&) -> Number {
        if (!run.networks.is_object() || !run.networks.contains("student")) return {};
        const Json& student = run.networks.at("student");
        if (!student.is_object() || !student.contains(key) || !student.at(key).is_number()) return {};
        return student.at(key).get<double>() / unit;
    };
}

int betterOf(const std::string& series) {
    const std::string direction = parseSeriesName(series).direction;
    return direction == "up" ? 1 : direction == "down" ? -1 : 0;
}

RunMeasure lastOfSeries(const std::string& name) {
    const SeriesUnit unit = unitOf(name);
    return {name,
            MeasureText::tr("%1, last").arg(seriesTitle(name)),
            unit.decimals,
            betterOf(name),
            false,
            [name, unit](const RunRow& run, const RunFigures&) {
                const SeriesSummary* summary = run.find(name);
                return summary ? Number(unit.scale * summary->last.value) : Number();
            }};
}

}  // namespace

std::vector<RunMeasure> runMeasures(const std::set<std::string>& series) {
    std::vector<RunMeasure> all = {
        {"test", MeasureText::tr("Test accuracy at best validation (%)"), 2, 1, false, hundredfold(&RunFigures::testAtBest)},
        {"best", MeasureText::tr("Best validation accuracy (%)"), 2, 1, false, hundredfold(&RunFigures::bestValidation)},
        {"last", MeasureText::tr("Last validation accuracy (%)"), 2, 1, false, hundredfold(&RunFigures::last)},
        {"gap", MeasureText::tr("Last gap (points)"), 2, 0, false, hundredfold(&RunFigures::gapLast)},
        {"in_band", MeasureText::tr("Evaluations inside the band (%)"), 0, 1, false, hundredfold(&RunFigures::inBand)},
        {"parameters", MeasureText::tr("Parameters of the student (thousands)"), 1, -1, true, fact("parameters", 1e3)},
        {"macs", MeasureText::tr("Multiply-accumulates of the student (millions)"), 2, -1, true, fact("macs", 1e6)},
        {"minutes", MeasureText::tr("Time (min)"), 1, -1, true,
         [](const RunRow&, const RunFigures& figures) { return figures.seconds > 0 ? Number(figures.seconds / 60) : Number(); }}};
    for (const std::string& name : series)
        all.push_back(lastOfSeries(name));
    return all;
}

std::vector<FinishedRun> finishedRuns(const CompareAnswer& answer, size_t trial) {
    std::vector<FinishedRun> runs;
    if (trial >= answer.comparison.trials.size()) return runs;
    for (const RunFigures& figures : answer.comparison.trials[trial].runs) {
        const auto row = std::ranges::find(answer.trials[trial].runs, figures.run, &RunRow::id);
        if (row != answer.trials[trial].runs.end()) runs.push_back({&*row, &figures});
    }
    return runs;
}

std::vector<double> valuesOf(const std::vector<FinishedRun>& runs, const RunMeasure& measure) {
    std::vector<double> values;
    for (const FinishedRun& run : runs)
        if (const Number value = measure.of(*run.row, *run.figures); value && std::isfinite(*value)) values.push_back(*value);
    return values;
}

}  // namespace gaplab::ui

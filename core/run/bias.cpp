#include "core/run/bias.h"

#include <array>

#include <fmt/format.h>

#include "core/run/bias/figures.h"
#include "core/run/bias/findings.h"
#include "core/run/bias/mitigations.h"
#include "core/run/bias/words.h"

namespace gaplab {

std::span<const BiasMetric> biasMetrics() {
    using Unit = BiasMetric::Unit;
    static constexpr std::array<BiasMetric, 12> all = {{
        {"accuracy", "Accuracy", "Share of the images that the network gets right", Unit::Share, false, false,
         &BiasNetwork::accuracy},
        {"balanced_accuracy", "Balanced accuracy", "Mean over the classes of the share that it gets right", Unit::Share, false,
         false, &BiasNetwork::balancedAccuracy},
        {"worst_class", "Worst class", "The lowest share right of any class", Unit::Share, false, false,
         &BiasNetwork::worstClass},
        {"worst_classes", "Worst 5 % of classes", "Mean over the worst twentieth of the classes, at least one", Unit::Share,
         false, false, &BiasNetwork::worstClasses},
        {"class_spread", "Spread of classes", "Standard deviation over the classes of the share right", Unit::Difference, false,
         false, &BiasNetwork::classSpread},
        {"calibration", "Calibration error", "Mean distance between confidence and share right (15 bins)", Unit::Difference,
         false, false, &BiasNetwork::calibration},
        {"cev", "CEV", "Combined error variance: how unevenly error rates of classes changed against the reference",
         Unit::PercentSquared, false, true, &BiasNetwork::cev},
        {"sde", "SDE", "Symmetric distance error: how far wrong and missed answers of a class changed apart", Unit::Percent,
         false, true, &BiasNetwork::sde},
        {"worst_group", "Worst group", "The lowest share right of any group", Unit::Share, true, false, &BiasNetwork::worstGroup},
        {"demographic_parity", "Demographic parity difference (DPD)",
         "How differently often groups are taken for a class, mean over classes", Unit::Difference, true, false,
         &BiasNetwork::demographicParity},
        {"equalized_odds", "Equalized odds difference (EOD)",
         "The larger gap between groups of right and of wrong answers with a class, mean over classes", Unit::Difference, true,
         false, &BiasNetwork::equalizedOdds},
        {"amplification", "Bias amplification",
         "How much larger a class's usual group is among the answers than among the labels", Unit::Difference, true, false,
         &BiasNetwork::amplification},
    }};
    return all;
}

std::string textOf(const BiasMetric& metric, const BiasFigure& figure) {
    if (!figure.value) return "not enough data";
    const bool isFraction = metric.unit == BiasMetric::Unit::Share || metric.unit == BiasMetric::Unit::Difference;
    const double factor = isFraction ? 100 : 1;
    static constexpr std::array units = {" %", " points", " %", " %²"};
    const std::string interval = bias::intervalText(figure.interval, factor);
    return fmt::format("{:.1f}{}{}", factor * *figure.value, units[static_cast<size_t>(metric.unit)],
                       interval.empty() ? "" : " " + interval);
}

std::string textOf(const BiasReport& report, const BiasMetric& metric, const BiasNetwork* network) {
    if (!network) return "-";
    const BiasNetwork* reference = report.teacher ? report.teacherOrNull() : report.baselineOrNull();
    if (metric.isRelative && !reference) return "-";
    return metric.isRelative && network == reference ? "reference" : textOf(metric, network->*metric.figure);
}

BiasReport biasReport(const Store& store, const BiasQuestion& question, const Catalogue& catalogue) {
    const bias::Material material = bias::gather(store, question);
    BiasReport report{.run = material.run.id,
                      .name = material.run.name,
                      .trial = material.run.trial,
                      .dataName = material.run.dataName,
                      .document = material.run.document,
                      .split = material.split,
                      .images = static_cast<int64_t>(material.images()),
                      .classNames = material.classNames,
                      .groupNames = material.groups.names,
                      .level = question.level,
                      .leastImages = question.leastImages,
                      .draws = question.draws,
                      .noTeacher = material.noTeacher,
                      .noBaseline = material.noBaseline,
                      .noGroups = material.noGroups,
                      .warnings = material.warnings};
    bias::addFigures(report, material, question);
    bias::addFindings(report, material, question);
    bias::addWords(report, material, question);
    bias::warnOfSharedTraining(report, catalogue);
    bias::addMitigations(report, catalogue);
    return report;
}

}  // namespace gaplab

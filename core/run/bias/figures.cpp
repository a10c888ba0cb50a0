#include "core/run/bias/figures.h"

#include <algorithm>
#include <future>
#include <limits>

#include "core/fairness/impact.h"
#include "core/fairness/tally.h"

namespace gaplab::bias {
namespace {

using fairness::Answers;
using fairness::Estimate;
using fairness::Impact;
using fairness::PartImpact;

/// With several seeds intervals are over those, and resamples of images are not looked at.
constexpr int fewestDraws = 100;
constexpr double infinite = std::numeric_limits<double>::infinity();

/// What the networks of one speaker do, seed by seed.
struct Measured {
    std::vector<Impact> impacts;
    fairness::ByChance byChance;  ///< of the first
};

/// The network whose errors a seed's are compared with: the teacher, or without one the student alone.
const Answers* referenceOf(const Material& material, const Speaker& speaker, size_t seed) {
    if (material.teacher && &speaker == &*material.teacher) return nullptr;
    if (material.teacher) {
        const auto& seeds = material.student.seeds;
        const auto same = std::ranges::find(seeds, speaker.seeds[seed]);
        return &material.teacher->of(same == seeds.end() ? 0 : static_cast<size_t>(same - seeds.begin()));
    }
    if (!material.baseline || &speaker == &*material.baseline) return nullptr;
    const auto pair = std::ranges::find(material.pairs, seed, &Pair::student);
    return pair == material.pairs.end() ? nullptr : &material.baseline->answers[pair->baseline];
}

/// Networks are measured at the same time.
std::vector<std::future<Impact>> startImpacts(const Material& material, const Speaker& speaker, const BiasQuestion& question) {
    const fairness::ImpactOptions options{.leastImages = question.leastImages,
                                          .level = question.level,
                                          .draws = speaker.answers.size() == 1 ? question.draws : fewestDraws,
                                          .seed = question.seed,
                                          .trainingCounts = material.trainingCounts};
    std::vector<std::future<Impact>> started;
    for (size_t s = 0; s < speaker.answers.size(); ++s)
        started.push_back(std::async(std::launch::async, [&material, &speaker, s, options] {
            return fairness::impactOf(speaker.answers[s], referenceOf(material, speaker, s), material.classes(), material.groups,
                                      options);
        }));
    return started;
}

std::future<fairness::ByChance> startByChance(const Material& material, const Speaker& speaker, const BiasQuestion& question) {
    return std::async(std::launch::async, [&material, &speaker, &question] {
        if (material.groups.count() < 2) return fairness::ByChance();
        return fairness::disparityByChance(speaker.answers.front(), material.classes(), material.groups, question.leastImages,
                                           question.seed);
    });
}

/// Three networks at most; of each all seeds.
std::vector<Measured> measureAll(const Material& material, const std::vector<const Speaker*>& speakers,
                                 const BiasQuestion& question) {
    std::vector<std::vector<std::future<Impact>>> impacts;
    std::vector<std::future<fairness::ByChance>> chances;
    for (const Speaker* speaker : speakers) {
        impacts.push_back(startImpacts(material, *speaker, question));
        chances.push_back(startByChance(material, *speaker, question));
    }
    std::vector<Measured> measured(speakers.size());
    for (size_t i = 0; i < speakers.size(); ++i) {
        for (auto& impact : impacts[i])
            measured[i].impacts.push_back(impact.get());
        measured[i].byChance = chances[i].get();
    }
    return measured;
}

/// One figure of several seeds. Intervals over seeds end where its values do.
template <typename Of>
BiasFigure figureOf(const Measured& measured, double level, Of of, Interval range = {0, 1}) {
    std::vector<Estimate> seeds;
    for (const Impact& impact : measured.impacts)
        seeds.push_back(of(impact));
    if (seeds.size() == 1) return {seeds.front().value, seeds.front().interval, false};
    Estimate all = fairness::overSeeds(seeds, level);
    if (all.interval)
        all.interval = {std::clamp(all.interval->low, range.low, range.high),
                        std::clamp(all.interval->high, range.low, range.high)};
    return {all.value, all.interval, true};
}

Estimate accuracyIn(const PartImpact& part) {
    if (!part.enough) return {};
    return {.value = part.right.value(), .interval = part.interval};
}

Estimate calibrationIn(const PartImpact& part) {
    return {.value = part.calibration};
}

/// The part with the lowest mean of those that are judged; -1: none is.
int worstOf(const std::vector<BiasFigure>& parts) {
    int worst = -1;
    for (size_t i = 0; i < parts.size(); ++i)
        if (parts[i].value && (worst < 0 || *parts[i].value < *parts[static_cast<size_t>(worst)].value))
            worst = static_cast<int>(i);
    return worst;
}

std::vector<BiasFigure> accuracies(const Measured& measured, std::vector<PartImpact> Impact::*parts, double level) {
    std::vector<BiasFigure> figures;
    for (size_t i = 0; i < (measured.impacts.front().*parts).size(); ++i)
        figures.push_back(figureOf(measured, level, [&](const Impact& impact) { return accuracyIn((impact.*parts)[i]); }));
    return figures;
}

std::vector<std::vector<double>> meanConfusion(const Speaker& speaker, int classes) {
    std::vector<std::vector<double>> mean(static_cast<size_t>(classes), std::vector<double>(static_cast<size_t>(classes)));
    for (const Answers& answers : speaker.answers) {
        const auto matrix = fairness::confusionMatrix(answers, classes);
        for (size_t r = 0; r < matrix.size(); ++r)
            for (size_t c = 0; c < matrix.size(); ++c)
                mean[r][c] += static_cast<double>(matrix[r][c]) / static_cast<double>(speaker.answers.size());
    }
    return mean;
}

BiasNetwork networkOf(const Material& material, const Speaker& speaker, const Measured& measured, double level) {
    BiasNetwork network{.role = speaker.role,
                        .label = speaker.label,
                        .architecture = speaker.architecture,
                        .runs = speaker.runs,
                        .seeds = speaker.seeds,
                        .byChance = measured.byChance,
                        .confusion = meanConfusion(speaker, material.classes())};
    const auto take = [&](BiasFigure BiasNetwork::*figure, Estimate Impact::*estimate, Interval range = {0, 1}) {
        network.*figure = figureOf(
            measured, level, [&](const Impact& impact) { return impact.*estimate; }, range);
    };
    network.accuracy = figureOf(measured, level, [](const Impact& impact) { return accuracyIn(impact.all); });
    network.calibration = figureOf(measured, level, [](const Impact& impact) { return calibrationIn(impact.all); });
    take(&BiasNetwork::balancedAccuracy, &Impact::balancedAccuracy);
    take(&BiasNetwork::classSpread, &Impact::classSpread);
    take(&BiasNetwork::worstClasses, &Impact::worstClasses);
    network.worstClass = figureOf(measured, level, [](const Impact& impact) { return impact.worstClass.accuracy; });
    network.worstGroup = figureOf(measured, level, [](const Impact& impact) { return impact.worstGroup.accuracy; });
    take(&BiasNetwork::demographicParity, &Impact::demographicParity);
    take(&BiasNetwork::equalizedOdds, &Impact::equalizedOdds);
    take(&BiasNetwork::amplification, &Impact::amplification, {-1, 1});
    take(&BiasNetwork::cev, &Impact::cev, {0, infinite});
    take(&BiasNetwork::sde, &Impact::sde, {0, infinite});
    network.worstClassIndex = worstOf(accuracies(measured, &Impact::classes, level));
    network.worstGroupIndex = worstOf(accuracies(measured, &Impact::groups, level));
    return network;
}

/// Where a part's figures of a network go.
struct Column {
    BiasFigure BiasPart::*accuracy, BiasPart::*calibration;
    std::optional<double> BiasCell::*cell;
};
constexpr Column ofStudent{&BiasPart::student, &BiasPart::studentCalibration, &BiasCell::student},
    ofTeacher{&BiasPart::teacher, &BiasPart::teacherCalibration, &BiasCell::teacher},
    ofBaseline{&BiasPart::baseline, &BiasPart::baselineCalibration, &BiasCell::baseline};

void fillParts(std::vector<BiasPart>& parts, const Measured& measured, std::vector<PartImpact> Impact::*in, const Column& column,
               double level) {
    for (size_t i = 0; i < parts.size(); ++i) {
        const auto at = [&](const Impact& impact) -> const PartImpact& { return (impact.*in)[i]; };
        parts[i].images = at(measured.impacts.front()).right.n;
        parts[i].*column.accuracy = figureOf(measured, level, [&](const Impact& impact) { return accuracyIn(at(impact)); });
        parts[i].*column.calibration = figureOf(measured, level, [&](const Impact& impact) { return calibrationIn(at(impact)); });
    }
}

std::optional<double> cellOf(const Measured& measured, int klass, int group, int64_t leastImages) {
    double sum = 0;
    for (const Impact& impact : measured.impacts) {
        const int64_t images = impact.tally.labelled.at(klass, group);
        if (images == 0 || images < leastImages) return {};
        sum += static_cast<double>(impact.tally.right.at(klass, group)) / static_cast<double>(images);
    }
    return sum / static_cast<double>(measured.impacts.size());
}

void fillCells(std::vector<BiasCell>& cells, const Measured& measured, const Column& column, int64_t leastImages) {
    for (BiasCell& cell : cells) {
        cell.images = measured.impacts.front().tally.labelled.at(cell.klass, cell.group);
        cell.*column.cell = cellOf(measured, cell.klass, cell.group, leastImages);
    }
}

std::vector<BiasPart> partsNamed(const std::vector<std::string>& names) {
    std::vector<BiasPart> parts;
    for (const std::string& name : names)
        parts.push_back({.name = name});
    return parts;
}

void addTrainingImages(BiasReport& report, const Material& material) {
    const auto& counts = material.trainingCounts;
    for (size_t c = 0; c < material.trainingOfClass.size(); ++c)
        report.classes[c].trainingImages = material.trainingOfClass[c];
    if (counts.empty()) return;
    for (size_t g = 0; g < report.groups.size(); ++g) {
        double sum = 0;
        for (const auto& row : counts)
            sum += row[g];
        report.groups[g].trainingImages = static_cast<int64_t>(sum);
    }
    for (BiasCell& cell : report.cells)
        cell.trainingImages = static_cast<int64_t>(counts[static_cast<size_t>(cell.klass)][static_cast<size_t>(cell.group)]);
}

}  // namespace

void addFigures(BiasReport& report, const Material& material, const BiasQuestion& question) {
    std::vector<const Speaker*> speakers = {&material.student};
    std::vector<Column> columns = {ofStudent};
    if (material.teacher) speakers.push_back(&*material.teacher), columns.push_back(ofTeacher);
    if (material.baseline) speakers.push_back(&*material.baseline), columns.push_back(ofBaseline);
    const std::vector<Measured> measured = measureAll(material, speakers, question);
    report.classes = partsNamed(material.classNames);
    report.groups = partsNamed(material.groups.names);
    for (int c = 0; c < material.classes(); ++c)
        for (int g = 0; g < material.groups.count(); ++g)
            report.cells.push_back({.klass = c, .group = g});
    addTrainingImages(report, material);
    for (size_t i = 0; i < speakers.size(); ++i) {
        fillParts(report.classes, measured[i], &Impact::classes, columns[i], question.level);
        fillParts(report.groups, measured[i], &Impact::groups, columns[i], question.level);
        fillCells(report.cells, measured[i], columns[i], question.leastImages);
        const BiasNetwork network = networkOf(material, *speakers[i], measured[i], question.level);
        if (speakers[i] == &material.student)
            report.student = network;
        else if (material.teacher && speakers[i] == &*material.teacher)
            report.teacher = network;
        else
            report.baseline = network;
    }
}

}  // namespace gaplab::bias

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/catalogue.h"
#include "core/base/json.h"
#include "core/fairness/by_chance.h"
#include "core/fairness/movement.h"
#include "core/fairness/propagation.h"
#include "core/fairness/transfer.h"
#include "core/store/store.h"

namespace gaplab {

/// What is asked of stored runs. Runs are named by id, uuid or the hash of their trial (at least 6 digits); the whole trial
/// counts, all its seeds.
struct BiasQuestion {
    std::string run;
    std::string baseline = {};   ///< the student trained alone; empty: the one that the run's document names, or one of the store
                                 ///< with the same student, images and training
    std::string teacher = {};    ///< role; empty: the one whose gap is measured
    std::string split = "test";  ///< or "validation", which also stands in where a run has no test answers
    double level = 0.95;         ///< of every interval
    int64_t leastImages = 10;    ///< a class or group with fewer is "not enough data"
    int draws = 2000;            ///< resamples of images behind each interval
    uint64_t seed = 0;           ///< same seed, same intervals
    size_t exemplars = 60;       ///< of each kind at most
};

/// A figure of one network, or of the networks of several seeds.
struct BiasFigure {
    std::optional<double> value = {};       ///< mean over seeds; nothing: not enough data
    std::optional<Interval> interval = {};  ///< nothing: cannot be told
    bool overSeeds = false;                 ///< Student's t over seeds, on these very images; else over images, of this network

    bool enough() const { return value.has_value(); }
};

/// One network of the report: the student, the teacher, or the student alone; of several seeds all of them together.
struct BiasNetwork {
    std::string role;                  ///< "student", or the teacher's name
    std::string label;                 ///< of its trial, or its architecture
    std::string architecture;          ///< empty: not known
    std::vector<int64_t> runs = {};    ///< whose stored answers these are, a run a seed
    std::vector<uint64_t> seeds = {};  ///< in the order of `runs`
    BiasFigure accuracy = {}, calibration = {};
    BiasFigure balancedAccuracy = {}, classSpread = {};
    BiasFigure worstClass = {}, worstClasses = {}, worstGroup = {};  ///< of each seed its own worst
    BiasFigure demographicParity = {}, equalizedOdds = {}, amplification = {};
    BiasFigure cev = {}, sde = {};  ///< against the teacher, or without one against the baseline
    int worstClassIndex = -1;       ///< the class with the lowest mean; -1: none has images enough
    int worstGroupIndex = -1;
    fairness::ByChance byChance = {};                 ///< of the first seed
    std::vector<std::vector<double>> confusion = {};  ///< [label][answer]: images, mean over seeds
};

/// One of the figures that all three networks have, for tables: what it is called and how it reads.
struct BiasMetric {
    enum class Unit { Share, Difference, Percent, PercentSquared };  ///< Share and Difference: fractions, shown as % and points
    const char* key;                                                 ///< "worst_class", as in JSON and CSV
    const char* name;                                                ///< "Worst class"
    const char* help;                                                ///< one sentence
    Unit unit;
    bool ofGroups;    ///< only where groups are known
    bool isRelative;  ///< against the teacher, or without one against the baseline: of that one itself there is none
    BiasFigure BiasNetwork::*figure;
};
/// In the order in which they are shown.
std::span<const BiasMetric> biasMetrics();
/// "71.3 % [69.0, 73.5]", "2.1 points", "not enough data", in the metric's unit.
std::string textOf(const BiasMetric& metric, const BiasFigure& figure);

/// A class or a group.
struct BiasPart {
    std::string name;
    int64_t images = 0;                                    ///< in the split
    std::optional<int64_t> trainingImages = {};            ///< nothing: not known
    BiasFigure student = {}, teacher = {}, baseline = {};  ///< share of its images that the network gets right
    /// Expected calibration error of a class, 0 to 1; of groups nothing.
    BiasFigure studentCalibration = {}, teacherCalibration = {}, baselineCalibration = {};
    fairness::ClassMovement movement = {};  ///< student against baseline; NotEnoughData also without a baseline
};

/// The images of a class that belong to a group.
struct BiasCell {
    int klass = 0, group = 0;
    int64_t images = 0;
    std::optional<int64_t> trainingImages = {};
    std::optional<double> student = {}, teacher = {}, baseline = {};  ///< mean over seeds; nothing: too few images
};

/// Whether the teacher's weakness is found again in what the student gained or lost.
struct BiasPropagation {
    enum class Over { Classes, Cells, Groups };
    Over over = Over::Classes;
    double level = 0.95;  ///< of the interval: corrected for the number of these questions
    fairness::PropagationResult result = {};
    std::vector<std::string> names = {};  ///< of result.points, one each
    std::string verdict = {};             ///< a sentence
};

/// An image that tells something, by its place in the split: row of the test set, or place among the validation images.
struct BiasExemplar {
    int64_t image = 0;
    int label = 0, teacher = 0, student = 0, baseline = 0;  ///< classes; of the first seed for which it holds
    int group = -1;                                         ///< -1: not known
    double teacherConfidence = 0;                           ///< 0 to 1
    int seeds = 0;                                          ///< for how many seeds it holds
};
struct BiasExemplars {
    int64_t images = 0;                    ///< for which it holds in at least one seed
    std::vector<BiasExemplar> shown = {};  ///< those of most seeds first, then by the teacher's confidence
};

/// A change of the experiment that may help. Each is a valid document that differs from the run's in nothing else.
struct BiasMitigation {
    std::string kind;   ///< "resample", "mask", "mfd", "temperature", ..
    std::string title;  ///< for a button
    std::string why;    ///< what was found, and what the change does
    Json document;      ///< the run's document with the change; of a sweep without it
    std::string path;   ///< where it differs: "mitigations", "knowledge"; of a sweep its field
    Json change;        ///< what was added there; of a sweep the list of values
    bool isSweep = false;
    Json sweep = {};  ///< for reviewSweep
};

struct BiasReport {
    // --- what it is of
    int64_t run = 0;    ///< the newest of the student's
    std::string name;   ///< of that run
    std::string trial;  ///< of the student
    std::string dataName;
    Json document;      ///< of that run
    std::string split;  ///< whose images these are
    int64_t images = 0;
    std::vector<std::string> classNames, groupNames;  ///< no groups: they are not known
    BiasNetwork student;
    std::optional<BiasNetwork> teacher, baseline;
    std::vector<uint64_t> pairs =
        {};  ///< seeds that student and baseline both have: what movement, propagation and transfer are of
    double level = 0.95;
    int64_t leastImages = 10;
    int draws = 2000;
    /// Why there is none, and what to do about it; empty where there is one.
    std::string noTeacher, noBaseline, noGroups;

    const BiasNetwork* teacherOrNull() const { return teacher ? &*teacher : nullptr; }
    const BiasNetwork* baselineOrNull() const { return baseline ? &*baseline : nullptr; }

    // --- what was found
    fairness::Propagation verdict = fairness::Propagation::CannotTell;
    std::string verdictText;  ///< "passed on", "did not pass on", "cannot tell"
    std::string summary;      ///< a few sentences, with the verdict and why
    std::vector<BiasPart> classes = {}, groups = {};
    std::vector<BiasCell> cells = {};
    std::vector<BiasPropagation> propagation = {};  ///< empty without teacher or baseline
    std::optional<fairness::Transfer> transfer = {};
    BiasExemplars lost = {};                 ///< teacher and baseline right, student wrong
    BiasExemplars takenOver = {};            ///< the student gives the teacher's wrong answer, the baseline does not
    std::vector<std::string> limits = {};    ///< scope: which images, how many seeds, what was not measured
    std::vector<std::string> warnings = {};  ///< something is not as it was asked for, or not as it should be
    std::vector<BiasMitigation> mitigations = {};
};

/// From stored answers alone: no images, no networks. Takes under a second for 10,000 images of 100 classes; call it off the
/// window's thread. Throws Error (Input) for a run, baseline or teacher that is not there, and for a run without stored answers.
/// A baseline of other images or classes is left out, and noBaseline says why.
BiasReport biasReport(const Store& store, const BiasQuestion& question, const Catalogue& catalogue);

/// A cell of a table of metrics: as textOf, "reference" for the network that a relative metric is against, "-" without a network.
std::string textOf(const BiasReport& report, const BiasMetric& metric, const BiasNetwork* network);

/// Roles of the teachers that the run's stored answers know, the usual one first.
std::vector<std::string> biasTeachers(const Store& store, const RunRow& run);

/// Everything in the report; a figure is {"value", "low", "high", "over": "seeds"|"images"}, null: not enough data.
Json toJson(const BiasReport& report);
/// Tables by file name: "summary.csv", "classes.csv", "groups.csv", "cells.csv", "propagation.csv", "confusion.csv",
/// "exemplars.csv". Only those with something in them.
std::map<std::string, std::string> biasTables(const BiasReport& report);
/// How the report as a document is written: for a browser, light or dark as the reader has it, with figures as inline SVG that
/// have text alternatives, made for paper too; or for writers of rich text (QTextDocument) that know neither SVG, style sheets
/// nor captions: the same tables and sentences in simple HTML.
enum class BiasHtml { Page, RichText };
/// One document, without scripts and without anything from elsewhere.
std::string biasHtml(const BiasReport& report, BiasHtml form = BiasHtml::Page);

/// Writes report.html, report.json, the tables and model-card.md into a folder, which is made where it is missing. Returns the
/// paths. Throws Error (World).
std::vector<std::filesystem::path> writeBiasReport(const Store& store, const BiasReport& report,
                                                   const std::filesystem::path& folder);

}  // namespace gaplab

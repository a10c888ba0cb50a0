#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/fairness/association.h"
#include "core/fairness/group_means.h"
#include "core/store/store.h"

namespace gaplab {

/// The parts of a data set, in this order everywhere.
enum class DataPart { Training, Validation, Test };
constexpr size_t dataParts = 3;
/// "training", "validation", "test"
std::string toText(DataPart part);

/// One image, as a person finds it again.
struct AuditedImage {
    DataPart part = DataPart::Training;
    int64_t row = 0;   ///< of the source's training images (validation is cut from them) or its test images
    std::string file;  ///< relative to the data set; empty where images are no files
    int klass = 0;
    int group = -1;  ///< -1: not known
};

/// Images of one part.
struct PartCounts {
    int64_t images = 0, ofUnknownGroup = 0;
    std::vector<int64_t> classes, groups;
};

struct DuplicatePair {
    AuditedImage first, second;
    double likeness = 1;  ///< correlation of small pictures
    bool exact = false;   ///< equal byte by byte
    /// RGB, thumbnailSize x thumbnailSize x 3 bytes; of the first pairs only
    std::vector<unsigned char> firstPicture = {}, secondPicture = {};
};

/// Near duplicates: all counts, and the pairs that matter most.
struct DuplicateReport {
    int64_t images = 0;                             ///< that were compared
    int64_t pairs = 0, exact = 0, otherLabels = 0;  ///< otherLabels: the two are of different classes
    int64_t within[dataParts] = {};                 ///< pairs inside of a part
    int64_t across[dataParts] = {};                 ///< training-validation, training-test, validation-test
    int64_t leakedValidation = 0, leakedTest = 0;   ///< images of the part with a duplicate in training
    std::vector<DuplicatePair> shown;               ///< leaks first, then other labels, then by likeness
    int64_t thumbnailSize = 0;
};

/// An image whose label a trained network doubts.
struct LabelDoubt {
    AuditedImage image;
    int answer = 0;  ///< the class that the network takes it for
    double confidence = 0;
};
struct LabelReport {
    std::string role;
    int64_t run = 0, images = 0, right = 0, doubts = 0;  ///< right: answers as the label says
    std::vector<LabelDoubt> shown;                       ///< the most confident first
};

/// One plain sentence, and what to do about it.
struct Finding {
    std::string topic;  ///< "leaks", "duplicates", "association", "representation", "groups", "images", "labels", "files", "card"
    std::string message, advice;
    bool isNote = false;  ///< what could not be looked at, or is worth knowing; not a fault of the data
};

struct CardReport {
    std::string file;                                         ///< empty: built in, or none
    bool exists = false;                                      ///< and can be read
    std::vector<std::pair<std::string, std::string>> stated;  ///< key, text
    std::vector<std::string> missing;                         ///< keys
};

/// What was found in the data of an experiment before anything is trained on them.
struct DataAudit {
    std::string source, fingerprint;
    std::vector<std::string> classes, groups;
    PartCounts parts[dataParts];
    fairness::Contingency table;                                   ///< [class][group], training; empty: there are no groups
    std::optional<fairness::Association> association;              ///< of class and group, in training
    std::vector<fairness::Representation> classShare, groupShare;  ///< in training
    std::vector<std::string> statisticNames;
    std::vector<std::vector<fairness::GroupMean>> statistics;  ///< [statistic][group], training images; without groups one column
    DuplicateReport duplicates;
    std::optional<LabelReport> labels;
    CardReport card;
    std::vector<std::string> skippedFiles;
    std::vector<Finding> findings;
    std::vector<std::string> looked;  ///< what was looked at, a sentence each

    /// Without pictures.
    Json toJson() const;
    /// Findings but for notes.
    std::vector<Finding> faults() const;
};

/// What a stored run answered to its validation images, as far as it is known.
struct RunAnswers {
    int64_t run = 0;
    std::string role = "student", dataFingerprint;
    PredictionRecord labels, answers;
};
/// Of the run, or what it lacks: Error (Input).
RunAnswers answersOfRun(const Store& store, const std::string& run, const std::string& role = "student");
/// Of the newest finished run with the same "data", if there is one.
std::optional<RunAnswers> newestAnswers(const Store& store, const Json& data);

struct AuditOptions {
    int threads = 0;                                                         ///< 0: all cores
    std::function<void(const std::string& what, double fraction)> progress;  ///< from any thread
    std::stop_token stop;
    std::optional<RunAnswers> answers;  ///< for labels that may be wrong
};

/// `data`: that object of an experiment's document. Slow: call it off the window's thread. Throws Error (Input)
/// for problems in it and faults of the images; for answers to other images; Error (Stopped).
DataAudit auditData(const Json& data, const AuditOptions& options = {});

/// The "data" that a folder most likely is: what its files look like tells the source.
Json guessData(const std::string& folder);
/// Writes an empty data card beside the images of `data` and returns its place. Throws Error; see core/data/data_card.h.
std::string writeDataCard(const Json& data);

}  // namespace gaplab

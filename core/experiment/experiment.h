#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/catalogue.h"
#include "core/base/error.h"
#include "core/base/json.h"

namespace gaplab {

/// A number that may change over the epochs: [epoch, value] points, constant outside and joined in one of three ways.
struct Curve {
    enum class Between {
        Line,
        Cosine,  ///< half a cosine, level at both ends
        Steps    ///< the value of the point before
    };
    std::vector<std::pair<double, double>> points;
    Between between = Between::Line;

    static Curve constant(double value) { return {{{0.0, value}}}; }
    double at(double epoch) const;
    bool isConstant() const { return points.size() == 1; }
};

/// A curve of a valid document: a number, [[epoch, value], ..] or {"shape": "cosine" or "steps", "points": [[epoch, value], ..]}.
Curve curveFromJson(const Json& form);

/// Where the starting weights of a network come from.
struct Weights {
    enum class Kind { None, Train, File, Run, Stage };
    Kind kind = Kind::None;
    std::string file;   ///< Kind::File
    std::string run;    ///< Kind::Run: id or uuid of a stored run
    std::string stage;  ///< Kind::Stage: name of a stage
    std::string epoch =
        "best";            ///< Run, Stage: "best" (validation), "last", or the number of an epoch kept by `training.keep_epochs`
    bool partial = false;  ///< take over what fits and leave the rest as it is drawn
};

/// A network as the document describes it: architecture, its own parameters (flat in the document), weights.
struct NetworkSpec {
    std::string architecture;
    Json parameters = Json::object();  ///< every declared parameter of the architecture, defaults filled in
    Weights weights;
    bool newHead = false;                  ///< its classifier is not taken over from the weights
    std::vector<std::string> freeze = {};  ///< of a student: layers that are not trained, by the beginnings of their names
    /// Of a student: factors on the learning rate of layers, by the beginnings of their names; "head" is its classifier.
    std::vector<std::pair<std::string, double>> rates = {};
};

struct Teacher {
    std::string name;
    std::string kind;                  ///< a registry name
    bool trained = false;              ///< trained with the student
    bool apart = true;                 ///< a network of its own; false: it grows out of the student
    bool headOnly = false;             ///< only a classifier is trained with the student; what is below it was trained before
    Json parameters = Json::object();  ///< every declared parameter of the kind, defaults filled in
    std::vector<std::string> layers;   ///< gpd: convolutions that get branches, by the beginnings of their names; empty: all
    NetworkSpec network;               ///< of one apart
    int64_t classes = 0;               ///< its classifier knows so many other classes than the data have; 0: those of the data
    int64_t classesOr(int64_t ofData) const { return classes > 0 ? classes : ofData; }
    /// For weights "train": the seed of the teacher's own run (0 unless given), nothing for "same" (the outer run's seed).
    std::optional<uint64_t> seed = 0;
    Json training = Json::object();  ///< for weights "train": what differs from the outer training, laid over it
};

/// One loss term from a source (a teacher, the student or "labels") to a trained network.
struct Knowledge {
    std::string from;
    std::string to;
    std::string loss;
    Json parameters = Json::object();  ///< every declared parameter of the loss, defaults filled in
    Curve weight = Curve::constant(1.0);
    Json stages =
        Json::array();  ///< what of the networks is compared: [stage or [source's, own], ..]; empty: as usual for the loss
    size_t place = 0;   ///< in the list as it was written; meaningless for a term that is only understood
    std::string dropGroup = {};  ///< of the terms of one name, one at random is left out in each step; empty: never
};

/// What is done in training against bias.
struct MitigationSpec {
    std::string kind;                  ///< a registry name
    Json parameters = Json::object();  ///< every declared parameter of the kind, defaults filled in; "classes", where it has them
};

/// A time between two happenings: so many steps, or where that is 0, so many epochs.
struct Beat {
    double epochs = 1.0;
    int64_t steps = 0;

    bool operator==(const Beat&) const = default;
};

/// What steers the gap.
struct ControllerSpec {
    std::string actuator;              ///< a registry name
    Json parameters = Json::object();  ///< every declared parameter of the actuator, defaults filled in
};

struct GapTarget {
    std::string teacher;              ///< first of `between`
    std::string student = "student";  ///< second of `between`
    std::string measure = "accuracy";
    std::string on = "train_batch";  ///< the signal that a controller holds: train_batch, validation
    Beat every = {0.5, 0};           ///< train_batch: how long the signal is averaged, and how often the controller acts
    Curve target;                    ///< percentage points over epochs
    double band = 1.0;               ///< half-width, percentage points
    std::optional<ControllerSpec> controller;
};

struct DataSpec {
    std::string source;
    std::string path;                  ///< folder or file of the source; empty where it needs none
    Json parameters = Json::object();  ///< every declared parameter of the source, defaults filled in
    std::vector<std::string> classes;  ///< the classes to keep, by name; empty: all
    int64_t classCount = 0;            ///< the first so many classes; 0: all
    int64_t perClass = 0;              ///< training images kept a class; 0: all
    int64_t limit = 0;                 ///< training images kept in total, stratified, before validation is cut; 0: all
    double validation = 0.1;           ///< fraction cut from training
    double feedback = 0.0;             ///< fraction cut from training, apart from validation, for teachers that learn from it
    uint64_t splitSeed = 0;
    std::vector<Json> augment;  ///< {"kind": name, parameters filled in}
    bool skipBroken = false;    ///< on_error: "skip"
    Json groups;                ///< {"from": .., every field of groupFields}; null: the source's own, if it has any
    bool operator==(const DataSpec&) const = default;
};

struct Training {
    int64_t epochs = 30;
    int64_t batch = 128;
    Json optimizer;     ///< {"kind": .., every declared parameter}
    Json schedule;      ///< {"kind": .., every declared parameter}
    double clip = 0.0;  ///< global norm; 0: off
    double ema = 0.0;   ///< decay per step; 0: off
    double labelSmoothing = 0.0;
    double l2sp = 0.0;                  ///< pull of the student's values to those it starts from; 0: none
    std::string weightDecayOn = "all";  ///< all, kernels
    std::vector<int64_t> keepEpochs;
    std::string precision = "auto";  ///< auto, float32, bfloat16
    std::string device = "auto";     ///< auto, cpu, cuda
    int64_t threads = 0;             ///< 0: all cores
};

/// Another data set that the student is evaluated on, such as that of the task it comes from.
struct AlsoEvaluated {
    std::string name;   ///< as it is called in series
    std::string stage;  ///< whose data they are; empty: given here
    DataSpec data;
};

/// How often the networks are evaluated on validation data.
struct Evaluation {
    Beat every;
    int64_t subset = 0;  ///< images of the validation set; 0: all, else the whole set is evaluated once an epoch too
    std::vector<std::string> measures;  ///< registry names
    std::vector<AlsoEvaluated> also;
};

/// The document as a struct, every default filled in.
struct Experiment {
    std::string name;
    std::string notes;
    DataSpec data;
    NetworkSpec student;
    std::vector<Teacher> teachers;
    std::vector<Knowledge> knowledge;
    std::optional<GapTarget> gap;
    std::vector<MitigationSpec> mitigations;
    Weights baseline;  ///< Kind::None, Run or Stage
    Evaluation evaluation;
    Training training;
    std::vector<uint64_t> seeds;
    std::map<std::string, Json> stages;  ///< named experiments, as documents

    /// Null where there is none of that name.
    const Teacher* teacher(const std::string& teacherName) const;
    /// The teacher that grows out of the student, or null.
    const Teacher* dynamicTeacher() const;
};

/// The declared plain fields of a group: "" (the document itself), "data", "student", "teacher", "training", "gap", "evaluation".
/// Lists, objects and curves are not here. Validation, defaults and the Set-up form read the same declarations.
const std::vector<Parameter>& documentFields(const std::string& group);

/// Ways to find group labels (data.groups.from), with what each is told: "attribute", "folder", "csv", "colour", "brightness",
/// "skewed".
const std::vector<Member>& groupKinds();

/// Every problem of the document at once, in document order; empty: it is valid.
std::vector<Problem> validate(const Json& document, const Catalogue& catalogue);

/// The document as a struct. Throws Error (Input) with every problem if it is not valid.
Experiment parseExperiment(const Json& document, const Catalogue& catalogue);

/// An experiment is a short document.
constexpr size_t largestDocument = size_t{10} << 20;
/// Text of at most `largest` bytes to JSON. Throws Error (Input) with line and column; duplicate keys are an error, and so is
/// nesting more than a hundred deep. Comments are not allowed.
Json parseJson(const std::string& text, const std::string& where, size_t largest = largestDocument);

/// The valid document with fields at their default left out and equal spellings made one (numbers, augment names to objects, ..).
Json canonicalForm(const Json& document, const Catalogue& catalogue);

/// SHA-256 (hex) of the canonical form without outer seeds, name, notes, data.path, training.device and training.threads, plus
/// the fingerprint of the data set's content. Runs of equal identity are repeats of one trial.
std::string trialIdentity(const Json& document, const Catalogue& catalogue, const std::string& dataFingerprint);

/// A change of a run's document while the run goes on.
struct LiveEdit {
    Json document;  ///< with the change
    std::string path;
    Json before, after;
};
/// Applies "path=value". Throws Error (Input) if the path may not be changed in a run that goes on (gap.target, gap.band, live
/// parameters of gap.controller, training.optimizer.lr, training.clip, weights of knowledge may), or if the document would not be
/// valid.
LiveEdit liveEdit(const Json& document, const std::string& assignment, const Catalogue& catalogue);

/// One place where documents differ; a value is null where the document does not have the path.
struct Difference {
    std::string path;
    std::vector<Json> values;  ///< one a document
};
/// Leaf by leaf, in path order; cosmetic fields (name, notes, seeds) are left out.
std::vector<Difference> differences(const std::vector<Json>& documents);

/// Sets one value by its dotted path ("training.epochs", "knowledge[0].weight", "data.path"). Objects on the way are made. Throws
/// Error (Input) if the path cannot be followed.
void setValue(Json& document, const std::string& path, Json value);
/// The same as "path=value", with valueFromText behind "=".
void setValue(Json& document, const std::string& assignment);
/// "path=value" as path and text. Throws Error (Input) for text without "=" or not in UTF-8.
std::pair<std::string, std::string> splitAssignment(const std::string& assignment);
/// JSON, or plain text where it is not. What begins like a list, an object or a quoted text has to be JSON: else Error (Input).
Json valueFromText(const std::string& text);

/// The plain experiment that trains a teacher first (`weights: "train"`): same data and training, the teacher's architecture as
/// the student, no teachers, its own seed. `outer` is a valid document.
Json teacherStage(const Json& outer, const std::string& teacherName, uint64_t outerSeed);

/// One run that has to be made, in an order in which what a run needs comes first.
struct PlannedRun {
    Json document;  ///< a valid experiment document with exactly one seed
    uint64_t seed = 0;
    std::string stage;  ///< "" for the experiment itself, else the name of the teacher or the stage it serves
    /// role or "baseline" -> index in the plan of the run whose weights it starts from
    std::map<std::string, size_t> needs;
};
/// The runs of an experiment: stages first (equal ones once), then the experiment's seeds in their order.
/// Throws Error (Input) for stages that refer to each other in a circle.
std::vector<PlannedRun> planRuns(const Json& document, const Catalogue& catalogue);

}  // namespace gaplab

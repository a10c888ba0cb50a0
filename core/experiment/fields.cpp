#include <map>

#include "core/experiment/experiment.h"

namespace gaplab {
namespace {

using Fields = std::vector<Parameter>;

constexpr int64_t largestInteger = 9007199254740991;  // 2^53 - 1, exact in every JSON reader

Parameter textField(std::string name, std::string help) {
    Parameter field{.name = std::move(name), .type = ParameterType::Text, .defaultValue = "", .help = std::move(help)};
    return field;
}

Fields documentLevel() {
    return {textField("name", "What the experiment is called in lists and plots"),
            textField("notes", "Free text kept with its runs")};
}

Fields dataLevel() {
    return {
        integerParameter("per_class", 0, 0, 1'000'000'000, "Training images kept of each class; 0 keeps all", "images"),
        integerParameter("limit", 0, 0, 1'000'000'000, "Training images kept in all, stratified by class; 0 keeps all", "images"),
        aboveMinimum(realParameter("validation", 0.1, 0.0, 0.5, "Fraction of the training images held out for validation")),
        realParameter("feedback", 0.0, 0.0, 0.5,
                      "Fraction of the training images held out, apart from validation, for teachers that learn from how the "
                      "student does on them"),
        integerParameter("split_seed", 0, 0, largestInteger, "Chooses which images are held out; the same for every run"),
        choiceParameter("on_error", "stop", {"stop", "skip"}, "What to do about an image that cannot be read"),
    };
}

Parameter l2sp() {
    Parameter pull = realParameter("l2_sp", 0.0, 0.0, 10.0,
                                   "Pulls the student's values, but for its classifier, to those it starts from; for a student "
                                   "that starts from weights. 0: no pull");
    pull.source = "Li et al., Explicit Inductive Bias for Transfer Learning with Convolutional Networks, ICML 2018";
    return pull;
}

Fields trainingLevel() {
    return {
        integerParameter("epochs", 30, 1, 100'000, "Passes over the training images", "epochs"),
        integerParameter("batch", 128, 1, 65'536, "Images a step", "images"),
        realParameter("clip", 0.0, 0.0, 1e9, "Largest norm of all gradients together; 0 leaves them as they are"),
        realParameter("ema", 0.0, 0.0, 0.999999, "Decay a step of the moving average of the weights; 0 keeps none"),
        realParameter("label_smoothing", 0.0, 0.0, 0.99, "Share of each label spread evenly over all classes"),
        l2sp(),
        choiceParameter("weight_decay_on", "all", {"all", "kernels"},
                        "What weight decay is for: every parameter, or kernels and matrices only"),
        choiceParameter("precision", "auto", {"auto", "float32", "bfloat16"}, "Number format of the forward and backward passes"),
        choiceParameter("device", "auto", {"auto", "cpu", "cuda"}, "Where to train"),
        integerParameter("threads", 0, 0, 4096, "Processor threads; 0 takes all cores", "threads"),
    };
}

Fields gapLevel() {
    return {
        choiceParameter("measure", "accuracy", {"accuracy", "worst_group"},
                        "Which images the gap is of: all of them, or those of the group of which the student gets least right "
                        "(needs data.groups, and a gap of the validation images)"),
        choiceParameter("on", "train_batch", {"train_batch", "validation"},
                        "The gap that a controller holds: of the training batches, averaged, or of the validation images"),
        aboveMinimum(realParameter("band", 1.0, 0.0, 100.0, "How far the gap may be from its target", "points")),
    };
}

Fields evaluationLevel() {
    Parameter every = textField("every", "How often validation is run: \"epoch\", a number of epochs, or \"200 steps\"");
    every.defaultValue = "epoch";
    return {every,
            integerParameter("subset", 0, 0, 1'000'000'000,
                             "Validation images of each evaluation; all of them are then evaluated once an epoch too. 0: all",
                             "images")};
}

}  // namespace

const std::vector<Parameter>& documentFields(const std::string& group) {
    static const std::map<std::string, Fields> table = {
        {"", documentLevel()},
        {"data", dataLevel()},
        {"student",
         {choiceParameter("head", "keep", {"keep", "new"},
                          "The classifier of weights that are taken over: kept, or drawn afresh for other classes")}},
        {"teacher",
         {integerParameter("classes", 0, 0, 1'000'000,
                           "Its classifier knows so many other classes than the data have; 0: those of the data")}},
        {"training", trainingLevel()},
        {"gap", gapLevel()},
        {"evaluation", evaluationLevel()}};
    static const Fields none;
    const auto found = table.find(group);
    return found == table.end() ? none : found->second;
}

}  // namespace gaplab

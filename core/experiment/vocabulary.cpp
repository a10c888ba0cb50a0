#include "core/experiment/vocabulary.h"

#include <map>

namespace gaplab {
namespace {

using Names = std::vector<std::string>;

const Names& lookUp(const std::map<std::string, Names>& table, const std::string& key) {
    static const Names none;
    const auto found = table.find(key);
    return found == table.end() ? none : found->second;
}

}  // namespace

const Names& vocabulary(Registry registry) {
    static const std::map<Registry, Names> table = {
        {Registry::Architecture,
         {"resnet8",    "resnet14", "resnet20",  "resnet32",     "resnet44",     "resnet56",     "resnet110", "resnet8x4",
          "resnet32x4", "wrn_16_1", "wrn_16_2",  "wrn_40_1",     "wrn_40_2",     "vgg8",         "vgg11",     "vgg13",
          "vgg16",      "vgg19",    "plane2",    "plane4",       "plane6",       "plane8",       "plane10",   "resnet18",
          "resnet34",   "resnet50", "resnet101", "resnet152",    "mobilenet_v1", "mobilenet_v2", "deit_tiny", "deit_small",
          "deit",       "rvt_tiny", "rvt_small", "shufflenet_v2"}},
        {Registry::Loss,
         {"ce", "kd", "dkd", "nkd", "dist", "ctkd",     "mlkd", "ats", "dtkd", "smoothed_ce", "mse",         "fitnet",
          "at", "sp", "rkd", "crd", "ofd",  "reviewkd", "vid",  "pkt", "ofa",  "mfd",         "adversarial", "cotuning"}},
        {Registry::Actuator,
         {"student_balance", "teacher_rate", "teacher_update", "dynamic_weight", "temperature", "static_weight", "teacher_blend",
          "route", "widening"}},
        {Registry::Mitigation, {"resample", "reweight", "logit_adjustment", "group_dro", "class_weight", "mask"}},
        {Registry::Source, {"folder", "cifar10", "cifar100", "idx", "shapes"}},
        {Registry::TeacherKind, {"static", "gpd", "mutual", "switokd", "early", "route", "shadow", "feedback"}},
    };
    static const Names none;
    const auto found = table.find(registry);
    return found == table.end() ? none : found->second;
}

const Names& plannedKeys(const std::string& group) {
    static const std::map<std::string, Names> table = {
        {"data", {"second_view"}},
    };
    return lookUp(table, group);
}

const Names& plannedValues(const std::string& field) {
    static const std::map<std::string, Names> table = {};
    return lookUp(table, field);
}

}  // namespace gaplab

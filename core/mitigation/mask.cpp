#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

class Mask final : public Mitigation {
public:
    explicit Mask(const MitigationPlan& plan) {
        const std::vector<std::string>& classes = plan.images.classes;
        at::Tensor kept = at::ones({std::ssize(classes)}, at::kFloat);
        const auto names = plan.parameters.at("classes").get<std::vector<std::string>>();
        for (size_t i = 0; i < names.size(); ++i) {
            const auto found = std::ranges::find(classes, names[i]);
            if (found == classes.end()) {
                const std::string near = nearestName(names[i], classes);
                const std::string what = fmt::format("There is no class \"{}\"", names[i]);
                throw Error(Fault::Input, what, {},
                            {{fmt::format("classes[{}]", i), what,
                              near.empty() ? "a class of the data set" : fmt::format("did you mean \"{}\"?", near)}});
            }
            kept.mutable_data_ptr<float>()[found - classes.begin()] = 0;
        }
        kept_ = kept.to(plan.device);
    }

    at::Tensor imageWeights(const TermSite& site, const Batch& batch) const override {
        if (site.network != 0 || site.from == "labels") return {};
        return kept_.index_select(0, batch.labels);
    }

private:
    at::Tensor kept_;  ///< [K], 0 where teachers are not heard
};

}  // namespace

MitigationEntry maskMitigation() {
    return {{.name = "mask",
             .help = "In the classes that it names the student learns from the labels alone: those that distillation hurts, as a "
                     "bias report tells",
             .source = "Zhu et al., Teach Less, Learn More: On the Undistillable Classes in Knowledge Distillation, NeurIPS 2022",
             .facts = {{"per_image", "teachers"}, {"teacher", true}, {"classes", true}}},
            [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<Mask>(plan); }};
}

}  // namespace gaplab

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/measure/members.h"

namespace gaplab {
namespace {

/// Inner products of the images' features, [n, n], zero on the diagonal.
at::Tensor gram(const at::Tensor& features) {
    const at::Tensor flat = features.flatten(1).to(at::kDouble);
    at::Tensor products = flat.matmul(flat.t());
    products.fill_diagonal_(0);
    return products;
}

/// The unbiased estimate of HSIC (Song et al. 2012), from matrices with a zero diagonal.
at::Tensor independence(const at::Tensor& k, const at::Tensor& l) {
    const auto n = static_cast<double>(k.size(0));
    const at::Tensor trace = (k * l).sum(), both = k.sum() * l.sum() / ((n - 1) * (n - 2));
    const at::Tensor mixed = (k.sum(0) * l.sum(0)).sum() * (2 / (n - 2));
    return (trace + both - mixed) / (n * (n - 3));
}

/// Linear CKA of every stage of one network with every stage of the other, from sums over batches.
class Alignment : public StageMeasure {
public:
    void add(const std::vector<at::Tensor>& teacher, const std::vector<at::Tensor>& student) override {
        std::vector<at::Tensor> ofTeacher, ofStudent;
        for (const at::Tensor& stage : teacher)
            ofTeacher.push_back(gram(stage));
        for (const at::Tensor& stage : student)
            ofStudent.push_back(gram(stage));
        for (size_t i = 0; i < ofTeacher.size(); ++i)
            teacher_[i] += independence(ofTeacher[i], ofTeacher[i]).item<double>();
        for (size_t j = 0; j < ofStudent.size(); ++j)
            student_[j] += independence(ofStudent[j], ofStudent[j]).item<double>();
        for (size_t i = 0; i < ofTeacher.size(); ++i)
            for (size_t j = 0; j < ofStudent.size(); ++j)
                both_[{i, j}] += independence(ofTeacher[i], ofStudent[j]).item<double>();
    }

    NamedValues read() const override {
        NamedValues values;
        for (const auto& [stages, sum] : both_)
            values.emplace_back(fmt::format("cka.{}.{}", stages.first, stages.second),
                                sum / std::sqrt(std::max(1e-300, teacher_.at(stages.first) * student_.at(stages.second))));
        return values;
    }

private:
    std::map<size_t, double> teacher_, student_;
    std::map<std::pair<size_t, size_t>, double> both_;
};

}  // namespace

MeasureEntry alignmentMeasure() {
    Member member{.name = "cka",
                  .help =
                      "Linear centred kernel alignment of each stage of the teacher with each of the student, on at most "
                      "2,048 images: series cka.TEACHER.STUDENT, 1 where the features differ by a rotation only",
                  .source = "Kornblith et al., ICML 2019; in batches: Nguyen et al., ICLR 2021"};
    member.facts = {{"on_request", true}};
    return {.member = member, .ofStages = []() -> std::unique_ptr<StageMeasure> { return std::make_unique<Alignment>(); }};
}

}  // namespace gaplab

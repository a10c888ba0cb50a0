// What transferability.py talks to: cases as JSON on standard input, what GapLab makes of them on standard output, in the same
// order.
//   {"probabilities": [[..], ..], "features": [[..], ..], "others": [[..], ..], "labels": [..], "classes"}
//   -> {"leep", "logme", "h_score", "shrunk_h_score", "label_cka", "relation": [[..], ..], "frechet"}

#include <iostream>

#include <torch/types.h>

#include "core/base/json.h"
#include "core/measure/transferability.h"

using namespace gaplab;

namespace {

using Rows = std::vector<std::vector<double>>;

at::Tensor tensorOf(const Rows& rows) {
    std::vector<at::Tensor> tensors;
    for (const std::vector<double>& row : rows)
        tensors.push_back(at::tensor(row, at::kDouble));
    return at::stack(tensors);
}

Json toJson(const at::Tensor& matrix) {
    Json rows = Json::array();
    for (int64_t i = 0; i < matrix.size(0); ++i) {
        const at::Tensor row = matrix[i].contiguous();
        rows.push_back(std::vector<double>(row.const_data_ptr<double>(), row.const_data_ptr<double>() + row.numel()));
    }
    return rows;
}

Json answer(const Json& asked) {
    const at::Tensor probabilities = tensorOf(asked.at("probabilities")), features = tensorOf(asked.at("features"));
    const at::Tensor labels = at::tensor(asked.at("labels").get<std::vector<int64_t>>(), at::kLong);
    const int64_t classes = asked.at("classes");
    return {{"leep", leep(probabilities, labels, classes)},
            {"logme", logme(features, labels, classes)},
            {"h_score", hScore(features, labels, classes)},
            {"shrunk_h_score", shrunkHScore(features, labels, classes)},
            {"label_cka", labelCka(features, labels, classes)},
            {"relation", toJson(classRelation(probabilities, labels, classes))},
            {"frechet", frechetDistance(features, tensorOf(asked.at("others")))}};
}

}  // namespace

int main() {
    Json answers = Json::array();
    for (const Json& asked : Json::parse(std::cin))
        answers.push_back(answer(asked));
    std::cout << answers.dump() << std::endl;
}

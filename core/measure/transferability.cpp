#include "core/measure/transferability.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

at::Tensor matrixOf(const at::Tensor& values, const char* what) {
    if (values.dim() != 2 || values.size(1) < 1) throw inputError(fmt::format("The {} are no table of images", what));
    if (values.size(0) < 2) throw inputError(fmt::format("There are too few images ({}) to tell anything", values.size(0)));
    const at::Tensor matrix = values.to(at::kCPU, at::kDouble);
    if (!matrix.isfinite().all().item<bool>())
        throw inputError(fmt::format("The {} are not finite", what), "The weights are of a training that diverged, or damaged.");
    return matrix;
}

/// One-hot labels [N, classes], checked against the values that go with them.
at::Tensor oneHot(const at::Tensor& values, const at::Tensor& labels, int64_t classes) {
    if (labels.dim() != 1 || labels.size(0) != values.size(0))
        throw inputError(fmt::format("There are {} labels for {} images", labels.numel(), values.size(0)));
    const at::Tensor own = labels.to(at::kCPU, at::kLong);
    if (own.min().item<int64_t>() < 0 || own.max().item<int64_t>() >= classes)
        throw inputError(fmt::format("A label is not among 0 to {}", classes - 1));
    at::Tensor hot = at::zeros({own.size(0), classes}, at::kDouble);
    hot.scatter_(1, own.unsqueeze(1), 1.0);
    if (const auto used = hot.any(0).sum().item<int64_t>(); used < 2)
        throw inputError("All images are of one class", "How a task is related to another can be told of two classes or more.");
    return hot;
}

at::Tensor probabilitiesOf(const at::Tensor& values) {
    const at::Tensor matrix = matrixOf(values, "answers");
    if (matrix.min().item<double>() < 0 || (matrix.sum(1) - 1).abs().max().item<double>() > 1e-6)
        throw inputError("The answers are no probabilities");
    return matrix;
}

/// The thin singular value decomposition without what is rounding only.
struct Decomposition {
    at::Tensor left;      ///< [N, r]
    at::Tensor singular;  ///< [r], descending
    at::Tensor right;     ///< [r, D]
};

Decomposition decompose(const at::Tensor& matrix) {
    const auto [left, singular, right] = at::linalg_svd(matrix, false);
    const double largest = singular.max().item<double>();
    const double noise = largest * 1e-15 * static_cast<double>(std::max(matrix.size(0), matrix.size(1)));
    const auto rank = largest > 0 ? (singular > noise).sum().item<int64_t>() : 0;
    return {left.narrow(1, 0, rank), singular.narrow(0, 0, rank), right.narrow(0, 0, rank)};
}

/// Centred; features that are all the same image by image have no left-overs of rounding.
at::Tensor centred(const at::Tensor& matrix) {
    const at::Tensor difference = matrix - matrix.mean(0, true);
    const at::Tensor scale = matrix.abs().amax(0, true) * (1e-15 * static_cast<double>(matrix.size(0)));
    return difference.masked_fill(difference.abs().amax(0, true) <= scale, 0);
}

/// [r]: the share of each direction of the features that lies between the classes, 0 to 1.
at::Tensor betweenClasses(const at::Tensor& left, const at::Tensor& hot) {
    const at::Tensor counts = hot.sum(0).clamp_min(1).unsqueeze(1);
    return (hot.t().matmul(left).square() / counts).sum(0);
}

/// The evidence of one class, an image; `found`: squared projections of its labels on the directions of the features.
double evidence(const at::Tensor& squares, const at::Tensor& found, double labelSquares, double images) {
    constexpr double guard = 1e-5;  // as in the authors' program: keeps both precisions finite where nothing is left to explain
    constexpr int rounds = 11;
    const double outside = labelSquares - found.sum().item<double>();
    double alpha = 1, beta = 1, weights = 0, rest = labelSquares, ratio = 1;
    for (int round = 0; round < rounds; ++round) {
        const double t = alpha / beta;
        const double gamma = (squares / (squares + t)).sum().item<double>();
        weights = (squares * found / (squares + t).square()).sum().item<double>();
        rest = (found * (t / (t + squares)).square()).sum().item<double>() + outside;
        alpha = gamma / (weights + guard);
        beta = (images - gamma) / (rest + guard);
        ratio = alpha / beta;
        if (std::abs(ratio - t) / t <= 1e-3) break;
    }
    // D/2 log alpha - 1/2 log det(alpha + beta F'F) is this sum, whatever the number of features.
    const double determinant = squares.numel() > 0 ? (squares / ratio).log1p().sum().item<double>() : 0;
    return (images * std::log(beta) - determinant - beta * rest - alpha * weights) / (2 * images) -
           std::log(2 * std::numbers::pi) / 2;
}

}  // namespace

at::Tensor classRelation(const at::Tensor& probabilities, const at::Tensor& labels, int64_t classes) {
    const at::Tensor answers = probabilitiesOf(probabilities), hot = oneHot(answers, labels, classes);
    return hot.t().matmul(answers) / hot.sum(0).unsqueeze(1);
}

double leep(const at::Tensor& probabilities, const at::Tensor& labels, int64_t classes) {
    const at::Tensor answers = probabilitiesOf(probabilities), hot = oneHot(answers, labels, classes);
    const at::Tensor joint = hot.t().matmul(answers);
    // A source class that is never answered has no share in any image either.
    const at::Tensor given = joint / joint.sum(0, true).clamp_min(1e-300);
    const at::Tensor likelihood = (answers.matmul(given.t()) * hot).sum(1);
    return std::min(0.0, likelihood.log().mean().item<double>());
}

double logme(const at::Tensor& features, const at::Tensor& labels, int64_t classes) {
    const at::Tensor matrix = matrixOf(features, "features"), hot = oneHot(matrix, labels, classes);
    const Decomposition parts = decompose(matrix);
    const at::Tensor squares = parts.singular.square(), found = hot.t().matmul(parts.left).square(), counts = hot.sum(0);
    double sum = 0;
    int64_t used = 0;
    for (int64_t c = 0; c < classes; ++c) {
        const double images = counts[c].item<double>();
        if (images == 0) continue;
        sum += evidence(squares, found[c], images, static_cast<double>(matrix.size(0)));
        ++used;
    }
    return sum / static_cast<double>(used);
}

double hScore(const at::Tensor& features, const at::Tensor& labels, int64_t classes) {
    const at::Tensor matrix = matrixOf(features, "features"), hot = oneHot(matrix, labels, classes);
    return betweenClasses(decompose(centred(matrix)).left, hot).sum().item<double>();
}

double shrunkHScore(const at::Tensor& features, const at::Tensor& labels, int64_t classes) {
    const at::Tensor matrix = matrixOf(features, "features"), hot = oneHot(matrix, labels, classes);
    const at::Tensor deviations = centred(matrix);
    const Decomposition parts = decompose(deviations);
    if (parts.singular.numel() == 0) return 0;
    const auto images = static_cast<double>(matrix.size(0)), count = static_cast<double>(matrix.size(1));
    const at::Tensor variances = parts.singular.square() / images;
    const double mean = variances.sum().item<double>() / count, squares = variances.square().sum().item<double>();
    const double fourth = deviations.square().sum(1).square().mean().item<double>();
    const double uncertain = (fourth - squares) / (count * images), spread = squares / count - mean * mean;
    const double shrinkage = spread > 0 ? std::clamp(uncertain / spread, 0.0, 1.0) : 1.0;
    const at::Tensor kept = (1 - shrinkage) * variances;
    return (kept / (kept + shrinkage * mean) * betweenClasses(parts.left, hot)).sum().item<double>();
}

double labelCka(const at::Tensor& features, const at::Tensor& labels, int64_t classes) {
    const at::Tensor matrix = matrixOf(features, "features"), hot = oneHot(matrix, labels, classes);
    const at::Tensor own = centred(matrix), wanted = hot - hot.mean(0, true);
    const auto gram = [](const at::Tensor& m) { return m.size(0) < m.size(1) ? m.matmul(m.t()) : m.t().matmul(m); };
    const double common = wanted.t().matmul(own).square().sum().item<double>();
    const double both = gram(own).norm().item<double>() * gram(wanted).norm().item<double>();
    return both > 0 ? common / both : 0;
}

double frechetDistance(const at::Tensor& first, const at::Tensor& second) {
    const at::Tensor a = matrixOf(first, "features"), b = matrixOf(second, "features");
    if (a.size(1) != b.size(1)) throw inputError("The features of the two sets are of different networks");
    // With C = R'R for both, tr (C1 C2)^(1/2) is the sum of the singular values of R1 R2': no root of a rounded zero is taken.
    const auto root = [](const at::Tensor& m) {
        const Decomposition parts = decompose(centred(m));
        return parts.right * (parts.singular / std::sqrt(static_cast<double>(m.size(0) - 1))).unsqueeze(1);
    };
    const at::Tensor one = root(a), two = root(b);
    const at::Tensor shared = at::linalg_svdvals(one.matmul(two.t())).sum();
    const at::Tensor means = (a.mean(0) - b.mean(0)).square().sum();
    return std::max(0.0, (means + one.square().sum() + two.square().sum() - 2 * shared).item<double>());
}

}  // namespace gaplab

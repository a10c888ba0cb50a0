#pragma once

#include <cstdint>

#include <torch/types.h>

namespace gaplab {

// How much the features or answers of a network that knows a source task tell of the labels of a target task, before anything is
// trained on it. Everything is computed in float64 on the CPU. Labels: int64 [N], 0 to classes - 1; classes without an image
// count for nothing. Each function throws Error (Input) for fewer than two images or than two classes with images, for sizes that
// do not fit, and for values that are not finite.

/// LEEP, nats, at most 0: the mean log-likelihood of the labels under the source's answers and the empirical relation of classes.
/// `probabilities` [N, Ks], each row with the sum 1. (Nguyen, Hassner, Seeger, Archambeau, ICML 2020.)
double leep(const at::Tensor& probabilities, const at::Tensor& labels, int64_t classes);

/// LogME, nats an image: the greatest evidence of the one-hot labels under a Bayesian linear model of the features [N, D],
/// averaged over the classes; its precisions by MacKay's fixed point. (You, Liu, Wang, Long, ICML 2021; iterated as their program
/// does. That leaves a term of the evidence out where N < D: here it is in.)
double logme(const at::Tensor& features, const at::Tensor& labels, int64_t classes);

/// H-score: the trace of the features' inverse covariance times the covariance of their class means, 0 to classes - 1. Where
/// N <= D it is the upper end whatever the features are: use the shrunk one. Features that do not vary have 0. (Bao et al., ICIP
/// 2019.)
double hScore(const at::Tensor& features, const at::Tensor& labels, int64_t classes);

/// H-score with the covariance shrunk after Ledoit and Wolf, for many features or few images. (Ibrahim, Ponomareva, Mazumder,
/// ECML 2022.)
double shrunkHScore(const at::Tensor& features, const at::Tensor& labels, int64_t classes);

/// Linear CKA of the centred features [N, D] with the centred one-hot labels, 0 to 1. Before the target is trained there is no
/// second network to hold the features against, so this is what "feature CKA" means here. (Kornblith et al., ICML 2019.)
double labelCka(const at::Tensor& features, const at::Tensor& labels, int64_t classes);

/// [classes, Ks]: the mean of the source's answers to the images of each target class, the "direct" relation of classes; a row of
/// NaN for a class without an image. (You, Kou, Long, Wang, NeurIPS 2020.)
at::Tensor classRelation(const at::Tensor& probabilities, const at::Tensor& labels, int64_t classes);

/// The squared Fréchet distance of normal distributions with the means and covariances (divided by N - 1) of two sets of features
/// [N, D] and [M, D]. (Dowson and Landau, 1982; the "FID" if the features are those of Inception.)
double frechetDistance(const at::Tensor& first, const at::Tensor& second);

}  // namespace gaplab

#pragma once

#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace gaplab {

/// A network of a document, a student or a teacher, without what only its place in the experiment tells (weights, kind, seed,
/// ..).
Json plainNetwork(const Json& network);

/// The fact "family" of an architecture: "CIFAR ResNet"; empty where it is unknown.
std::string familyOf(const std::string& architecture, const Catalogue& catalogue);

/// Two families whose features correspond stage by stage: the same, or both of residual networks. An unknown one is like any.
bool areAlike(const std::string& a, const std::string& b);

/// Of a document that may not be valid yet: the architecture of a role ("student", a teacher's name; a teacher that grows out of
/// the student has the student's); empty where it names none.
std::string architectureOf(const Json& document, const std::string& role, const Catalogue& catalogue);

/// What the losses brought for a pair of unlike families, as their facts "unlike" say: name and points of accuracy over the
/// student alone, the best first. VGG13 -> MobileNetV2 on CIFAR-100, one recipe: Tian et al. 2020 and the losses' own papers.
std::vector<std::pair<std::string, double>> unlikeRecord(const Catalogue& catalogue);
/// "reviewkd +5.8, crd +5.1, .., at -5.2"
std::string unlikeRecordText(const Catalogue& catalogue);
/// What that record was measured on.
extern const char* const unlikeRecordPair;

}  // namespace gaplab

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/store/store.h"

namespace gaplab {

/// A network that was trained alone, and what it reached.
struct AloneRecord {
    Json network;         ///< {"architecture", its parameters}, as in a document
    Json training;        ///< how it was trained; of the best of several trials
    double accuracy = 0;  ///< best on validation data, mean over `runs`; fraction
    int64_t epochs = 0;   ///< that each run was trained
    int runs = 0;         ///< 0: nothing is known of it
};

/// What runs of the store reached without being taught and from fresh weights on the data of `document`, the best trial of each
/// network, by falling accuracy. `epochs`: of trials with so many alone, as probes are only comparable with each other; 0: any.
std::vector<AloneRecord> aloneRecords(const std::vector<RunRow>& runs, const Json& document, const Catalogue& catalogue,
                                      int64_t epochs = 0);

/// The way from a teacher down to a student by way of assistants.
struct ChainPlan {
    std::vector<AloneRecord> assistants;          ///< by falling accuracy
    std::optional<AloneRecord> teacher, student;  ///< nothing: no such run
    double largestHop = 0;                        ///< between two neighbours, fraction; 0 where an end is not known
    std::vector<AloneRecord> others;              ///< that could have been taken
};

/// The assistants, `count` of them or as many as there are between the two, that make the largest hop in accuracy smallest
/// (after Mirzadeh et al., Improved Knowledge Distillation via Teacher Assistant, AAAI 2020, who split by size). Throws Error
/// (Input) where the document has no such static teacher.
ChainPlan planChain(const std::vector<AloneRecord>& records, const Json& document, const std::string& teacher, int count,
                    const Catalogue& catalogue);

/// Places of the `count` candidates between `top` and `bottom` that make the largest hop smallest, by falling value.
std::vector<size_t> evenSplit(double top, double bottom, const std::vector<double>& candidates, int count);

/// From whom each network of a chain learns.
enum class ChainKind {
    Takd,  ///< from the one above it
    Dgkd   ///< from all above it, one of them at random left out in each step (Son et al., ICCV 2021)
};

/// The experiment with these networks as assistants, largest first: each a stage that learns as the student did from `teacher`.
/// Of a record network and training count; a null training is the experiment's, and none is shorter than that: what is known from
/// a short training is not taught by one. Throws Error (Input) where the
/// student learns nothing from that teacher.
Json withAssistants(const Json& document, const std::string& teacher, const std::vector<AloneRecord>& networks, ChainKind kind);

/// One experiment a network that trains it alone for `epochs` epochs on the data of `document`, first seed only.
std::vector<Json> probes(const Json& document, const std::vector<Json>& networks, int64_t epochs);
/// The networks of teacher and student as a document's {"architecture", ..}.
Json networkOf(const Json& document, const std::string& role);

}  // namespace gaplab

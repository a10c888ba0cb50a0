#pragma once

#include "core/experiment/experiment.h"

namespace gaplab {

/// One experiment of a sweep.
struct SweepMember {
    Json document;  ///< its name ends in the values that vary
    /// What the sweep sets: path and value, in path order.
    std::vector<std::pair<std::string, Json>> values;
};

/// Members of one sweep at most: what is larger is most likely a mistake.
inline constexpr size_t mostSweepMembers = 1000;

/// A member with what is wrong with it; empty: it can be trained.
struct ReviewedMember {
    SweepMember member;
    std::vector<Problem> problems;
};

/// All of a sweep, the faulty parts too.
struct SweepReview {
    std::vector<Problem> problems;  ///< of the specification; with any there may be no members
    std::vector<ReviewedMember> members;

    bool isValid() const;
};

/// Every combination of the values that a specification gives to fields of a document, the last path changing fastest. It is an
/// object: path -> [value, ..], {"range": [from, to, step]} or {"linear": [from, to, count]}, evenly spaced with both ends, or
/// {"log": [from, to, count]}, evenly spaced in ratio with both ends. Paths are as for setValue and taken in alphabetical order.
/// Each member is checked on its own; of two that are the same experiment the second is at fault.
SweepReview reviewSweep(const Json& document, const Json& specification, const Catalogue& catalogue);

/// The members of a sweep that is wholly valid. Throws Error (Input) with every problem of the specification, or else every
/// problem of the members, each once.
std::vector<SweepMember> expandSweep(const Json& document, const Json& specification, const Catalogue& catalogue);

/// "PATH=v1,v2,.." or "PATH={"log": [0.01, 0.1, 3]}" added to a specification; values as for setValue. Throws Error (Input).
void addToSweep(Json& specification, const std::string& assignment);

/// A part of work that is done in several places: the `index`-th (from 1) of `count`.
struct Shard {
    size_t index = 1, count = 1;
    /// Of things numbered from 0: one in `count` each, so that neighbours go to different shards.
    bool holds(size_t number) const { return number % count == index - 1; }
};
/// "2/3". Throws Error (Input) unless 1 <= index <= count.
Shard shardFromText(const std::string& text);

}  // namespace gaplab

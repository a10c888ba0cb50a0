#pragma once

#include <string>
#include <vector>

#include "app/gaplab_cli.h"
#include "core/experiment/sweep.h"

namespace CLI {
class App;
}

namespace gaplab::cli {

struct SweepArguments {
    std::vector<std::string> assignments;  ///< PATH=v1,v2,.. or a file; empty: no sweep
    std::string shard;                     ///< i/n; empty: all of it
    bool again = false;                    ///< finished members are trained once more
};
/// --sweep, --again and --shard.
void addSweepArguments(CLI::App& command, SweepArguments& arguments);

struct PlacedMember {
    size_t number = 1;  ///< in the whole sweep, from 1
    SweepMember member;
};
/// The shard's members of a sweep over the document; without a sweep the document itself. Throws Error (Input) with every problem
/// of arguments, sweep and members.
std::vector<PlacedMember> readMembers(const Json& document, const SweepArguments& arguments);

/// Prints what would be trained, with the time that similar runs in the store took, and the disk; returns the exit code.
int tellMembers(const Cli& cli, const std::vector<PlacedMember>& members);
/// Says that there is nothing to do, which is no fault: a scheduler may have more places than a sweep has members.
int tellEmptyShard(const Cli& cli);

}  // namespace gaplab::cli

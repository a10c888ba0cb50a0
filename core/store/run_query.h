#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/store/run_fields.h"

namespace gaplab {

/// The filter language of the Library and of `gaplab-cli runs`: words that must all hold.
///
///   word, "several words"   occurs in name, trial, notes, tags, folder, state, data, an architecture or a loss
///   student:resnet8*        a field of text; * stands for anything, ? for one letter, a comma for "or"
///   gap.best<3, acc>70%     a field of numbers: < <= > >= = !=; a per cent sign divides by a hundred
///   seed:0..4               a range, both ends included
///   -state:failed           not
///   training.optimizer.lr<0.1, student/validation/loss.last>1   any field of the document, any series
///
/// Case does not matter. A run that lacks a field does not have what is asked of it.
class RunQuery {
public:
    RunQuery() = default;
    /// Throws Error (Input) that names the word which cannot be understood, and what could stand there.
    explicit RunQuery(const std::string& line);

    bool matches(const RunRow& run) const;
    /// The same with what searchText has made of the run before.
    bool matches(const RunRow& run, const std::string& text) const;
    bool empty() const { return conditions_.empty(); }

private:
    std::vector<std::function<bool(const RunRow&, const std::string& text)>> conditions_;
};

}  // namespace gaplab

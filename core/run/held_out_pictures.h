#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace gaplab {

/// Some held-out images of an experiment, to be looked at.
struct PictureQuestion {
    Json document;
    std::string split = "test";        ///< or "validation"
    std::vector<int64_t> places = {};  ///< rows of the test set, or places among the validation images
    std::string fingerprint = {};      ///< of the data that are meant; empty: any
};

struct Pictures {
    int64_t size = 0;                                  ///< pixels a side
    std::vector<std::vector<unsigned char>> rgb = {};  ///< size x size x 3 bytes each, in the order of the question
    std::vector<std::string> files = {};               ///< as many; empty where images are no files
};

/// Loads the data set and takes them out of it. Throws Error (Input) for data that are gone or have changed, and for places that
/// do not exist. Slow the first time: call it off the window's thread, or use PictureLoader.
Pictures picturesOf(const PictureQuestion& question);

/// A low-priority thread that answers the latest question; the data set last used stays loaded.
class PictureLoader {
public:
    struct Answer {
        int64_t request = 0;
        Pictures pictures;
        std::optional<Error> error;
    };
    /// `deliver` is called on its thread.
    explicit PictureLoader(std::function<void(Answer)> deliver);
    ~PictureLoader();
    /// Replaces a question that has not begun. Returns its number.
    int64_t request(PictureQuestion question);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gaplab

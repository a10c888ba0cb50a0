#include "core/data/source.h"

#include <chrono>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"

namespace gaplab {

std::string contentFingerprint(const RawImages& raw) {
    Sha256 hash;
    for (const std::string& name : raw.classes)
        hash.update(name + '\n');
    for (const ImageSet* set : {&raw.train, &raw.test}) {
        const auto shape = set->images.sizes();
        hash.update(fmt::format("{} {} {} {}\n", shape[0], shape[1], shape[2], shape[3]));
        hash.update(set->labels.const_data_ptr(), set->labels.nbytes());
        hash.update(set->images.const_data_ptr(), set->images.nbytes());
    }
    return hash.finish();
}

int64_t channelsOf(const DataSpec& spec, int64_t otherwise) {
    const int64_t channels = spec.parameters.value("channels", otherwise);
    if (channels != 1 && channels != 3)
        throw inputError(fmt::format("data.channels is {}; images have 3 channels (colour) or 1 (grey)", channels));
    return channels;
}

Progress::Progress(const LoadOptions& options, std::string what, int64_t count)
    : options_(options), what_(std::move(what)), count_(static_cast<double>(std::max<int64_t>(count, 1))) {}

void Progress::operator()(int64_t done) {
    if (!options_.progress) return;
    const int64_t time =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    int64_t quietUntil = quietUntil_;
    const bool last = static_cast<double>(done) >= count_;
    if (!last && (time < quietUntil || !quietUntil_.compare_exchange_strong(quietUntil, time + 50))) return;
    options_.progress(what_, static_cast<double>(done) / count_);
}

}  // namespace gaplab

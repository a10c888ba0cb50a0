#include "core/nn/safetensors_header.h"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/json.h"

namespace gaplab {
namespace {

constexpr size_t mostTensors = 100'000;
constexpr size_t mostDimensions = 16;

const std::vector<std::pair<std::string, at::ScalarType>>& types() {
    static const std::vector<std::pair<std::string, at::ScalarType>> all = {
        {"F32", at::kFloat}, {"F64", at::kDouble}, {"F16", at::kHalf}, {"BF16", at::kBFloat16},
        {"I64", at::kLong},  {"I32", at::kInt},    {"U8", at::kByte},  {"BOOL", at::kBool}};
    return all;
}

/// A name out of the file for a message, which it must not flood.
std::string inQuotes(const std::string& name) {
    return '"' + (name.size() > 80 ? name.substr(0, 80) + "..." : name) + '"';
}

/// Reads the header as a stream of events, so that a hostile one (deep nesting, endless lists) is refused before it takes memory.
/// Returning false ends the parsing; `problem` then says why.
class HeaderReader final : public nlohmann::json_sax<Json> {
public:
    SafetensorsHeader header;
    std::string problem;

    bool start_object(size_t) override {
        if (depth_ == 0) return ++depth_, true;
        if (depth_ == 1 && rootKey_ == "__metadata__") return ++depth_, inMetadata_ = true;
        if (depth_ == 1) return ++depth_, beginEntry();
        return refuse("has an object where none belongs");
    }

    bool end_object() override {
        --depth_;
        if (depth_ == 0) return true;
        if (std::exchange(inMetadata_, false)) return true;
        if (entryKeys_.size() != 3) return refuse("lacks dtype, shape or data_offsets");
        return true;
    }

    bool key(std::string& name) override {
        if (depth_ == 1) {
            rootKey_ = name;
            entryKeys_.clear();
            return rootKeys_.insert(name).second || refuse("is there twice");
        }
        innerKey_ = name;
        if (inMetadata_ && header.metadata.size() >= mostTensors) return refuse("has too many entries");
        if (inMetadata_) return header.metadata.emplace(name, "").second || refuse("has " + inQuotes(name) + " twice");
        if (name != "dtype" && name != "shape" && name != "data_offsets") return refuse("has an unknown field " + inQuotes(name));
        return entryKeys_.insert(name).second || refuse("has " + inQuotes(name) + " twice");
    }

    bool string(std::string& value) override {
        if (inMetadata_) return header.metadata[innerKey_] = value, true;
        if (depth_ != 2 || list_ || innerKey_ != "dtype") return refuse("has a text where none belongs");
        const auto found = std::ranges::find(types(), value, &std::pair<std::string, at::ScalarType>::first);
        if (found == types().end()) return refuse("has the element type " + inQuotes(value) + ", which is not supported");
        header.tensors.back().type = found->second;
        return true;
    }

    bool start_array(size_t) override {
        if (depth_ != 2 || list_ || inMetadata_ || innerKey_ == "dtype") return refuse("has a list where none belongs");
        list_.emplace();
        return true;
    }

    bool number_unsigned(uint64_t value) override {
        if (!list_) return refuse("has a number where none belongs");
        if (value > static_cast<uint64_t>(INT64_MAX)) return refuse(fmt::format("has the impossible number {}", value));
        list_->push_back(static_cast<int64_t>(value));
        return list_->size() <= mostDimensions || refuse(fmt::format("has more than {} dimensions", mostDimensions));
    }

    bool end_array() override {
        TensorEntry& entry = header.tensors.back();
        const std::vector<int64_t> list = *std::exchange(list_, std::nullopt);
        if (innerKey_ == "shape") return entry.shape = list, true;
        if (list.size() != 2) return refuse("has data_offsets that are not two numbers");
        entry.begin = static_cast<uint64_t>(list[0]);
        entry.end = static_cast<uint64_t>(list[1]);
        return true;
    }

    bool null() override { return refuse("has a null"); }
    bool boolean(bool) override { return refuse("has a true or false"); }
    bool number_integer(int64_t value) override { return refuse(fmt::format("has the impossible number {}", value)); }
    bool number_float(double, const std::string& text) override { return refuse("has the impossible number " + inQuotes(text)); }
    bool binary(binary_t&) override { return refuse("has binary data"); }
    bool parse_error(size_t position, const std::string&, const Json::exception&) override {
        problem = fmt::format("the header is not valid JSON at byte {}", position);
        return false;
    }

private:
    bool beginEntry() {
        if (header.tensors.size() >= mostTensors) return refuse(fmt::format("is one of more than {} tensors", mostTensors));
        header.tensors.push_back({.name = rootKey_, .shape = {}});
        return true;
    }

    bool refuse(const std::string& what) {
        problem = depth_ == 0 ? "the header is not a JSON object" : inQuotes(rootKey_) + " " + what;
        return false;
    }

    int depth_ = 0;
    bool inMetadata_ = false;
    std::string rootKey_, innerKey_;
    std::set<std::string> rootKeys_, entryKeys_;
    std::optional<std::vector<int64_t>> list_;
};

/// Bytes of a tensor, or nothing where the product does not fit.
std::optional<uint64_t> bytesOf(const TensorEntry& entry) {
    auto bytes = static_cast<int64_t>(c10::elementSize(entry.type));
    for (const int64_t size : entry.shape)
        if (__builtin_mul_overflow(bytes, std::max<int64_t>(size, 1), &bytes)) return {};
    return std::ranges::count(entry.shape, 0) > 0 ? 0 : static_cast<uint64_t>(bytes);
}

/// What is wrong with the place of an entry whose predecessor ends at `previous`; empty: nothing.
std::string placeProblem(const TensorEntry& entry, uint64_t previous, uint64_t dataSize) {
    if (entry.begin > entry.end || entry.end > dataSize)
        return fmt::format("lies at {} to {}, outside the {} bytes of data (is the file cut off?)", entry.begin, entry.end,
                           dataSize);
    if (bytesOf(entry) != entry.end - entry.begin)
        return fmt::format("has {} bytes, which do not fit its shape", entry.end - entry.begin);
    if (entry.begin < previous) return "overlaps another tensor";
    if (entry.begin > previous) return "leaves a hole before it";
    if (entry.begin % c10::elementSize(entry.type) != 0) return "is not aligned to its element size";
    return {};
}

void checkPlaces(const SafetensorsHeader& header, uint64_t dataSize, const std::string& where) {
    uint64_t previous = 0;
    for (const TensorEntry& entry : header.tensors) {
        const std::string problem = placeProblem(entry, previous, dataSize);
        if (!problem.empty())
            throw inputError(fmt::format("{} is not a valid safetensors file: {} {}", where, inQuotes(entry.name), problem));
        previous = entry.end;
    }
    if (previous != dataSize)
        throw inputError(
            fmt::format("{} is not a valid safetensors file: {} bytes belong to no tensor", where, dataSize - previous));
}

}  // namespace

SafetensorsHeader parseSafetensorsHeader(const std::string& text, uint64_t dataSize, const std::string& where) {
    HeaderReader reader;
    if (!Json::sax_parse(text, &reader))
        throw inputError(fmt::format("{} is not a valid safetensors file: {}", where, reader.problem));
    std::ranges::stable_sort(reader.header.tensors, {},
                             [](const TensorEntry& entry) { return std::pair(entry.begin, entry.end); });
    checkPlaces(reader.header, dataSize, where);
    return std::move(reader.header);
}

std::string safetensorsHeaderText(const SafetensorsHeader& header) {
    Json document = Json::object();
    if (!header.metadata.empty()) document["__metadata__"] = header.metadata;
    for (const TensorEntry& entry : header.tensors)
        document[entry.name] = {
            {"dtype", safetensorsTypeName(entry.type)}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
    std::string text = document.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

const std::string& safetensorsTypeName(at::ScalarType type) {
    const auto found = std::ranges::find(types(), type, &std::pair<std::string, at::ScalarType>::second);
    if (found == types().end())
        throw std::logic_error(std::string("No tensor file holds elements of type ") + c10::toString(type));
    return found->first;
}

}  // namespace gaplab

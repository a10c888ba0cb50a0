#include "core/data/groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/data/memory.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr size_t mostNamed = 5;  // files in a message

/// Names in alphabetical order, and their places.
class Names {
public:
    explicit Names(const std::vector<std::vector<std::string>*>& parts) {
        for (const std::vector<std::string>* part : parts)
            for (const std::string& name : *part)
                if (!name.empty()) places_[name] = 0;
        for (auto& [name, place] : places_) {
            place = std::ssize(names);
            names.push_back(name);
        }
    }

    at::Tensor placesOf(const std::vector<std::string>& given) const {
        const at::Tensor places = at::empty({std::ssize(given)}, at::kLong);
        for (size_t i = 0; i < given.size(); ++i)
            places.mutable_data_ptr<int64_t>()[i] = given[i].empty() ? -1 : places_.at(given[i]);
        return places;
    }

    std::vector<std::string> names;

private:
    std::map<std::string, int64_t> places_;
};

GroupLabels labelled(std::vector<std::string> train, std::vector<std::string> test) {
    const Names names({&train, &test});
    return {names.names, names.placesOf(train), names.placesOf(test)};
}

/// The folder between class and image; empty where there is none.
std::string groupFolder(const std::string& file) {
    std::vector<std::string> steps;
    for (const fs::path& step : fs::path(file))
        steps.push_back(step.string());
    if (!steps.empty() && (steps.front() == "train" || steps.front() == "test")) steps.erase(steps.begin());
    return steps.size() > 2 ? steps[1] : std::string();
}

std::vector<std::string> mapped(const std::vector<std::string>& files, const auto& nameOf) {
    std::vector<std::string> names;
    names.reserve(files.size());
    for (const std::string& file : files)
        names.push_back(nameOf(file));
    return names;
}

size_t columnOf(const std::vector<std::string>& header, const std::string& column, const std::string& where) {
    const auto found = std::ranges::find(header, column);
    if (found == header.end())
        throw inputError(fmt::format("{} has no column \"{}\"", where, column), "Its columns: " + join(header) + ".");
    return static_cast<size_t>(found - header.begin());
}

/// file -> group, as the table says.
std::map<std::string, std::string> readTable(const fs::path& table, const std::string& column) {
    const std::string where = table.string();
    std::map<std::string, std::string> groups;
    size_t file = 0, group = 0;
    bool first = true;
    readCsv(readUtf8(where), where, [&](size_t line, const std::vector<std::string>& cells) {
        if (std::exchange(first, false)) {
            file = columnOf(cells, "file", where);
            group = columnOf(cells, column, where);
            return;
        }
        const std::string name = fs::path(cells[file]).lexically_normal().generic_string();
        if (!groups.emplace(name, cells[group]).second)
            throw inputError(fmt::format("{}, line {}: {} is named twice", where, line, name), "Each file once.");
    });
    if (first) throw inputError(where + " is empty", "Its first line names the columns: \"file\" and the groups.");
    return groups;
}

/// Files of the table that no image is.
void requireKnown(const std::map<std::string, std::string>& groups, const std::vector<std::string>& train,
                  const std::vector<std::string>& test, const fs::path& table) {
    std::map<std::string, std::string> left = groups;
    for (const auto* part : {&train, &test})
        for (const std::string& file : *part)
            left.erase(file);
    if (left.empty()) return;
    std::vector<std::string> named;
    for (const auto& [file, group] : left)
        if (named.size() < mostNamed) named.push_back(file);
    throw inputError(fmt::format("{} names {} files that are not in the data set: {}{}", table.string(), left.size(), join(named),
                                 left.size() > named.size() ? ", .." : ""),
                     "Paths are relative to the data set's folder, for example train/cat/7.jpg.");
}

/// Mean of all bytes of each image.
at::Tensor brightness(const ImageSet& set) {
    return set.images.flatten(1).to(at::kFloat).mean(1);
}

/// BT.601, rounded as where images are read as grey.
at::Tensor luma(const at::Tensor& images) {
    const at::Tensor whole = images.to(at::kInt);
    const at::Tensor sum = whole.select(1, 0) * 299 + whole.select(1, 1) * 587 + whole.select(1, 2) * 114 + 500;
    return at::floor_divide(sum, 1000).to(at::kByte).unsqueeze(1).expand(images.sizes());
}

/// Which training images become grey: an exact share of each class, drawn.
at::Tensor greyRows(const at::Tensor& labels, size_t classes, double skew, uint64_t seed) {
    std::vector<std::vector<int64_t>> rows(classes);
    for (int64_t i = 0; i < labels.size(0); ++i)
        rows[static_cast<size_t>(labels.const_data_ptr<int64_t>()[i])].push_back(i);
    const at::Tensor grey = at::zeros({labels.size(0)}, at::kLong);
    for (size_t c = 0; c < classes; ++c) {
        const double share = c % 2 == 0 ? 1 - skew : skew;
        const auto count = std::llround(share * static_cast<double>(rows[c].size()));
        const std::vector<int64_t> order = permutation(std::ssize(rows[c]), deriveSeed(seed, "grey", c));
        for (int64_t i = 0; i < count; ++i)
            grey.mutable_data_ptr<int64_t>()[rows[c][static_cast<size_t>(order[static_cast<size_t>(i)])]] = 1;
    }
    return grey;
}

}  // namespace

void labelGroups(RawImages& raw, const DataSpec& spec) {
    const std::string from = spec.groups.is_object() ? spec.groups.value("from", "") : "";
    if (from.empty()) return;
    if (from == "skewed") return skewColours(raw, spec.groups.value("skew", 0.95), spec.splitSeed);
    if (from == "attribute") {
        if (raw.groups.empty())
            throw inputError(fmt::format("The source {} tells no group of its images", spec.source),
                             "Choose another value of data.groups.from.");
        return;
    }
    if ((from == "folder" || from == "csv") && raw.trainFiles.empty())
        throw inputError(fmt::format("The images of the source {} are no files", spec.source),
                         "Choose another value of data.groups.from.");
    GroupLabels labels;
    if (from == "folder") labels = groupsOfFolders(raw.trainFiles, raw.testFiles);
    if (from == "csv")
        labels = groupsOfTable(fs::path(spec.path) / spec.groups.at("path").get<std::string>(), spec.groups.at("column"),
                               raw.trainFiles, raw.testFiles);
    if (from == "colour") labels = groupsOfColour(raw.train, raw.test);
    if (from == "brightness") labels = groupsOfBrightness(raw.train, raw.test);
    raw.groups = std::move(labels.names);
    raw.train.groups = labels.train;
    raw.test.groups = labels.test;
}

GroupLabels groupsOfFolders(const std::vector<std::string>& train, const std::vector<std::string>& test) {
    GroupLabels labels = labelled(mapped(train, groupFolder), mapped(test, groupFolder));
    if (labels.names.empty())
        throw inputError("No image lies in a folder between its class and itself that could name its group",
                         "For example train/cat/indoor/7.jpg.");
    return labels;
}

GroupLabels groupsOfTable(const fs::path& table, const std::string& column, const std::vector<std::string>& train,
                          const std::vector<std::string>& test) {
    const std::map<std::string, std::string> groups = readTable(table, column);
    requireKnown(groups, train, test, table);
    const auto groupOf = [&](const std::string& file) {
        const auto found = groups.find(file);
        return found == groups.end() ? std::string() : found->second;
    };
    GroupLabels labels = labelled(mapped(train, groupOf), mapped(test, groupOf));
    if (labels.names.empty()) throw inputError(fmt::format("The column \"{}\" of {} names no group", column, table.string()));
    return labels;
}

GroupLabels groupsOfColour(const ImageSet& train, const ImageSet& test) {
    const auto of = [](const ImageSet& set) {
        const at::Tensor first = set.images.slice(1, 0, 1);
        return (set.images == first).flatten(1).all(1).to(at::kLong);
    };
    return {{"colour", "grey"}, of(train), of(test)};
}

GroupLabels groupsOfBrightness(const ImageSet& train, const ImageSet& test) {
    const at::Tensor own = brightness(train), sorted = std::get<0>(own.sort());
    const int64_t third = sorted.size(0) / 3;
    const at::Tensor low = sorted[third], high = sorted[sorted.size(0) - 1 - third];
    const auto of = [&](const at::Tensor& values) { return (values >= low).to(at::kLong) + (values > high).to(at::kLong); };
    return {{"dark", "medium", "bright"}, of(own), of(brightness(test))};
}

void skewColours(RawImages& raw, double skew, uint64_t seed) {
    if (!(skew >= 0.5 && skew <= 1))
        throw inputError(fmt::format("{} is no share of a majority", skew), "A number from 0.5 (no association) to 1.");
    if (raw.train.images.size(1) != 3) throw inputError("Only images in colour can become grey", "Set data.channels to 3.");
    requireMemory(raw.train.images.numel() + 2 * raw.test.images.numel(), "The images, the test images twice");
    const at::Tensor grey = greyRows(raw.train.labels, raw.classes.size(), skew, seed);
    raw.train.images = at::where(grey.to(at::kBool).view({-1, 1, 1, 1}), luma(raw.train.images), raw.train.images).contiguous();
    raw.train.groups = grey;
    const int64_t tests = raw.test.size();
    raw.test.images = at::cat({raw.test.images, luma(raw.test.images)});
    raw.test.labels = at::cat({raw.test.labels, raw.test.labels});
    raw.test.groups = at::cat({at::zeros({tests}, at::kLong), at::ones({tests}, at::kLong)});
    const std::vector<std::string> inColour = raw.testFiles;
    raw.testFiles.insert(raw.testFiles.end(), inColour.begin(), inColour.end());
    raw.groups = {"colour", "grey"};
    raw.fingerprint.clear();  // other content than the source's
}

}  // namespace gaplab

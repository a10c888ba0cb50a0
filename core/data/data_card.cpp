#include "core/data/data_card.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/base/text.h"
#include "core/data/fetch/download.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr const char* fileName = "data-card.json";

DataCard shapesCard() {
    return {.file = {},
            .content = {{"origin", "Drawn by this program from a seed: textured shapes on clutter; no photograph is in it."},
                        {"licence", "None is needed: nobody's pictures are used."},
                        {"consent", "No person is shown."},
                        {"sensitive_attributes", Json::array()},
                        {"intended_use", "Learning the program, tests, and planting biases whose size is known."},
                        {"known_limits", "Nothing learnt from it says anything about photographs."}}};
}

bool isText(const Json& value) {
    return value.is_string() || value.is_null();
}

bool isListOfTexts(const Json& value) {
    return value.is_array() && std::ranges::all_of(value, [](const Json& each) { return each.is_string(); });
}

bool isField(const std::string& key) {
    return std::ranges::find(cardFields(), key, &CardField::key) != cardFields().end();
}

/// "license" is not kept as a key of one's own while the licence counts as not stated.
void checkKey(const std::string& key, const std::string& where) {
    if (isField(key)) return;
    std::vector<std::string> names;
    for (const CardField& field : cardFields())
        names.push_back(field.key);
    if (const std::string near = nearestName(key, names); !near.empty())
        throw inputError(fmt::format("{} has a key \"{}\"", where, key), fmt::format("Did you mean \"{}\"?", near));
}

DataCard readFile(const fs::path& file) {
    const std::string where = file.string();
    DataCard card{.file = file, .content = parseJson(readUtf8(where), where)};
    if (!card.content.is_object())
        throw inputError(where + " is no data card", "It is one JSON object: {\"origin\": \"..\", ..}.");
    for (const auto& [key, value] : card.content.items()) {
        checkKey(key, where);
        if (isField(key) && !isText(value) && !isListOfTexts(value))
            throw inputError(fmt::format("{}: \"{}\" is {}", where, key, value.dump()),
                             "A text in quotation marks or a list of texts, null where it is not known.");
    }
    return card;
}

std::string emptyCard() {
    // Written by hand to keep the fields in the order in which they are asked.
    std::string text = "{";
    for (const CardField& field : cardFields())
        text += fmt::format("{}\n  \"{}\": {}", text.size() > 1 ? "," : "", field.key,
                            field.key == "sensitive_attributes" ? "null" : "\"\"");
    return text + "\n}\n";
}

/// The text goes into a file that was not there before.
void writeNew(const fs::path& file, const std::string& text) {
    const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST)
        throw inputError(fmt::format("There is a data card already: {}", file.string()), "It is left as it is; edit it.");
    if (descriptor < 0) throw systemError("Cannot write " + file.string(), errno, "Check the permissions of the folder.");
    const ssize_t written = write(descriptor, text.data(), text.size());
    const int failure = errno;
    const bool whole = close(descriptor) == 0 && written == static_cast<ssize_t>(text.size());
    if (whole) return;
    std::error_code ignored;
    fs::remove(file, ignored);
    throw systemError("Cannot write " + file.string(), failure, "Nothing was left there.");
}

}  // namespace

const std::vector<CardField>& cardFields() {
    static const std::vector<CardField> all = {
        {"origin", "Where do the images come from, who took them, when?"},
        {"licence", "Under which licence may they be used?"},
        {"consent", "Did the people who are shown, or their owners, agree to this use?"},
        {"sensitive_attributes", "What do the images tell that people could be harmed by (sex, age, skin, health)?"},
        {"intended_use", "What are they meant for, and what not?"},
        {"known_limits", "What is missing, wrong or unusual in them?"}};
    return all;
}

std::optional<std::string> DataCard::statement(const std::string& key) const {
    const auto found = content.find(key);
    if (found == content.end() || found->is_null() || *found == "") return {};
    if (found->is_string()) return found->get<std::string>();
    return found->empty() ? "none" : join(found->get<std::vector<std::string>>());
}

std::vector<CardField> DataCard::missing() const {
    std::vector<CardField> fields;
    for (const CardField& field : cardFields())
        if (!statement(field.key)) fields.push_back(field);
    return fields;
}

fs::path cardPlace(const DataSpec& spec) {
    if (spec.source == "shapes") return {};
    return (spec.path.empty() ? datasetFolder(spec.source) : fs::path(spec.path)) / fileName;
}

std::optional<DataCard> readCard(const DataSpec& spec) {
    const fs::path file = cardPlace(spec);
    if (file.empty()) return shapesCard();
    if (!fs::exists(file)) return {};
    return readFile(file);
}

fs::path writeCardTemplate(const DataSpec& spec) {
    const fs::path file = cardPlace(spec);
    if (file.empty()) throw inputError("The source shapes has its own data card", "Its images are no files.");
    if (!fs::is_directory(file.parent_path()))
        throw inputError(fmt::format("There is no folder {}", file.parent_path().string()));
    writeNew(file, emptyCard());
    return file;
}

}  // namespace gaplab

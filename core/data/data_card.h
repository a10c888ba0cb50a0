#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/experiment/experiment.h"

namespace gaplab {

/// What a data card should state.
struct CardField {
    std::string key;       ///< "origin", "licence", "consent", "sensitive_attributes", "intended_use", "known_limits"
    std::string question;  ///< that it answers
};
const std::vector<CardField>& cardFields();

/// What is known of a data set beyond its images (after T. Gebru et al., Datasheets for datasets, 2021).
struct DataCard {
    std::filesystem::path file;  ///< empty: the source has it built in
    Json content = Json::object();

    /// A text, or a list joined by commas; nothing where the card does not state it: the key is missing, null or an empty text.
    /// An empty list states that there are none.
    std::optional<std::string> statement(const std::string& key) const;
    /// The fields that the card does not state.
    std::vector<CardField> missing() const;
};

/// Where the card of a data set lies: data-card.json in its folder. Empty where the images are no files.
std::filesystem::path cardPlace(const DataSpec& spec);

/// The card beside the images, or the one that the source has built in; nothing where there is none. Keys of one's own are kept.
/// Throws Error (Input), with line and column where it is no JSON, for what is no object, a value that is neither text nor list
/// of texts, and a key that looks like a misspelt field.
std::optional<DataCard> readCard(const DataSpec& spec);

/// Writes an empty card to be filled in, and returns its place. Throws Error (Input) where there is one already, which is left as
/// it is, or no folder; Error (World) where it cannot be written.
std::filesystem::path writeCardTemplate(const DataSpec& spec);

}  // namespace gaplab

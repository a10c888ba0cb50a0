#include "core/base/files.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

void dropTraining(Json& holder) {
    if (!holder.contains("training")) return;
    for (const char* key : {"device", "threads"})
        holder["training"].erase(key);
    if (holder["training"].empty()) holder.erase("training");
}

/// What does not change the numbers of a run.
void dropCosmetic(Json& form) {
    for (const char* key : {"name", "notes"})
        form.erase(key);
    dropTraining(form);
    if (form.contains("teachers"))
        for (auto& [name, teacher] : form["teachers"].items())
            dropTraining(teacher);
}

}  // namespace

std::string trialIdentity(const Json& document, const Catalogue& catalogue, const std::string& dataFingerprint) {
    Json form = canonicalForm(document, catalogue);
    const Json path = form["data"].value("path", Json());
    form.erase("seeds");
    form["data"].erase("path");
    dropCosmetic(form);
    if (form.contains("stages"))
        for (auto& [name, inner] : form["stages"].items()) {
            dropCosmetic(inner);
            // The fingerprint vouches for the outer data set only: a stage with data of its own keeps their path.
            if (inner["data"].value("path", Json()) == path) inner["data"].erase("path");
        }
    return sha256(form.dump() + "\n" + dataFingerprint);
}

}  // namespace gaplab

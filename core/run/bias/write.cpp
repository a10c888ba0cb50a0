#include "core/base/files.h"
#include "core/run/bias.h"
#include "core/run/model_card.h"

namespace gaplab {
namespace {

void makeFolder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error || !std::filesystem::is_directory(folder))
        throw worldError("The folder " + folder.string() + " cannot be made: " + error.message(), "Choose another folder.");
}

}  // namespace

std::vector<std::filesystem::path> writeBiasReport(const Store& store, const BiasReport& report,
                                                   const std::filesystem::path& folder) {
    makeFolder(folder);
    std::map<std::string, std::string> files = biasTables(report);
    files["report.html"] = biasHtml(report);
    files["report.json"] = toJson(report).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    files["model-card.md"] = modelCard(store, store.run(report.run), {}, &report);
    std::vector<std::filesystem::path> written;
    for (const auto& [name, text] : files) {
        writeTextAtomically(folder / name, text);
        written.push_back(folder / name);
    }
    return written;
}

}  // namespace gaplab

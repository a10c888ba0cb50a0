// How the Library writes runs for other programs and stores.

#include "ui/library/export_dialog.h"
#include "ui/library/library_page.h"

namespace gaplab::ui {
namespace {

/// Writes them; what went wrong, or nothing.
std::string writeSelected(const Store& store, const std::vector<int64_t>& ids, const std::string& format,
                          const std::filesystem::path& path) {
    try {
        std::vector<WholeRun> runs;
        for (const int64_t id : ids)
            runs.push_back(store.wholeRun(id));
        writeRuns(runs, format, path);
        return {};
    } catch (const Error& error) {
        return error.describe();
    }
}

}  // namespace

void LibraryPage::exportSelected() {
    std::vector<int64_t> ids;
    for (const RunRow* run : selected())
        ids.push_back(run->id);
    if (ids.empty()) return;
    const int count = static_cast<int>(ids.size());
    auto* dialog = new ExportDialog(count, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, ids, count] {
        const std::filesystem::path path = dialog->path();
        Q_EMIT message(QStringLiteral("info"), tr("Writing %n run(s)…", "", count));
        session_.reader.ask(
            this, [ids, path, format = dialog->format()](const Store& store) { return writeSelected(store, ids, format, path); },
            [this, count, path](const std::string& problem) {
                if (problem.empty())
                    Q_EMIT message(QStringLiteral("info"),
                                   tr("%n run(s) written to %1.", "", count).arg(QString::fromStdString(path.string())));
                else
                    Q_EMIT message(QStringLiteral("error"), QString::fromStdString(problem));
            });
    });
    dialog->open();
}

}  // namespace gaplab::ui

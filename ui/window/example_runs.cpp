#include "ui/window/example_runs.h"

#include <QFile>

namespace gaplab::ui {

ExampleRuns::ExampleRuns(const std::filesystem::path& store, QObject* parent) : QObject(parent), work_(store) {
    connect(&work_, &ImportWork::previewed, this, [this] { work_.store(false); });
    connect(&work_, &ImportWork::stored, this, [this](const std::vector<ImportResult>& results) {
        std::vector<int64_t> runs;
        for (const ImportResult& result : results)
            if (result.id) runs.push_back(*result.id);
        Q_EMIT added(runs);
        deleteLater();
    });
    connect(&work_, &ImportWork::failed, this, [this](const QString& text) {
        Q_EMIT failed(text);
        deleteLater();
    });
}

void ExampleRuns::add() {
    const QString copy = folder_.filePath(QStringLiteral("runs.db"));
    if (folder_.isValid() && QFile::copy(QStringLiteral(":/examples/runs.db"), copy)) return work_.preview({copy}, false);
    Q_EMIT failed(tr("The example runs could not be unpacked into %1: %2").arg(folder_.path(), folder_.errorString()));
    deleteLater();
}

}  // namespace gaplab::ui

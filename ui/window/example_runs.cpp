#include "ui/window/example_runs.h"

#include <QFile>

namespace gaplab::ui {

ExampleRuns::ExampleRuns(const std::filesystem::path& store, QObject* parent) : QObject(parent), work_(store) {
    connect(&work_, &ImportWork::previewed, this, [this] { work_.store(false); });
    connect(&work_, &ImportWork::stored, this, [this](const std::vector<ImportResult>& results) {
        Q_EMIT added(storedRuns(results));
        deleteLater();
    });
    connect(&work_, &ImportWork::failed, this, [this](const QString& text) {
        Q_EMIT failed(text);
        deleteLater();
    });
}

void ExampleRuns::add() {
    const QString copy = folder_.filePath(QStringLiteral("runs.db"));
    QFile file(QStringLiteral(":/examples/runs.db"));
    if (folder_.isValid() && file.copy(copy)) return work_.preview({copy}, false);
    const QString reason = folder_.isValid() ? file.errorString() : folder_.errorString();
    Q_EMIT failed(tr("The example runs could not be unpacked into %1: %2").arg(folder_.path(), reason));
    deleteLater();
}

}  // namespace gaplab::ui

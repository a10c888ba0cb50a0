#include "ui/setup/run_choices.h"

#include <QLocale>

namespace gaplab::ui {
namespace {

QString describe(const RunRow& run) {
    QStringList parts{QStringLiteral("#%1").arg(run.id)};
    if (run.document.is_object() && run.document.contains("student") && run.document["student"].is_object())
        parts << QString::fromStdString(run.document["student"].value("architecture", ""));
    parts << QString::fromStdString(run.name);
    if (const SeriesSummary* accuracy = run.find("student/validation/accuracy"))
        parts << QStringLiteral("%1 %").arg(QLocale().toString(accuracy->best().value * 100.0, 'f', 1));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

RunChoices::RunChoices(Session& session, QObject* parent) : QStandardItemModel(parent), session_(session) {}

void RunChoices::update() {
    session_.reader.ask(
        this, [](const Store& store) { return store.runs(); },
        [this](const std::vector<RunRow>& runs) {
            // Rows are only ever added, so that a drop-down that is open keeps its place.
            for (const RunRow& run : runs) {
                if (run.state != RunState::Finished && run.state != RunState::Stopped) continue;
                if (!match(index(0, 0), Qt::UserRole, QString::number(run.id), 1, Qt::MatchExactly).isEmpty()) continue;
                auto* item = new QStandardItem(describe(run));
                item->setData(QString::number(run.id), Qt::UserRole);
                insertRow(0, item);
            }
        });
}

}  // namespace gaplab::ui

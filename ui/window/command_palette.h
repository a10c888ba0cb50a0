#pragma once

#include <vector>

#include <QAction>
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>

#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// Everything that can be done now, and the runs, found by typing parts of their names. Names of widgets: paletteLine,
/// paletteList.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    /// Of `actions` those that are enabled and visible are offered, in this order.
    CommandPalette(const QList<QAction*>& actions, StoreReader& reader, QWidget* parent);

Q_SIGNALS:
    void runChosen(qint64 run);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void find();
    void showRuns(const std::vector<std::pair<qint64, QString>>& runs);
    void choose(QListWidgetItem* item);

    QList<QPointer<QAction>> actions_;
    StoreReader& reader_;
    QLineEdit* line_;
    QListWidget* list_;
};

}  // namespace gaplab::ui

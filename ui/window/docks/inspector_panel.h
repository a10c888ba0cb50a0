#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "core/store/records.h"
#include "ui/library/run_edits.h"
#include "ui/monitor/event_list.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// One run: its document, notes, tags and events. Names of widgets: inspector.title, inspector.notes, inspector.keepNotes,
/// inspector.tags, inspector.config, inspector.events.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    InspectorPanel(Session& session, RunEdits& edits, QWidget* parent = nullptr);
    /// Notes that are being written are kept.
    ~InspectorPanel() override;

    /// 0: none. Notes that are being written are kept first.
    void showRun(qint64 run);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeLabels();
    QWidget* makeTabs();
    void refresh();
    void take(const RunRow& run, const std::vector<RunEvent>& events);
    void keepNotes();
    void keepTags();

    Session& session_;
    RunEdits& edits_;
    QLabel* title_;
    QLineEdit* tags_;
    QPlainTextEdit *notes_, *config_;
    QPushButton* keep_;
    EventList* events_;
    QWidget* content_;
    qint64 run_ = 0, shown_ = 0;
    std::string storedNotes_;
    std::vector<std::string> storedTags_;
    bool pending_ = false, stale_ = false;
};

}  // namespace gaplab::ui

#include "ui/window/docks/inspector_panel.h"

#include <utility>

#include <QFontDatabase>
#include <QFormLayout>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QTabWidget>
#include <QVBoxLayout>

#include "core/base/names.h"
#include "ui/forms/editor.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

struct Answer {
    RunRow run;
    std::vector<RunEvent> events;
    bool found = false;
};

Answer readRun(const Store& store, int64_t id) {
    std::vector<RunRow> rows = store.runs(std::vector{id});
    if (rows.empty()) return {};
    return {std::move(rows.front()), store.events(id), true};
}

}  // namespace

InspectorPanel::InspectorPanel(Session& session, RunEdits& edits, QWidget* parent)
    : QWidget(parent),
      session_(session),
      edits_(edits),
      title_(new QLabel(this)),
      tags_(new QLineEdit(this)),
      notes_(new QPlainTextEdit(this)),
      config_(new QPlainTextEdit(this)),
      keep_(new QPushButton(tr("Keep the notes"), this)),
      events_(new EventList(this)),
      content_(new QWidget(this)) {
    title_->setObjectName("inspector.title");
    title_->setWordWrap(true);
    title_->setTextFormat(Qt::PlainText);
    auto* inner = new QVBoxLayout(content_);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(makeLabels());
    inner->addWidget(makeTabs(), 1);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(title_);
    layout->addWidget(content_, 1);
    layout->addStretch();
    connect(&session.reader, &StoreReader::changed, this, &InspectorPanel::refresh);
    showRun(0);
    content_->hide();
    title_->setText(tr("Select a run in the Library, in Monitor or in Compare."));
}

InspectorPanel::~InspectorPanel() {
    notes_->removeEventFilter(this);
    keepNotes();
}

QWidget* InspectorPanel::makeLabels() {
    auto* box = new QWidget(content_);
    nameWidget(tags_, "inspector.tags", tr("Tags of the run"), tr("Words with spaces between them; Enter keeps them"));
    nameWidget(notes_, "inspector.notes", tr("Notes of the run"), tr("Kept by Ctrl+Return, or when the cursor leaves them"));
    nameWidget(keep_, "inspector.keepNotes", keep_->text());
    notes_->setTabChangesFocus(true);
    notes_->setMaximumHeight(fontMetrics().lineSpacing() * 7);
    notes_->installEventFilter(this);
    keep_->setEnabled(false);
    connect(notes_, &QPlainTextEdit::textChanged, this,
            [this] { keep_->setEnabled(notes_->toPlainText().toStdString() != storedNotes_); });
    connect(keep_, &QPushButton::clicked, this, &InspectorPanel::keepNotes);
    connect(tags_, &QLineEdit::editingFinished, this, &InspectorPanel::keepTags);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->addRow(tr("Tags"), tags_);
    form->addRow(tr("Notes"), notes_);
    form->addRow(keep_);
    return box;
}

QWidget* InspectorPanel::makeTabs() {
    auto* tabs = new QTabWidget(content_);
    nameWidget(tabs, "inspector.tabs", tr("More about the run"));
    nameWidget(config_, "inspector.config", tr("The run's experiment as JSON"));
    config_->setReadOnly(true);
    config_->setTabChangesFocus(true);
    config_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    config_->setLineWrapMode(QPlainTextEdit::NoWrap);
    events_->setObjectName("inspector.events");
    tabs->addTab(config_, tr("Config"));
    tabs->addTab(events_, tr("Events"));
    return tabs;
}

void InspectorPanel::showRun(qint64 run) {
    if (run == run_) return;
    keepNotes();
    run_ = run;
    refresh();
}

void InspectorPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

bool InspectorPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == notes_ && event->type() == QEvent::FocusOut) keepNotes();
    if (watched == notes_ && event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers() == Qt::ControlModifier) event->accept();  // else it would start an experiment
    }
    if (watched == notes_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers() == Qt::ControlModifier) {
            keepNotes();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void InspectorPanel::refresh() {
    if (!isVisible()) return;
    if (pending_) {
        stale_ = true;
        return;
    }
    if (run_ == 0) {
        content_->hide();
        shown_ = 0;
        title_->setText(tr("Select a run in the Library, in Monitor or in Compare."));
        return;
    }
    pending_ = true;
    session_.reader.ask(
        this, [run = run_](const Store& store) { return readRun(store, run); },
        [this, run = run_](const Answer& answer) {
            pending_ = false;
            if (run == run_ && answer.found) take(answer.run, answer.events);
            if (std::exchange(stale_, false)) refresh();
        });
}

void InspectorPanel::take(const RunRow& run, const std::vector<RunEvent>& events) {
    const bool another = run.id != shown_;
    shown_ = run.id;
    content_->show();
    title_->setText(QStringLiteral("%1\n%2").arg(runTitle(run), stateText(run.state)));
    // What a person is writing stays.
    if (another || !tags_->hasFocus()) tags_->setText(QString::fromStdString(join(run.tags, " ")));
    const bool writing = !another && notes_->toPlainText().toStdString() != storedNotes_;
    storedTags_ = run.tags;
    storedNotes_ = run.notes;
    if (!writing && notes_->toPlainText().toStdString() != run.notes) notes_->setPlainText(QString::fromStdString(run.notes));
    const QString text = QString::fromStdString(run.document.dump(2, ' ', false, Json::error_handler_t::replace));
    if (text != config_->toPlainText()) config_->setPlainText(text);
    events_->setEvents(events);
}

void InspectorPanel::keepNotes() {
    if (shown_ == 0) return;
    const std::string notes = notes_->toPlainText().toStdString();
    if (notes == storedNotes_) return;
    edits_.setNotes(shown_, std::exchange(storedNotes_, notes), notes);
    keep_->setEnabled(false);
}

void InspectorPanel::keepTags() {
    if (shown_ == 0) return;
    std::vector<std::string> tags;
    for (const QString& tag : tags_->text().split(QRegularExpression(QStringLiteral("[\\s,]+")), Qt::SkipEmptyParts))
        tags.push_back(tag.toStdString());
    if (tags == storedTags_) return;
    edits_.setTags({{shown_, storedTags_}}, {{shown_, tags}});
    storedTags_ = tags;
}

}  // namespace gaplab::ui

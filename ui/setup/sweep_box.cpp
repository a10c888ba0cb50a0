#include "ui/setup/sweep_box.h"

#include <algorithm>

#include <QCompleter>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStringListModel>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/forms/editor.h"
#include "ui/forms/section.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/sweep_row.h"
#include "ui/setup/sweep_summary.h"

namespace gaplab::ui {

SweepBox::SweepBox(const SetupContext& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      rowsLayout_(new QVBoxLayout),
      path_(new QLineEdit(this)),
      paths_(new QStringListModel(this)),
      count_(new NoteLabel(this)),
      problem_(new NoteLabel(this)),
      show_(new QPushButton(tr("Show the runs…"), this)) {
    auto* title = new QLabel(tr("Sweep: every combination of these values is an experiment of its own"), this);
    title->setWordWrap(true);
    nameWidget(show_, "sweep.show", tr("Show the runs of the sweep"), tr("A table of every experiment, its time and its disk"));
    connect(show_, &QPushButton::clicked, this, &SweepBox::membersAsked);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title);
    layout->addLayout(rowsLayout_);
    layout->addWidget(makeAdder());
    layout->addWidget(count_);
    layout->addWidget(problem_);
    layout->addWidget(show_, 0, Qt::AlignLeft);
    connect(&context_.draft, &Draft::changed, this, &SweepBox::refresh);
    refresh();
}

QWidget* SweepBox::makeAdder() {
    auto* bar = new QWidget(this);
    auto* addButton = new QPushButton(tr("Add to the sweep"), bar);
    nameWidget(path_, "sweep.path", tr("Field to sweep"),
               tr("The path of a field, as in the JSON beside; or press Ctrl+Shift+W on the field itself"));
    nameWidget(addButton, "sweep.add", tr("Add the field to the sweep"));
    path_->setPlaceholderText(tr("for example training.optimizer.lr"));
    auto* completer = new QCompleter(paths_, path_);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    path_->setCompleter(completer);
    connect(path_, &QLineEdit::returnPressed, this, &SweepBox::add);
    connect(addButton, &QPushButton::clicked, this, &SweepBox::add);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(path_, 1);
    layout->addWidget(addButton);
    return bar;
}

void SweepBox::setPaths(const QStringList& paths) {
    if (paths != paths_->stringList()) paths_->setStringList(paths);
}

void SweepBox::add() {
    const std::string path = path_->text().trimmed().toStdString();
    if (path.empty()) return path_->setFocus();
    if (!context_.draft.isSwept(path)) {
        const Json* value = context_.draft.find(path);
        beginSweep(context_.draft, path, value ? *value : Json());
    }
    path_->clear();
    focusValues(path);
}

void SweepBox::refresh() {
    std::vector<std::string> wanted;
    for (const auto& [path, values] : context_.draft.sweep().items())
        wanted.push_back(path);
    if (!std::ranges::equal(wanted, rows_, {}, {}, &SweepRow::path)) {
        for (SweepRow* row : rows_) {
            // One of its own buttons may be what is being pressed.
            row->hide();
            row->setParent(nullptr);
            row->deleteLater();
        }
        rows_.clear();
        for (const std::string& path : wanted) {
            rows_.push_back(new SweepRow(context_.draft, path, this));
            rowsLayout_->addWidget(rows_.back());
            rows_.back()->show();  // at once, so that its values can take the keyboard
        }
        QWidget* last = path_->previousInFocusChain();
        for (SweepRow* row : rows_)
            last = row->chainAfter(last);
        setTabOrder(last, path_);
    }
    for (SweepRow* row : rows_)
        row->refresh();
    show_->setVisible(!rows_.empty());
    if (rows_.empty()) showSummary({});
}

void SweepBox::showSummary(const SweepSummary& summary) {
    std::vector<Problem> others = summary.problems;
    for (SweepRow* row : rows_) {
        QStringList problems;
        std::erase_if(others, [&](const Problem& problem) {
            if (problem.path != row->path()) return false;
            problems << sentenceOf(problem);
            return true;
        });
        const auto values = summary.values.find(row->path());
        row->showValues(values == summary.values.end() ? std::vector<Json>() : values->second, problems.join('\n'));
    }
    QString count = tr("%n experiment(s)", "", static_cast<int>(summary.members)) + QStringLiteral(", ") +
                    tr("%n run(s)", "", static_cast<int>(summary.runs));
    if (summary.invalid > 0)
        count += QStringLiteral("; ") + tr("%n experiment(s) cannot be trained", "", static_cast<int>(summary.invalid));
    count_->setNote(summary.invalid > 0 ? "error" : "info", rows_.empty() || summary.members == 0 ? QString() : count);
    QString text;
    if (!others.empty()) {
        const QString path = QString::fromStdString(others.front().path);
        text = (path.isEmpty() ? QString() : path + QStringLiteral(": ")) + sentenceOf(others.front());
    }
    problem_->setNote("error", text);
}

bool SweepBox::focusValues(const std::string& path) {
    const auto row = std::ranges::find(rows_, path, &SweepRow::path);
    if (row == rows_.end()) return false;
    reveal(*row);
    (*row)->focusValues();
    // A new row has no place before the event loop comes round.
    QTimer::singleShot(0, *row, [row = *row] {
        for (QWidget* parent = row->parentWidget(); parent; parent = parent->parentWidget())
            if (auto* area = qobject_cast<QScrollArea*>(parent)) area->ensureWidgetVisible(row);
    });
    return true;
}

}  // namespace gaplab::ui

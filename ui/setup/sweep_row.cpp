#include "ui/setup/sweep_row.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/forms/labels.h"
#include "ui/forms/simple_editors.h"
#include "ui/setup/item_list.h"

namespace gaplab::ui {
namespace {

constexpr size_t mostShownValues = 12;

QString placeholderOf(SweepForm form) {
    switch (form) {
        case SweepForm::Values: return SweepRow::tr("for example 0.01, 0.1");
        case SweepForm::Range: return SweepRow::tr("from, to, step");
        case SweepForm::Linear:
        case SweepForm::Log: break;
    }
    return SweepRow::tr("from, to, how many");
}

QString listed(const std::vector<Json>& values) {
    QStringList shown;
    for (size_t i = 0; i < std::min(values.size(), mostShownValues); ++i)
        shown << plainText(values[i]);
    const auto more = static_cast<int>(values.size() - static_cast<size_t>(shown.size()));
    return shown.join(QStringLiteral(", ")) +
           (more > 0 ? QStringLiteral(" ") + SweepRow::tr("and %n more", "", more) : QString());
}

}  // namespace

SweepRow::SweepRow(Draft& draft, const std::string& path, QWidget* parent)
    : QWidget(parent),
      draft_(draft),
      path_(path),
      form_(new ComboBox(this)),
      values_(new QLineEdit(this)),
      remove_(makeIconButton("remove", "sweep." + QString::fromStdString(path) + ".remove",
                             tr("Do not sweep %1").arg(QString::fromStdString(path)), this)),
      note_(new NoteLabel(this)) {
    const QString place = QString::fromStdString(path);
    auto* title = new QLabel(place, this);
    title->setBuddy(values_);
    title->setTextFormat(Qt::PlainText);
    form_->addItem(tr("Values"), static_cast<int>(SweepForm::Values));
    form_->addItem(tr("Steps"), static_cast<int>(SweepForm::Range));
    form_->addItem(tr("Evenly"), static_cast<int>(SweepForm::Linear));
    form_->addItem(tr("Log"), static_cast<int>(SweepForm::Log));
    nameWidget(form_, "sweep." + place + ".form", tr("How the values of %1 are given").arg(place),
               tr("A list; from an end to the other in steps; or so many values, evenly or by equal factors"));
    nameWidget(values_, "sweep." + place, tr("Values of %1").arg(place), tr("As behind --sweep on the command line"));
    connect(form_, &QComboBox::activated, this, [this] {
        draft_.beginStep();
        write();
    });
    connect(values_, &QLineEdit::textEdited, this, &SweepRow::write);
    connect(remove_, &QToolButton::clicked, this, [this] { draft_.removeSweep(path_); });
    auto* line = new QHBoxLayout;
    line->addWidget(form_);
    line->addWidget(values_, 1);
    line->addWidget(remove_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title);
    layout->addLayout(line);
    layout->addWidget(note_);
    refresh();
}

void SweepRow::refresh() {
    const Json text = draft_.sweep().value(path_, Json());
    if (!text.is_string()) return;
    const SweepValues shown = SweepValues::fromText(QString::fromStdString(text));
    form_->setCurrentIndex(form_->findData(static_cast<int>(shown.form)));
    values_->setPlaceholderText(placeholderOf(shown.form));
    if (values_->text() != shown.text) values_->setText(shown.text);
}

void SweepRow::write() {
    const SweepValues given{static_cast<SweepForm>(form_->currentData().toInt()), values_->text()};
    draft_.setSweep(path_, given.toText().toStdString());
}

void SweepRow::showValues(const std::vector<Json>& values, const QString& problem) {
    if (!problem.isEmpty()) return note_->setNote("error", problem);
    const bool plain = static_cast<SweepForm>(form_->currentData().toInt()) == SweepForm::Values;
    note_->setNote("info", plain || values.empty() ? QString() : listed(values));
}

QWidget* SweepRow::chainAfter(QWidget* before) {
    setTabOrder(before, form_);
    setTabOrder(form_, values_);
    setTabOrder(values_, remove_);
    return remove_;
}

void SweepRow::focusValues() {
    values_->setFocus(Qt::OtherFocusReason);
    values_->selectAll();
}

}  // namespace gaplab::ui

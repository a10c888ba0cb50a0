#include "ui/library/import_dialog.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/library/import_work.h"

namespace gaplab::ui {

ImportDialog::ImportDialog(const std::filesystem::path& store, QWidget* parent)
    : QDialog(parent), work_(new ImportWork(store, this)), model_(new ImportTable(this)) {
    setObjectName(QStringLiteral("importDialog"));
    setWindowTitle(tr("Import runs"));
    build();
    connect(work_, &ImportWork::progressed, this, &ImportDialog::showProgress);
    connect(work_, &ImportWork::previewed, this, &ImportDialog::showPreview);
    connect(work_, &ImportWork::stored, this, &ImportDialog::finish);
    connect(work_, &ImportWork::failed, this, &ImportDialog::showFailure);
    connect(work_, &ImportWork::stopped, this, [this] { showFailure(tr("Stopped. Nothing was taken over.")); });
    summary_->setText(
        tr("Choose files or a folder: what GapLab has exported, another store, TensorBoard, MLflow, W&B, or a table "
           "(CSV)."));
    updateState();
}

QPushButton* ImportDialog::addButton(const char* name, const QString& text) {
    auto* button = new QPushButton(text);
    button->setObjectName(QLatin1String(name));
    button->setAccessibleName(QString(text).remove('&'));
    button->setAutoDefault(false);
    return button;
}

void ImportDialog::build() {
    constexpr QSize comfortable(860, 560);
    files_ = addButton("importFiles", tr("Choose &files…"));
    folder_ = addButton("importFolder", tr("Choose a f&older…"));
    now_ = addButton("importNow", tr("&Import"));
    close_ = addButton("importClose", tr("Cancel"));
    now_->setDefault(true);
    connect(files_, &QPushButton::clicked, this, [this] { choose(false); });
    connect(folder_, &QPushButton::clicked, this, [this] { choose(true); });
    connect(now_, &QPushButton::clicked, this, &ImportDialog::takeOver);
    connect(close_, &QPushButton::clicked, this, &ImportDialog::reject);
    place_ = new QLabel;
    place_->setObjectName(QStringLiteral("importPaths"));
    place_->setWordWrap(true);
    table_ = new QTableView;
    table_->setObjectName(QStringLiteral("importTable"));
    table_->setAccessibleName(tr("Runs that could come in"));
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    notes_ = new QPlainTextEdit;
    notes_->setObjectName(QStringLiteral("importNotes"));
    notes_->setAccessibleName(tr("What is not understood, or changed"));
    notes_->setReadOnly(true);
    notes_->setTabChangesFocus(true);
    notes_->setMaximumHeight(7 * fontMetrics().height());
    again_ = new QCheckBox(tr("What is here &already too, as new runs"));
    again_->setObjectName(QStringLiteral("importAgain"));
    connect(again_, &QCheckBox::toggled, this, &ImportDialog::readAgain);
    progress_ = new QProgressBar;
    progress_->setObjectName(QStringLiteral("importProgress"));
    progress_->setAccessibleName(tr("Progress"));
    summary_ = new QLabel;
    summary_->setObjectName(QStringLiteral("importSummary"));
    summary_->setWordWrap(true);
    auto* notesLabel = new QLabel(tr("&Not understood, or changed"));
    notesLabel->setBuddy(notes_);
    auto* above = new QHBoxLayout;
    above->addWidget(files_);
    above->addWidget(folder_);
    above->addWidget(place_, 1);
    auto* below = new QHBoxLayout;
    below->addWidget(again_);
    below->addStretch();
    below->addWidget(now_);
    below->addWidget(close_);
    auto* column = new QVBoxLayout(this);
    column->addLayout(above);
    column->addWidget(table_, 1);
    column->addWidget(notesLabel);
    column->addWidget(notes_);
    column->addWidget(summary_);
    column->addWidget(progress_);
    column->addLayout(below);
    resize(comfortable);
}

void ImportDialog::choose(bool folder) {
    QStringList chosen;
    if (folder)
        chosen += QFileDialog::getExistingDirectory(this, tr("Choose a folder of runs"));
    else
        chosen = QFileDialog::getOpenFileNames(this, tr("Choose files of runs"));
    chosen.removeAll(QString());
    if (!chosen.isEmpty()) setPaths(chosen);
}

void ImportDialog::setPaths(const QStringList& paths) {
    paths_ = paths;
    place_->setText(paths.size() == 1
                        ? paths.front()
                        : tr("%n file(s) and folder(s), the first: %1", "", static_cast<int>(paths.size())).arg(paths.front()));
    readAgain();
}

void ImportDialog::readAgain() {
    if (paths_.isEmpty() || work_->isBusy()) return;
    model_->setResults({});
    notes_->clear();
    storing_ = false;
    summary_->setText(tr("Reading…"));
    work_->preview(paths_, again_->isChecked());
    updateState();
}

void ImportDialog::takeOver() {
    if (work_->isBusy() || model_->coming() == 0) return;
    storing_ = true;
    summary_->setText(tr("Taking over…"));
    work_->store(again_->isChecked());
    updateState();
}

void ImportDialog::showProgress(int done, int total) {
    // All are looked at, but not written yet: how long that takes nobody knows.
    const bool known = total > 0 && (done < total || !storing_);
    progress_->setRange(0, known ? total : 0);
    if (known) progress_->setValue(done);
}

void ImportDialog::showPreview(const std::vector<ImportResult>& results) {
    model_->setResults(results);
    table_->resizeColumnsToContents();
    const QStringList notes = model_->notes();
    notes_->setPlainText(notes.isEmpty() ? tr("Nothing: everything in these files comes in as it is.") : notes.join('\n'));
    const int coming = model_->coming(), left = static_cast<int>(results.size()) - coming;
    QString text = tr("%n run(s) would come in.", "", coming);
    if (left > 0) text += ' ' + tr("%n run(s) would be left out.", "", left);
    summary_->setText(text);
    updateState();
    if (now_->isEnabled()) now_->setFocus();
}

void ImportDialog::finish(const std::vector<ImportResult>& results) {
    const std::vector<int64_t> runs = storedRuns(results);
    Q_EMIT imported(runs, static_cast<int>(results.size() - runs.size()));
    accept();
}

void ImportDialog::showFailure(const QString& text) {
    if (closing_) return QDialog::reject();
    storing_ = false;
    summary_->setText(text);
    updateState();
}

bool ImportDialog::isBusy() const {
    return work_->isBusy();
}

void ImportDialog::reject() {
    if (!work_->isBusy()) return QDialog::reject();
    // What is being stored is stopped first, so that it can be told what has come in; reading is left alone.
    work_->stop();
    summary_->setText(tr("Stopping…"));
    closing_ = true;
    close_->setEnabled(false);
    if (!storing_) hide();
}

void ImportDialog::updateState() {
    const bool busy = work_->isBusy();
    if (closing_ && !busy) return QDialog::reject();
    for (QWidget* widget : std::initializer_list<QWidget*>{files_, folder_, again_})
        widget->setEnabled(!busy);
    now_->setEnabled(!busy && model_->coming() > 0);
    progress_->setVisible(busy);
    if (busy) progress_->setRange(0, 0);
}

}  // namespace gaplab::ui

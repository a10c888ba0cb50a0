#include "ui/library/store_dialog.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace gaplab::ui {
namespace {

QString findingsText(const std::vector<std::string>& findings) {
    if (findings.empty()) return StoreDialog::tr("Nothing is wrong.");
    QStringList lines = {StoreDialog::tr("%n fault(s) found:", "", static_cast<int>(findings.size()))};
    constexpr size_t most = 20;
    for (size_t i = 0; i < std::min(most, findings.size()); ++i)
        lines += QString::fromStdString(findings[i]);
    if (findings.size() > most) lines += StoreDialog::tr("… and more: see gaplab-cli store check.");
    return lines.join('\n');
}

}  // namespace

StoreDialog::StoreDialog(std::filesystem::path store, QWidget* parent)
    : QDialog(parent),
      path_(std::move(store)),
      reader_(path_),
      sizes_(new QFormLayout),
      row_(new QHBoxLayout),
      result_(new QLabel) {
    setObjectName(QStringLiteral("storeDialog"));
    setWindowTitle(tr("Store health"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* place = new QLabel(QString::fromStdString(path_.string()));
    place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    place->setWordWrap(true);
    result_->setObjectName(QStringLiteral("healthResult"));
    result_->setWordWrap(true);
    result_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    addButton(QStringLiteral("quickCheck"), tr("&Check"), tr("Is the database whole? Takes seconds"), &StoreDialog::checkQuickly);
    addButton(QStringLiteral("fullCheck"), tr("Check &everything"), tr("Every point and every checkpoint file; takes minutes"),
              &StoreDialog::checkAll);
    addButton(QStringLiteral("compactStore"), tr("C&ompact"), tr("Give unused room back to the disk"), &StoreDialog::compact);
    addButton(QStringLiteral("backUpStore"), tr("&Back up now…"), tr("A copy of the database, without the checkpoints beside it"),
              &StoreDialog::backUp);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(place);
    column->addLayout(sizes_);
    column->addLayout(row_);
    column->addWidget(result_, 1);
    column->addWidget(buttons);
    resize(80 * fontMetrics().averageCharWidth(), 24 * fontMetrics().height());
    connect(&reader_, &StoreReader::failed, this, &StoreDialog::say);
    readSizes();
}

QPushButton* StoreDialog::addButton(const QString& name, const QString& text, const QString& help, void (StoreDialog::*call)()) {
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    button->setToolTip(help);
    button->setAccessibleDescription(help);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, call);
    row_->addWidget(button);
    buttons_.push_back(button);
    return button;
}

void StoreDialog::readSizes() {
    reader_.ask(
        this, [](const Store& store) { return store.sizes(); }, [this](const Store::Sizes& sizes) { showSizes(sizes); });
}

void StoreDialog::showSizes(const Store::Sizes& sizes) {
    while (sizes_->rowCount() > 0)
        sizes_->removeRow(0);
    const auto add = [this](const QString& what, int64_t bytes) {
        sizes_->addRow(what, new QLabel(locale().formattedDataSize(bytes)));
    };
    add(tr("Database:"), sizes.database);
    add(tr("of it, points:"), sizes.points);
    add(tr("of it, answers on test images:"), sizes.predictions);
    add(tr("of it, unused:"), sizes.unused);
    for (const auto& [kind, bytes] : sizes.checkpoints)
        add(tr("Checkpoints “%1”:").arg(QString::fromStdString(kind)), bytes);
    add(tr("of them, in the trash:"), sizes.trash);
}

void StoreDialog::start(const QString& what, std::function<QString(const Store&)> work) {
    if (busy_) return;
    busy_ = true;
    for (QPushButton* button : buttons_)
        button->setEnabled(false);
    result_->setText(what);
    reader_.ask(
        this, [work = std::move(work)](const Store& store) { return work(store); },
        [this](const QString& text) {
            say(text);
            readSizes();
        });
}

void StoreDialog::say(const QString& text) {
    busy_ = false;
    for (QPushButton* button : buttons_)
        button->setEnabled(true);
    result_->setText(text);
}

void StoreDialog::checkQuickly() {
    start(tr("Checking…"), [](const Store& store) { return findingsText(store.quickCheck()); });
}

void StoreDialog::checkAll() {
    start(tr("Checking everything…"), [](const Store& store) { return findingsText(store.check().findings); });
}

void StoreDialog::compact() {
    start(tr("Compacting…"), [](const Store& store) {
        const int64_t before = store.sizes().database;
        Store(store.path(), Store::Mode::Write).compact();
        return tr("The database has given %1 back.")
            .arg(QLocale().formattedDataSize(std::max<int64_t>(0, before - store.sizes().database)));
    });
}

void StoreDialog::backUp() {
    const QString name = QStringLiteral("%1-%2.db")
                             .arg(QString::fromStdString(path_.stem().string()),
                                  QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
    const QString file = QFileDialog::getSaveFileName(this, tr("Back up the store"),
                                                      QString::fromStdString((path_.parent_path() / name.toStdString()).string()),
                                                      tr("GapLab stores (*.db)"));
    if (file.isEmpty()) return;
    start(tr("Writing the backup…"), [file](const Store& store) {
        store.backUp(file.toStdString());
        return tr("The backup is %1.").arg(file);
    });
}

}  // namespace gaplab::ui

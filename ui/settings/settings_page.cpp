#include "ui/settings/settings_page.h"

#include <algorithm>

#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QThread>
#include <QVBoxLayout>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {
namespace {

constexpr int widestCharacters = 90;

struct Group {
    QGroupBox* box;
    QFormLayout* form;
};

Group makeGroup(const QString& title) {
    auto* box = new QGroupBox(title);
    auto* form = new QFormLayout(box);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    return {box, form};
}

void addRow(QFormLayout* form, const QString& label, QWidget* widget, const QString& objectName, const QString& help) {
    nameWidget(widget, objectName, label, help);
    auto* caption = new QLabel(label);
    caption->setBuddy(widget);
    form->addRow(caption, widget);
    auto* explanation = new QLabel(help);
    explanation->setWordWrap(true);
    explanation->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(explanation);
}

}  // namespace

SettingsPage::SettingsPage(Session& session, QWidget* parent) : Page(parent), session_(session) {
    setObjectName(key());
    auto* content = new QWidget;
    content->setMaximumWidth(fontMetrics().averageCharWidth() * widestCharacters);
    auto* inner = new QVBoxLayout(content);
    inner->addWidget(makeAppearance());
    inner->addWidget(makeTraining());
    inner->addWidget(makeStore());
    inner->addWidget(makeComparison());
    inner->addWidget(makeFooter());
    inner->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    display(Preferences::load());
}

QWidget* SettingsPage::makeAppearance() {
    const Group group = makeGroup(tr("Appearance"));
    theme_ = new ComboBox;
    theme_->addItems({tr("as the desktop"), tr("light"), tr("dark")});
    language_ = new ComboBox;
    language_->addItem(QStringLiteral("English"), QStringLiteral("en"));
    addRow(group.form, tr("Theme"), theme_, "theme", tr("Applied at once."));
    addRow(group.form, tr("Language"), language_, "language", tr("English is the only language of this version."));
    connect(theme_, &QComboBox::activated, this, &SettingsPage::save);
    connect(language_, &QComboBox::activated, this, &SettingsPage::save);
    return group.box;
}

QWidget* SettingsPage::makeTraining() {
    const Group group = makeGroup(tr("Training"));
    threads_ = new NumberSpin(integerParameter("threads", 0, 0, QThread::idealThreadCount(), "Threads"));
    addRow(group.form, tr("Processor threads"), threads_, "threads",
           tr("For experiments that do not say how many; 0 takes all %n core(s). Results on the processor are repeated exactly "
              "only with the "
              "same number of threads.",
              "", QThread::idealThreadCount()));
    connect(threads_, &NumberSpin::edited, this, &SettingsPage::save);
    return group.box;
}

QWidget* SettingsPage::makeStore() {
    const Group group = makeGroup(tr("Store"));
    store_ = new QLineEdit;
    store_->setReadOnly(true);
    store_->setMinimumWidth(fontMetrics().averageCharWidth() * 60);
    auto* choose = new QPushButton(tr("Choose…"));
    addRow(group.form, tr("Place of the store"), store_, "store",
           tr("One file that holds every run; checkpoints lie beside it. Another store is opened at once, and again at the next "
              "start."));
    nameWidget(choose, "store.choose", tr("Choose another store"));
    auto* line = new QHBoxLayout;
    line->addWidget(choose);
    line->addStretch();
    group.form->addRow(line);
    connect(choose, &QPushButton::clicked, this, &SettingsPage::chooseStore);
    return group.box;
}

QWidget* SettingsPage::makeComparison() {
    const Group group = makeGroup(tr("Compare"));
    confidence_ = new NumberSpin(realParameter("confidence", 95.0, 50.0, 99.99, "Confidence level"));
    margin_ = new NumberSpin(realParameter("margin", 0.3, 0.0, 100.0, "Margin"));
    addRow(group.form, tr("Confidence level, %"), confidence_, "confidence",
           tr("Of the intervals of differences, before the correction for several comparisons."));
    addRow(group.form, tr("Practical margin, points"), margin_, "margin",
           tr("Differences inside of this count as equal. Choosing the best test epoch alone gains about 0.3 points."));
    connect(confidence_, &NumberSpin::edited, this, &SettingsPage::save);
    connect(margin_, &NumberSpin::edited, this, &SettingsPage::save);
    return group.box;
}

QWidget* SettingsPage::makeFooter() {
    auto* box = new QWidget;
    auto* privacy = new QLabel(tr("Nothing leaves this machine: no accounts, no reports, no update checks."), box);
    privacy->setObjectName("privacy");
    privacy->setWordWrap(true);
    auto* restore = new QPushButton(tr("Restore defaults"), box);
    nameWidget(restore, "restoreDefaults", tr("Restore defaults"), tr("Everything but the place of the store"));
    connect(restore, &QPushButton::clicked, this, &SettingsPage::restoreDefaults);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(privacy);
    layout->addWidget(restore, 0, Qt::AlignLeft);
    return box;
}

void SettingsPage::activate() {
    display(Preferences::load());
}

void SettingsPage::display(const Preferences& preferences) {
    preferences_ = preferences;
    theme_->setCurrentIndex(static_cast<int>(preferences.theme));
    language_->setCurrentIndex(std::max(0, language_->findData(preferences.language)));
    threads_->setValue(preferences.threads);
    confidence_->setValue(QString::number(preferences.confidence * 100.0, 'g', 6).toDouble());
    margin_->setValue(QString::number(preferences.margin * 100.0, 'g', 6).toDouble());
    store_->setText(QString::fromStdString(session_.workbench.storePath().string()));
}

void SettingsPage::save() {
    const Theme before = preferences_.theme;
    preferences_.theme = static_cast<Theme>(theme_->currentIndex());
    preferences_.language = language_->currentData().toString();
    preferences_.threads = static_cast<int>(std::clamp(threads_->value().get<double>(), 0.0, 1024.0));
    preferences_.confidence = std::clamp(confidence_->value().get<double>() / 100.0, 0.5, 0.9999);
    preferences_.margin = std::clamp(margin_->value().get<double>() / 100.0, 0.0, 1.0);
    preferences_.save();
    if (preferences_.theme != before) Q_EMIT themeChanged(preferences_.theme);
}

void SettingsPage::restoreDefaults() {
    Preferences defaults;
    defaults.store = preferences_.store;
    const Theme before = preferences_.theme;
    display(defaults);
    defaults.save();
    if (defaults.theme != before) Q_EMIT themeChanged(defaults.theme);
    Q_EMIT message(QStringLiteral("info"), tr("The settings are back at their defaults; the store stays where it is."));
}

void SettingsPage::chooseStore() {
    const QString chosen = QFileDialog::getSaveFileName(window(), tr("Choose a store, or a name for a new one"), store_->text(),
                                                        tr("GapLab stores (*.db)"), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!chosen.isEmpty()) Q_EMIT storeChosen(chosen);
}

}  // namespace gaplab::ui

#pragma once

#include <QComboBox>
#include <QLineEdit>

#include "ui/forms/number_spin.h"
#include "ui/settings/settings.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// Settings. Names of widgets: theme, language, threads, store, confidence, margin, restoreDefaults.
class SettingsPage : public Page {
    Q_OBJECT
public:
    explicit SettingsPage(Session& session, QWidget* parent = nullptr);

    QString key() const override { return QStringLiteral("settings"); }
    QString title() const override { return tr("Settings"); }
    void activate() override;

Q_SIGNALS:
    void themeChanged(gaplab::ui::Theme theme);
    /// Open this store now, and at every start from now on.
    void storeChosen(const QString& path);

private:
    QWidget* makeAppearance();
    QWidget* makeTraining();
    QWidget* makeStore();
    QWidget* makeComparison();
    QWidget* makeFooter();
    void display(const Preferences& preferences);
    void save();
    void restoreDefaults();
    void chooseStore();

    Session& session_;
    Preferences preferences_;
    QComboBox *theme_, *language_;
    NumberSpin *threads_, *confidence_, *margin_;
    QLineEdit* store_;
};

}  // namespace gaplab::ui

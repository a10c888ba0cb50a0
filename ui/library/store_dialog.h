#pragma once

#include <filesystem>

#include <QDialog>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// What the store takes on the disk, and what can be done for it: check, compact, back up. Works on a thread and a connection of
/// its own. Names of widgets: quickCheck, fullCheck, compactStore, backUpStore, healthResult.
class StoreDialog : public QDialog {
    Q_OBJECT
public:
    explicit StoreDialog(std::filesystem::path store, QWidget* parent = nullptr);
    bool isBusy() const { return busy_; }

private:
    QPushButton* addButton(const QString& name, const QString& text, const QString& help, void (StoreDialog::*call)());
    void readSizes();
    void showSizes(const Store::Sizes& sizes);
    void checkQuickly();
    void checkAll();
    void compact();
    void backUp();
    /// `work` off the window's thread; it returns a sentence on what came of it.
    void start(const QString& what, std::function<QString(const Store&)> work);
    void say(const QString& text);

    std::filesystem::path path_;
    StoreReader reader_;
    QFormLayout* sizes_;
    QHBoxLayout* row_;
    QLabel* result_;
    std::vector<QPushButton*> buttons_;
    bool busy_ = false;
};

}  // namespace gaplab::ui

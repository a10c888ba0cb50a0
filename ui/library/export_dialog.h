#pragma once

#include <QDialog>

#include "core/interop/formats.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace gaplab::ui {

/// Asks how, and where, runs are written. Names of widgets: exportFormat, exportPath, exportBrowse, exportNow.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(int runs, QWidget* parent = nullptr);
    std::string format() const;
    std::filesystem::path path() const;

private:
    void browse();
    void updateState();
    /// Files of several go into a folder.
    bool isFolder() const;

    int runs_;
    QComboBox* format_;
    QLabel* help_;
    QLineEdit* path_;
    QPushButton* now_ = nullptr;
};

}  // namespace gaplab::ui

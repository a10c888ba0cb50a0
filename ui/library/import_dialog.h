#pragma once

#include <QDialog>

#include "ui/library/import_table.h"

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace gaplab::ui {

class ImportWork;

/// Shows what would come in from files and folders, what of it is not understood and what is here already, and takes it over.
/// Names of widgets: importFiles, importFolder, importPaths, importTable, importNotes, importAgain, importProgress,
/// importSummary, importNow, importClose.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ImportDialog(const std::filesystem::path& store, QWidget* parent = nullptr);

    /// Reads them, and shows what is in them.
    void setPaths(const QStringList& paths);
    bool isBusy() const;
    void reject() override;

Q_SIGNALS:
    /// Runs that have come in, and how many were left out.
    void imported(const std::vector<int64_t>& runs, int leftOut);

private:
    void build();
    QPushButton* addButton(const char* name, const QString& text);
    void choose(bool folder);
    void readAgain();
    void takeOver();
    void showProgress(int done, int total);
    void showPreview(const std::vector<ImportResult>& results);
    void finish(const std::vector<ImportResult>& results);
    void showFailure(const QString& text);
    void updateState();

    ImportWork* work_;
    ImportTable* model_;
    QStringList paths_;
    bool storing_ = false, closing_ = false;
    QLabel *place_ = nullptr, *summary_ = nullptr;
    QTableView* table_ = nullptr;
    QPlainTextEdit* notes_ = nullptr;
    QCheckBox* again_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QPushButton *files_ = nullptr, *folder_ = nullptr, *now_ = nullptr, *close_ = nullptr;
};

}  // namespace gaplab::ui

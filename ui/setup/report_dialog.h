#pragma once

#include <QDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTextBrowser>

#include "core/base/json.h"
#include "ui/forms/form_grid.h"

namespace gaplab::ui {

/// Shows how far a slow look at something is, and then its report, which can be copied and saved as JSON. Names of widgets, with
/// the key in front: Report, Copy, Save, Close, Note.
class ReportDialog : public QDialog {
    Q_OBJECT
public:
    struct Words {
        QString key;                              ///< "audit"
        QString title, progress, report, cancel;  ///< the last three for screen readers
        QString file;                             ///< proposed for saving: "audit.json"
    };
    ReportDialog(const Words& words, QWidget* parent);

    /// Writes the report as JSON; says beside the buttons what became of it.
    void save(const QString& file);

protected:
    void showProgress(const QString& what, double fraction);
    void showFailure(const QString& message);
    /// The report is there now.
    void showReport();
    bool isShown() const { return isShown_; }

    /// Fills the document and returns the report in one sentence.
    virtual QString writeTo(QTextDocument& document) const = 0;
    virtual Json json() const = 0;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeButtons();
    void write();
    void chooseFile();
    QString jsonText() const;

    const Words words_;
    QLabel* what_;
    QProgressBar* bar_;
    NoteLabel* note_;
    QTextBrowser* report_;
    QPushButton *copy_ = nullptr, *save_ = nullptr, *close_ = nullptr;
    bool isShown_ = false;
};

}  // namespace gaplab::ui

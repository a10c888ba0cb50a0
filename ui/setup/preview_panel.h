#pragma once

#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QWidget>

#include "core/run/inspect.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/thumbnails.h"

namespace gaplab::ui {

/// Beside the form: problems, sizes and costs of the networks, the data, and the document as JSON.
class PreviewPanel : public QWidget {
    Q_OBJECT
public:
    explicit PreviewPanel(QWidget* parent = nullptr);

    void showDocument(const Json& document);
    /// Warnings are listed behind the problems; alone they hinder nothing.
    void showProblems(const std::vector<Problem>& problems, const std::vector<Problem>& warnings = {});
    /// What the inspection found; `document` is the one inspected.
    void showInspection(const Inspection& inspection, const Json& document);
    /// Data that could not be loaded, or any other fault of an inspection; empty: none.
    void showFault(const QString& text);
    void setBusy(bool busy);
    /// For a problem that no field can mend (a key that is not known): a button that takes it out. Empty: none.
    void offerRemoval(const QString& path);
    QPushButton* checkButton() const { return check_; }

Q_SIGNALS:
    /// The person asks to be led to the field of a problem.
    void problemChosen(const QString& path);
    void removalAsked(const QString& path);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeFacts();
    QWidget* makeJson();
    void showNetworks(const Json& networks);
    void showCost(const Inspection& inspection, const Json& document);
    void showData(const DataPreview& preview);

    QSplitter* parts_;
    QPushButton *check_, *remove_;
    QString removable_;
    QLabel *busy_, *networks_, *cost_, *data_;
    NoteLabel *summary_, *fault_;
    QListWidget* problems_;
    Thumbnails* thumbnails_;
    QPlainTextEdit* json_;
};

}  // namespace gaplab::ui

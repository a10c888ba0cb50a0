#pragma once

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>

#include "core/run/chain.h"
#include "ui/feed/store_reader.h"
#include "ui/forms/form_grid.h"

namespace gaplab::ui {

/// Puts assistants between a static teacher and the student: proposed from what stored runs reached alone, or chosen by the
/// person. Names of widgets: chainTeacher, chainCount, chainKind, chainNetworks, chainOther, chainAdd, chainProbeEpochs,
/// chainProbe, chainInsert.
class AssistantsDialog : public QDialog {
    Q_OBJECT
public:
    /// `document` is valid.
    AssistantsDialog(StoreReader& reader, const Json& document, QWidget* parent);
    /// Static teachers that the student learns from.
    static QStringList teachersOf(const Json& document);

Q_SIGNALS:
    /// The experiment with the assistants.
    void chosen(const gaplab::Json& document);
    /// Short trainings of single networks, to know what they reach.
    void probesWanted(const std::vector<gaplab::Json>& documents);

private:
    QWidget* makeChoices();
    QWidget* makeProbes();
    void takeRecords(const std::vector<AloneRecord>& records);
    void propose();
    void addRow(const AloneRecord& record, const QString& role);
    void addOther();
    void tellHops();
    std::vector<AloneRecord> checkedRecords() const;
    void insert();
    void probe();

    Json document_;
    std::vector<AloneRecord> records_, shown_;  ///< shown_: a row each, the teacher first
    size_t studentRow_ = 0;
    QComboBox *teacher_, *kind_, *other_;
    QSpinBox *count_, *probeEpochs_;
    QTableWidget* table_;
    NoteLabel* note_;
    QPushButton *insert_, *probe_;
};

}  // namespace gaplab::ui

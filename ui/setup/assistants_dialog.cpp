#include "ui/setup/assistants_dialog.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

#include "core/run/inspect.h"
#include "ui/forms/editor.h"
#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

constexpr int usualProbeEpochs = 5, mostAssistants = 8;
enum Column { Use, Network, Accuracy, Epochs, Runs, ColumnCount };

QString wordsOf(const Json& network) {
    QString words = QString::fromStdString(network.value("architecture", ""));
    for (const auto& [key, value] : network.items())
        if (key != "architecture")
            words += QStringLiteral(", %1 %2").arg(QString::fromStdString(key), QString::fromStdString(value.dump()));
    return words;
}

}  // namespace

QStringList AssistantsDialog::teachersOf(const Json& document) {
    QStringList names;
    const Experiment experiment = parseExperiment(document, catalogue());
    for (const Teacher& teacher : experiment.teachers) {
        const bool teaches = std::ranges::any_of(
            experiment.knowledge, [&](const Knowledge& term) { return term.from == teacher.name && term.to == "student"; });
        if (!teacher.trained && teacher.apart && teaches) names << QString::fromStdString(teacher.name);
    }
    return names;
}

AssistantsDialog::AssistantsDialog(StoreReader& reader, const Json& document, QWidget* parent)
    : QDialog(parent),
      document_(document),
      teacher_(new QComboBox(this)),
      kind_(new QComboBox(this)),
      other_(new QComboBox(this)),
      count_(new QSpinBox(this)),
      probeEpochs_(new QSpinBox(this)),
      table_(new QTableWidget(0, ColumnCount, this)),
      note_(new NoteLabel(this)) {
    setObjectName(QStringLiteral("assistantsDialog"));
    setWindowTitle(tr("Teacher assistants"));
    table_->setHorizontalHeaderLabels({tr("Assistant"), tr("Network"), tr("Accuracy alone"), tr("Epochs"), tr("Runs")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setSectionResizeMode(Network, QHeaderView::Stretch);
    nameWidget(table_, "chainNetworks", tr("Networks between teacher and student"),
               tr("Space takes the network of the row as an assistant"));
    connect(table_, &QTableWidget::itemChanged, this, &AssistantsDialog::tellHops);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    insert_ = buttons->addButton(tr("Insert assistants"), QDialogButtonBox::AcceptRole);
    nameWidget(insert_, "chainInsert", tr("Insert the assistants into the experiment"));
    connect(buttons, &QDialogButtonBox::accepted, this, &AssistantsDialog::insert);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeChoices());
    layout->addWidget(table_, 1);
    layout->addWidget(note_);
    layout->addWidget(makeProbes());
    layout->addWidget(buttons);
    resize(640, 520);
    propose();
    reader.ask(
        this, [document](const Store& store) { return aloneRecords(store.runs(), document, catalogue()); },
        [this](const std::vector<AloneRecord>& records) { takeRecords(records); });
}

QWidget* AssistantsDialog::makeChoices() {
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    teacher_->addItems(teachersOf(document_));
    nameWidget(teacher_, "chainTeacher", tr("Teacher at the top"));
    count_->setRange(1, mostAssistants);
    nameWidget(count_, "chainCount", tr("Assistants"));
    kind_->addItem(tr("from the one above it (TAKD)"), static_cast<int>(ChainKind::Takd));
    kind_->addItem(tr("from all above it, one left out in each step (DGKD)"), static_cast<int>(ChainKind::Dgkd));
    nameWidget(kind_, "chainKind", tr("Each learns"));
    form->addRow(tr("Teacher at the top"), teacher_);
    form->addRow(tr("Assistants"), count_);
    form->addRow(tr("Each learns"), kind_);
    for (const std::string& name : catalogue().names(Registry::Architecture, true))
        other_->addItem(QString::fromStdString(name));
    nameWidget(other_, "chainOther", tr("Another network"));
    auto* add = new QPushButton(tr("Add"), box);
    nameWidget(add, "chainAdd", tr("Add the network to the list"));
    auto* row = new QHBoxLayout;
    row->addWidget(other_, 1);
    row->addWidget(add);
    form->addRow(tr("Another network"), row);
    connect(add, &QPushButton::clicked, this, &AssistantsDialog::addOther);
    connect(teacher_, &QComboBox::currentIndexChanged, this, &AssistantsDialog::propose);
    connect(count_, &QSpinBox::valueChanged, this, &AssistantsDialog::propose);
    return box;
}

QWidget* AssistantsDialog::makeProbes() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* text = new QLabel(tr("Not known yet? Train teacher, student and the chosen networks alone for"), box);
    text->setWordWrap(true);
    probeEpochs_->setRange(1, 10'000);
    probeEpochs_->setValue(usualProbeEpochs);
    probeEpochs_->setSuffix(tr(" epochs"));
    nameWidget(probeEpochs_, "chainProbeEpochs", tr("Epochs of the short trainings"));
    probe_ = new QPushButton(tr("Queue"), box);
    nameWidget(probe_, "chainProbe", tr("Queue the short trainings"));
    connect(probe_, &QPushButton::clicked, this, &AssistantsDialog::probe);
    row->addWidget(text, 1);
    row->addWidget(probeEpochs_);
    row->addWidget(probe_);
    return box;
}

void AssistantsDialog::takeRecords(const std::vector<AloneRecord>& records) {
    records_ = records;
    propose();
}

void AssistantsDialog::propose() {
    const std::string teacher = teacher_->currentText().toStdString();
    const ChainPlan plan = planChain(records_, document_, teacher, count_->value(), catalogue());
    const QSignalBlocker quiet(table_);
    table_->setRowCount(0);
    shown_.clear();
    const auto end = [&](const std::string& role, const std::optional<AloneRecord>& record) {
        addRow(record ? *record : AloneRecord{.network = networkOf(document_, role), .training = {}},
               QString::fromStdString(role));
    };
    end(teacher, plan.teacher);
    std::vector<AloneRecord> between = plan.assistants;
    const size_t chosen = between.size();
    between.insert(between.end(), plan.others.begin(), plan.others.end());
    for (size_t i = 0; i < between.size(); ++i) {
        addRow(between[i], {});
        table_->item(static_cast<int>(shown_.size()) - 1, Use)->setCheckState(i < chosen ? Qt::Checked : Qt::Unchecked);
    }
    studentRow_ = shown_.size();
    end("student", plan.student);
    tellHops();
}

void AssistantsDialog::addRow(const AloneRecord& record, const QString& role) {
    const int row = static_cast<int>(shown_.size());
    table_->insertRow(row);
    shown_.push_back(record);
    auto* use = new QTableWidgetItem(role);
    if (role.isEmpty())
        use->setCheckState(Qt::Unchecked);
    else
        use->setFlags(use->flags() & ~Qt::ItemIsUserCheckable);
    table_->setItem(row, Use, use);
    table_->setItem(row, Network, new QTableWidgetItem(wordsOf(record.network)));
    const auto setNumber = [&](Column column, const QString& text) {
        auto* number = new QTableWidgetItem(text);
        number->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table_->setItem(row, column, number);
    };
    const bool known = record.runs > 0;
    setNumber(Accuracy, known ? percentText(record.accuracy) : tr("not known"));
    setNumber(Epochs, known ? QString::number(record.epochs) : QString());
    setNumber(Runs, known ? QString::number(record.runs) : QString());
}

void AssistantsDialog::addOther() {
    {
        const QSignalBlocker quiet(table_);
        addRow({.network = {{"architecture", other_->currentText().toStdString()}}, .training = {}}, {});
        table_->item(static_cast<int>(shown_.size()) - 1, Use)->setCheckState(Qt::Checked);
    }
    tellHops();
}

/// Largest first, those without an accuracy behind in their order.
std::vector<AloneRecord> AssistantsDialog::checkedRecords() const {
    std::vector<AloneRecord> checked;
    for (int row = 0; row < table_->rowCount(); ++row)
        if (table_->item(row, Use)->checkState() == Qt::Checked) checked.push_back(shown_[static_cast<size_t>(row)]);
    std::ranges::stable_sort(
        checked, [](const AloneRecord& a, const AloneRecord& b) { return a.runs > 0 && b.runs > 0 && a.accuracy > b.accuracy; });
    return checked;
}

void AssistantsDialog::tellHops() {
    const std::vector<AloneRecord> checked = checkedRecords();
    insert_->setEnabled(!checked.empty());
    std::vector<AloneRecord> way = {shown_.front()};
    way.insert(way.end(), checked.begin(), checked.end());
    way.push_back(shown_[studentRow_]);
    QStringList unknown;
    for (const AloneRecord& record : way)
        if (record.runs == 0) unknown << wordsOf(record.network);
    if (!unknown.isEmpty())
        return note_->setNote("info",
                              tr("No stored run tells what these reach alone on these data: %1. Add a network yourself, or "
                                 "train some briefly first.")
                                  .arg(unknown.join(QStringLiteral("; "))));
    double hop = 0;
    for (size_t i = 1; i < way.size(); ++i)
        hop = std::max(hop, way[i - 1].accuracy - way[i].accuracy);
    note_->setNote("info", tr("The largest hop is %1 of %2 points (best validation accuracy of each network alone).")
                               .arg(pointsText(hop), pointsText(way.front().accuracy - way.back().accuracy)));
}

void AssistantsDialog::insert() {
    const auto kind = static_cast<ChainKind>(kind_->currentData().toInt());
    Q_EMIT chosen(withAssistants(document_, teacher_->currentText().toStdString(), checkedRecords(), kind));
    accept();
}

void AssistantsDialog::probe() {
    std::vector<Json> networks = {networkOf(document_, teacher_->currentText().toStdString()), networkOf(document_, "student")};
    for (const AloneRecord& record : checkedRecords())
        networks.push_back(record.network);
    Q_EMIT probesWanted(probes(document_, networks, probeEpochs_->value()));
    reject();
}

}  // namespace gaplab::ui

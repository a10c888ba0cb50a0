#include "ui/setup/sweep_dialog.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QVBoxLayout>

#include "core/run/inspect.h"
#include "ui/forms/editor.h"
#include "ui/forms/labels.h"
#include "ui/models/format.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/sweep_summary.h"

namespace gaplab::ui {
namespace {

/// Times come from the latest of these; more would make a person wait.
constexpr size_t mostRunsLookedAt = 1000;
constexpr int problemCharacters = 40;

SweepPlan plan(const Store& store, const Json& document, const Json& sweep, const TimedEpoch& timed) {
    std::vector<Problem> problems;
    const Json specification = specificationOf(sweep, problems);
    SweepReview review = reviewSweep(document, specification, catalogue());
    review.problems.insert(review.problems.end(), problems.begin(), problems.end());
    std::vector<RunRow> runs = store.newestRuns({}, mostRunsLookedAt);
    std::ranges::sort(runs, {}, &RunRow::id);
    Pace pace(runs, catalogue());
    if (timed.seconds > 0) pace.learn(timed.document, timed.seconds);
    return planSweep(std::move(review), pace, catalogue());
}

auto faultyOf(const SweepPlan& plan) {
    return std::ranges::count_if(plan.members, [](const PlannedMember& member) { return !member.reviewed.problems.empty(); });
}

}  // namespace

SweepDialog::SweepDialog(StoreReader& reader, const Json& document, const Json& sweep, TimedEpoch timed, QWidget* parent)
    : QDialog(parent),
      model_(new SweepModel(this)),
      view_(new QTableView(this)),
      total_(new NoteLabel(this)),
      problem_(new NoteLabel(this)),
      again_(new QCheckBox(tr("Also train again what is finished in the store"), this)) {
    setObjectName(QStringLiteral("sweepDialog"));
    setWindowTitle(tr("Runs of the sweep"));
    view_->setModel(model_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setTabKeyNavigation(false);
    view_->setWordWrap(true);
    view_->verticalHeader()->hide();
    view_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    nameWidget(view_, "sweepMembers", tr("Experiments of the sweep"));
    total_->setObjectName("sweepTotal");
    nameWidget(
        again_, "sweepAgain", again_->text(),
        tr("A finished run of the same experiment and seed, with the same precision and kind of device, is taken as it is"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    start_ = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    nameWidget(start_, "sweepStart", tr("Start"), tr("Queues the runs in this order"));
    nameWidget(buttons->button(QDialogButtonBox::Cancel), "sweepCancel", tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &SweepDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(view_, 1);
    layout->addWidget(total_);
    layout->addWidget(problem_);
    layout->addWidget(again_);
    layout->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 120, fontMetrics().lineSpacing() * 28);
    total_->setNote("info", tr("Working out the runs…"));
    start_->setDefault(true);
    reader.ask(
        this, [document, sweep, timed = std::move(timed)](const Store& store) { return plan(store, document, sweep, timed); },
        [this](const SweepPlan& answer) { takePlan(answer); });
}

void SweepDialog::takePlan(const SweepPlan& plan) {
    planned_ = true;
    model_->setPlan(plan);
    view_->resizeColumnsToContents();
    view_->horizontalHeader()->setStretchLastSection(true);
    const bool faulty = !plan.isValid();
    QHeaderView* columns = view_->horizontalHeader();
    columns->moveSection(columns->visualIndex(model_->problemColumn()), faulty ? 1 : columns->count() - 1);
    view_->setColumnHidden(model_->problemColumn(), !faulty);
    if (faulty) {
        view_->setColumnWidth(model_->problemColumn(), fontMetrics().averageCharWidth() * problemCharacters);
        view_->resizeRowsToContents();
    }
    view_->setCurrentIndex(model_->index(0, 0));
    view_->setFocus();
    total_->setNote(faulty ? "error" : "info", totalText(plan));
    start_->setText(tr("Start %n run(s)", "", static_cast<int>(plan.total.runs)));
    start_->setAccessibleName(start_->text());
}

QString SweepDialog::totalText(const SweepPlan& plan) const {
    QStringList parts = {tr("%n experiment(s)", "", static_cast<int>(plan.members.size())),
                         tr("%n run(s)", "", static_cast<int>(plan.total.runs))};
    if (plan.total.seconds) parts << tr("about %1").arg(durationText(*plan.total.seconds));
    if (plan.total.bytes) parts << bytesText(*plan.total.bytes);
    if (!plan.isValid())
        return parts.front() + QStringLiteral("; ") +
               tr("%n experiment(s) cannot be trained", "", static_cast<int>(faultyOf(plan))) + QStringLiteral(".");
    QString text = parts.join(QStringLiteral(", ")) + tr(", with the teachers and stages that are trained first.");
    if (!plan.total.seconds)
        text += ' ' + tr("The time is not known: no run like these is in the store. Check, in the preview, times a few batches.");
    return text;
}

void SweepDialog::start() {
    if (!planned_) return;
    const SweepPlan& plan = model_->plan();
    if (!plan.isValid()) {
        QString text = tr("Nothing was started: %n experiment(s) cannot be trained. Cancel, and mend the values.", "",
                          static_cast<int>(faultyOf(plan)));
        if (!plan.problems.empty())
            text = tr("Nothing was started. %1: %2")
                       .arg(QString::fromStdString(plan.problems.front().path), sentenceOf(plan.problems.front()));
        return problem_->setNote("error", text);
    }
    std::vector<Json> documents;
    for (const PlannedMember& member : plan.members)
        documents.push_back(member.reviewed.member.document);
    Q_EMIT chosen(documents, again_->isChecked());
    accept();
}

}  // namespace gaplab::ui

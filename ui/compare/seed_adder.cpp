#include "ui/compare/seed_adder.h"

#include <algorithm>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

QString verdictsOf(const TrialComparison& comparison) {
    QStringList verdicts;
    for (const TrialFigures& trial : comparison.trials)
        if (trial.delta) verdicts += verdictText(trial.delta->verdict);
    return verdicts.join(QStringLiteral(", "));
}

}  // namespace

SeedAdder::SeedAdder(Session& session, QObject* parent) : QObject(parent), session_(session) {
    connect(&session_.pump, &FeedPump::submitted, this, [this](qint64 submission, const std::vector<int64_t>& runs) {
        if (submission_ == 0 || submission != submission_) return;
        submission_ = 0;
        runs_ = runs;
        watchRuns();
    });
    connect(&session_.pump, &FeedPump::rejected, this, [this](qint64 submission, const Json& error) {
        if (submission_ == 0 || submission != submission_) return;
        const std::string text = error.value("error", Json::object()).value("message", "");
        end(QStringLiteral("error"), tr("No more seeds are added: %1").arg(QString::fromStdString(text)));
    });
    connect(&session_.reader, &StoreReader::changed, this, &SeedAdder::watchRuns);
}

void SeedAdder::start(SeedStudy study) {
    if (isBusy()) return;
    study_ = std::move(study);
    looks_ = 0;
    look();
}

void SeedAdder::look() {
    session_.reader.ask(
        this,
        [study = *study_](const Store& store) -> Look {
            try {
                const TrialComparison comparison =
                    compareTrials(store, study.trials, study.level, study.margin, study.plan.looks);
                return {nextSeeds(comparison, study.plan), verdictsOf(comparison), {}};
            } catch (const Error& error) {
                return {{}, {}, error};
            }
        },
        [this](Look look) { takeLook(std::move(look)); });
}

void SeedAdder::takeLook(Look look) {
    if (look.error) return end(QStringLiteral("error"), QString::fromStdString(look.error->describe()));
    const SeedStep& step = look.step;
    looks_ += step.isLook;
    if (step.next.empty()) {
        const QString outcome = step.decided ? tr("Decided") : tr("Not decided at the cap");
        return end(QStringLiteral("info"), tr("%1 after %2 of at most %3 looks, with %4 seeds a trial: %5.")
                                               .arg(outcome)
                                               .arg(looks_)
                                               .arg(study_->plan.looks)
                                               .arg(step.seeds)
                                               .arg(look.verdicts));
    }
    int count = 0;
    for (const MissingSeeds& missing : step.next)
        count += static_cast<int>(missing.seeds.size());
    missing_.assign(step.next.begin(), step.next.end());
    Q_EMIT message(QStringLiteral("info"),
                   tr("%n run(s) are trained until look %1 of at most %2.", "", count).arg(looks_ + 1).arg(study_->plan.looks));
    submitNext();
}

void SeedAdder::submitNext() {
    if (missing_.empty()) return look();
    const MissingSeeds next = std::move(missing_.front());
    missing_.pop_front();
    try {
        submission_ = session_.workbench.submit(next.document, {.seeds = next.seeds});
    } catch (const Error& error) {  // made by a version with another vocabulary
        end(QStringLiteral("error"), QString::fromStdString(error.describe()));
    }
}

void SeedAdder::watchRuns() {
    if (runs_.empty()) return;
    session_.reader.ask(
        this,
        [runs = runs_](const Store& store) {
            std::vector<RunRow> rows;
            rows.reserve(runs.size());
            for (const int64_t run : runs)
                rows.push_back(store.run(run));
            return rows;
        },
        [this](const std::vector<RunRow>& rows) { takeRuns(rows); });
}

void SeedAdder::takeRuns(const std::vector<RunRow>& rows) {
    const bool ours = std::ranges::equal(rows, runs_, {}, &RunRow::id);  // not the answer to an older question
    if (!ours || std::ranges::any_of(rows, isLive, &RunRow::state)) return;
    runs_.clear();
    std::vector<int64_t> experiments;
    for (const RunRow& row : rows) {
        if (row.state != RunState::Finished)
            return end(QStringLiteral("warning"),
                       tr("No more seeds are added: run %1 is %2.").arg(row.id).arg(stateText(row.state)));
        if (row.kind != "stage") experiments.push_back(row.id);
    }
    Q_EMIT added(experiments);
    submitNext();
}

void SeedAdder::end(const QString& level, const QString& text) {
    study_.reset();
    missing_.clear();
    runs_.clear();
    submission_ = 0;
    Q_EMIT message(level, text);
}

}  // namespace gaplab::ui

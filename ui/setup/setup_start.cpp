// What the Set-up page does with the document as a whole: files, checks, starting.
#include <algorithm>

#include "core/base/files.h"
#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "ui/settings/settings.h"
#include "ui/setup/audit_dialog.h"
#include "ui/setup/baselines_box.h"
#include "ui/setup/setup_page.h"

namespace gaplab::ui {
namespace {

QString sentences(const Error& error) {
    QString text = QString::fromUtf8(error.what());
    for (const Problem& problem : error.problems())
        text += QStringLiteral("\n%1: %2").arg(QString::fromStdString(problem.path), sentenceOf(problem));
    if (!error.hint().empty()) text += ' ' + QString::fromStdString(error.hint());
    return text;
}

std::vector<Problem> problemsOf(const Json& error) {
    std::vector<Problem> problems;
    for (const Json& problem : error.value("problems", Json::array()))
        problems.push_back({problem.value("path", ""), problem.value("message", ""), problem.value("allowed", "")});
    return problems;
}

}  // namespace

void SetupPage::showDocument(const Json& document, const std::map<std::string, std::string>& sweep) {
    keeper_->beginNew();
    stages_->choose({});
    draft_.replace(document);
    for (const auto& [path, values] : sweep)
        draft_.setSweep(path, values);
}

void SetupPage::newExperiment() {
    showDocument(quickStart());
    Q_EMIT message(QStringLiteral("info"),
                   tr("A new experiment, filled in like the quick start. The draft before it is kept in the store."));
}

void SetupPage::openFile(const QString& file) {
    try {
        const Json document = parseJson(readText(file.toStdString()), file.toStdString());
        const auto problems = validate(document, catalogue());
        showDocument(document);
        if (!problems.empty())
            Q_EMIT message(QStringLiteral("warning"),
                           tr("%1 has %n problem(s); the first: %2", "", static_cast<int>(problems.size()))
                               .arg(file, QString::fromStdString(problems.front().path) + QStringLiteral(": ") +
                                              sentenceOf(problems.front())));
    } catch (const Error& error) {
        Q_EMIT message(QStringLiteral("error"), sentences(error));
    }
}

void SetupPage::saveFile(const QString& file) {
    try {
        writeTextAtomically(file.toStdString(), draft_.document().dump(2) + "\n");
        QString told = tr("Saved as %1.").arg(file);
        if (!draft_.sweep().empty()) told += ' ' + tr("The sweep stays with the draft; on the command line it is --sweep.");
        if (BaselinesBox::areWanted(draft_))
            told += ' ' + tr("The baselines stay with the draft; on the command line they are --baselines.");
        Q_EMIT message(QStringLiteral("info"), told);
    } catch (const Error& error) {
        Q_EMIT message(QStringLiteral("error"), sentences(error));
    }
}

void SetupPage::check() {
    validateNow();
    if (problems_.empty()) inspection_->check(draft_.document());
}

void SetupPage::audit() {
    const std::string stage = stages_->stage().toStdString();
    const Json* audited = stage.empty() ? nullptr : draft_.find("stages." + stage + ".data");
    if (!audited) audited = draft_.find("data");
    auto* dialog = new AuditDialog(*audits_, audited ? *audited : Json::object(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void SetupPage::start() {
    validateNow();
    const bool again = std::ranges::any_of(preparing_, [this](const auto& entry) { return entry.second == draft_.stored(); });
    if (again) {
        Q_EMIT message(QStringLiteral("info"), tr("This experiment is being prepared already."));
        return;
    }
    if (!draft_.sweep().empty()) return showSweep();
    if (!problems_.empty()) {
        Q_EMIT message(QStringLiteral("error"),
                       tr("Nothing was started: %n problem(s) to mend first.", "", static_cast<int>(problems_.size())));
        return focusProblem(QString::fromStdString(problems_.front().path));
    }
    submit({draft_.document()}, {.baselines = BaselinesBox::areWanted(draft_)});
}

void SetupPage::showSweep() {
    if (draft_.sweep().empty()) {
        Q_EMIT message(QStringLiteral("info"), tr("Nothing is swept. Add a field to the sweep in the run plan first."));
        return;
    }
    auto* dialog = new SweepDialog(session_.reader, draft_.document(), draft_.sweep(), timed_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SweepDialog::chosen, this, [this](const std::vector<Json>& documents, bool again) {
        submit(documents, {.reuse = !again, .baselines = BaselinesBox::areWanted(draft_)});
    });
    dialog->open();
}

void SetupPage::submit(const std::vector<Json>& documents, SubmitOptions options) {
    const Json threads = draft_.document().value(Json::json_pointer("/training/threads"), Json(0));
    if (const int preferred = Preferences::load().threads; preferred > 0 && threads == 0) options.threads = preferred;
    try {
        keeper_->flush();
        const int64_t submission = session_.workbench.submitAll(documents, options);
        preparing_[submission] = draft_.stored();
        status_->setText(tr("Preparing…"));
    } catch (const Error& error) {
        Q_EMIT message(QStringLiteral("error"), sentences(error));
    }
}

void SetupPage::connectFeed() {
    connect(&session_.pump, &FeedPump::submitted, this, &SetupPage::takeSubmission);
    connect(&session_.pump, &FeedPump::rejected, this, &SetupPage::takeRejection);
    connect(&session_.pump, &FeedPump::progress, this, &SetupPage::showPreparation);
}

void SetupPage::takeSubmission(qint64 submission, const std::vector<int64_t>& runs, const std::vector<int64_t>& done) {
    const auto prepared = preparing_.extract(submission);
    if (prepared.empty()) return;
    status_->setText({});
    if (runs.empty()) return;
    if (!done.empty()) {
        const QString taken = tr("%n finished run(s) taken as they are.", "", static_cast<int>(done.size()));
        const auto left = static_cast<int>(runs.size() - done.size());
        Q_EMIT message(QStringLiteral("info"), left == 0 ? taken : tr("%n run(s) queued.", "", left) + ' ' + taken);
        if (left == 0) return Q_EMIT openCompare(done);
    }
    // Of several experiments the one that comes first, of one the run that a person asked for.
    const bool areSeveral = prepared.mapped().contains("sweep") || prepared.mapped().contains("baselines");
    const auto next = std::ranges::find_if(runs, [&](int64_t run) { return std::ranges::find(done, run) == done.end(); });
    Q_EMIT openMonitor(areSeveral && next != runs.end() ? *next : runs.back());
}

void SetupPage::takeRejection(qint64 submission, const Json& answer) {
    if (preparing_.erase(submission) == 0) return;
    status_->setText({});
    const Json error = answer.value("error", Json::object());
    const std::vector<Problem> problems = problemsOf(error);
    QString text = tr("Nothing was started. %1").arg(QString::fromStdString(error.value("message", "")));
    if (!error.value("hint", "").empty()) text += ' ' + QString::fromStdString(error.value("hint", ""));
    Q_EMIT message(QStringLiteral("error"), text);
    if (problems.empty()) return;
    preview_->showProblems(problems);
    form_->showProblems(problems);
    focusProblem(QString::fromStdString(problems.front().path));
}

void SetupPage::showPreparation(const RunProgress& progress) {
    if (!preparing_.contains(progress.submission) || progress.run != 0) return;
    QString text = tr("Preparing: %1").arg(QString::fromStdString(progress.detail));
    if (progress.fraction >= 0) text += QStringLiteral(" · %1 %").arg(static_cast<int>(progress.fraction * 100.0));
    status_->setText(text);
}

}  // namespace gaplab::ui

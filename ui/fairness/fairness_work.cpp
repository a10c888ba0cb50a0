// What the page of bias reports asks of the store, and the report as files.

#include <algorithm>
#include <set>

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QPageSize>
#include <QPdfWriter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTextDocument>

#include "core/run/inspect.h"
#include "ui/fairness/fairness_page.h"
#include "ui/fairness/report_view.h"
#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

/// Either a report, or why there is none.
struct Answer {
    std::optional<BiasReport> report;
    std::vector<std::string> teachers;
    QString problem;
};

bool isFinished(const RunRow& row) {
    return row.state == RunState::Finished;
}

bool hasTeachers(const RunRow& row) {
    return row.document.is_object() && !row.document.value("teachers", Json::object()).empty();
}

/// One line a trial: its newest finished run, with how many there are.
struct ListedTrial {
    const RunRow* row;
    std::set<uint64_t> seeds;
};

std::vector<ListedTrial> trialsOf(const std::vector<RunRow>& rows) {
    std::vector<ListedTrial> trials;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (!isFinished(*row)) continue;
        const auto found = std::ranges::find_if(trials, [&](const ListedTrial& trial) { return trial.row->trial == row->trial; });
        if (found == trials.end())
            trials.push_back({&*row, {row->seed}});
        else
            found->seeds.insert(row->seed);
    }
    return trials;
}

QString textOf(const ListedTrial& trial) {
    return FairnessPage::tr("%1 – run %2, %n seed(s)", "", static_cast<int>(trial.seeds.size()))
        .arg(runTitle(*trial.row))
        .arg(trial.row->id);
}

using Offers = QList<std::pair<QString, QVariant>>;

/// Lists that are as they were are left alone: a person may have one open while runs write.
void offer(QComboBox& combo, const Offers& offers, int chosen) {
    Offers before;
    for (int i = 0; i < combo.count(); ++i)
        before.emplace_back(combo.itemText(i), combo.itemData(i));
    if (before != offers) {
        combo.clear();
        for (const auto& [text, data] : offers)
            combo.addItem(text, data);
    }
    combo.setCurrentIndex(chosen);
}

QString textOf(const Error& error) {
    QString text = QString::fromUtf8(error.what());
    if (!text.endsWith('.')) text += '.';
    return error.hint().empty() ? text : text + ' ' + QString::fromStdString(error.hint());
}

}  // namespace

void FairnessPage::activate() {
    listRuns();
}

void FairnessPage::showRuns(const std::vector<int64_t>& runs) {
    if (runs.empty()) return;
    wanted_ = runs.front();
    listRuns();
}

void FairnessPage::listRuns() {
    if (listing_) return;
    listing_ = true;
    session_.reader.ask(
        this, [](const Store& store) { return store.runs(); },
        [this](const std::vector<RunRow>& rows) {
            listing_ = false;
            takeRuns(rows);
        });
}

void FairnessPage::takeRuns(const std::vector<RunRow>& rows) {
    const std::vector<ListedTrial> trials = trialsOf(rows);
    stack_->setCurrentIndex(trials.empty() ? 0 : 1);
    if (trials.empty()) return;
    std::string trial;  // that is shown, or wanted; else the newest one with a teacher
    const qint64 asked = wanted_ != 0 ? wanted_ : run_;
    for (const RunRow& row : rows)
        if (row.id == asked) trial = row.trial;
    if (std::ranges::none_of(trials, [&](const ListedTrial& listed) { return listed.row->trial == trial; })) {
        const auto taught = std::ranges::find_if(trials, [](const ListedTrial& listed) { return hasTeachers(*listed.row); });
        trial = (taught == trials.end() ? trials.front() : *taught).row->trial;
        if (wanted_ != 0)
            Q_EMIT message(QStringLiteral("info"), tr("Run %1 is not finished: there is no report of it yet.").arg(wanted_));
    }
    const bool first = !report_ || wanted_ != 0;
    wanted_ = 0;
    Offers runs, alone = {{tr("found by itself"), QString()}};
    int chosen = 0;
    for (const ListedTrial& listed : trials) {
        if (listed.row->trial == trial) {
            chosen = static_cast<int>(runs.size());
            run_ = listed.row->id;
        } else if (!hasTeachers(*listed.row)) {
            alone.emplace_back(textOf(listed), QString::fromStdString(listed.row->trial));
        }
        runs.emplace_back(textOf(listed), QVariant::fromValue<qlonglong>(listed.row->id));
    }
    const QString before = runs_->currentText();
    const QVariant aloneBefore = baselines_->currentData();
    offer(*runs_, runs, chosen);
    const auto kept = std::ranges::find(alone, aloneBefore, [](const auto& one) { return one.second; });
    offer(*baselines_, alone, kept == alone.end() ? 0 : static_cast<int>(kept - alone.begin()));
    if (first || runs_->currentText() != before) ask();
}

void FairnessPage::ask() {
    if (pending_) {
        stale_ = true;
        return;
    }
    pending_ = true;
    stale_ = false;
    const BiasQuestion question = {.run = std::to_string(run_),
                                   .baseline = baselines_->currentData().toString().toStdString(),
                                   .teacher = teachers_->currentData().toString().toStdString(),
                                   .split = splits_->currentData().toString().toStdString()};
    session_.reader.ask(
        this,
        [question, run = run_](const Store& store) -> Answer {
            Answer answer;
            try {
                answer.teachers = biasTeachers(store, store.run(run));
                answer.report = biasReport(store, question, catalogue());
            } catch (const Error& error) {
                answer.problem = textOf(error);
            }
            return answer;
        },
        [this](Answer answer) {
            pending_ = false;
            if (stale_) return ask();
            offerTeachers(answer.teachers);
            takeReport(std::move(answer.report), answer.problem);
        });
}

void FairnessPage::offerTeachers(const std::vector<std::string>& teachers) {
    const QSignalBlocker quiet(teachers_);
    const QVariant before = teachers_->currentData();
    teachers_->clear();
    for (const std::string& teacher : teachers)
        teachers_->addItem(QString::fromStdString(teacher), QString::fromStdString(teacher));
    teachers_->setCurrentIndex(teachers.empty() ? -1 : std::max(0, teachers_->findData(before)));
    teachers_->setEnabled(teachers.size() > 1);
}

void FairnessPage::takeReport(std::optional<BiasReport> report, const QString& problem) {
    report_ = std::move(report);
    tabs_->setVisible(report_.has_value());
    export_->setEnabled(report_.has_value());
    summary_->setText(report_ ? QString::fromStdString(report_->summary) : problem);
    QStringList warnings, limits;
    if (report_) {
        for (const std::string& warning : report_->warnings)
            warnings += QStringLiteral("⚠ ") + QString::fromStdString(warning);
        for (const std::string& limit : report_->limits)
            limits += QStringLiteral("• ") + QString::fromStdString(limit);
    }
    warnings_->setText(warnings.join('\n'));
    warnings_->setVisible(!warnings.isEmpty());
    limits_->setText(limits.join(QStringLiteral("\n\n")));
    unseen_ = views_;
    showCurrentView();
}

void FairnessPage::askForFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Export the report into a folder"));
    if (!folder.isEmpty()) writeInto(folder);
}

void FairnessPage::writeInto(const QString& folder) {
    if (!report_) return;
    export_->setEnabled(false);
    session_.reader.ask(
        this,
        [report = *report_, folder](const Store& store) -> QString {
            try {
                writeBiasReport(store, report, folder.toStdString());
                QTextDocument document;
                document.setHtml(QString::fromStdString(biasHtml(report, BiasHtml::RichText)));
                QPdfWriter writer(folder + QStringLiteral("/report.pdf"));
                writer.setPageSize(QPageSize(QPageSize::A4));
                writer.setTitle(QString::fromStdString("Bias report: " + report.name));
                document.print(&writer);
            } catch (const Error& error) {
                return textOf(error);
            }
            return {};
        },
        [this, folder](const QString& problem) {
            export_->setEnabled(true);
            if (problem.isEmpty())
                Q_EMIT message(QStringLiteral("info"),
                               tr("The report lies in %1: report.html, report.pdf, report.json, its tables "
                                  "as CSV, and the model card.")
                                   .arg(folder));
            else
                Q_EMIT message(QStringLiteral("error"), problem);
        });
}

}  // namespace gaplab::ui

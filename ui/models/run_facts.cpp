#include "ui/models/run_facts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QStringList>

namespace gaplab::ui {
namespace {

struct RunFacts {
    Q_DECLARE_TR_FUNCTIONS(RunFacts)
};

// Rows may come from other versions of the program: what is missing or of another type counts as unknown.
const Json& member(const Json& object, const std::string& key) {
    static const Json nothing;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : nothing;
}

QString textOf(const Json& value) {
    return value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString();
}

QString architectureOf(const RunRow& run, const std::string& role, const Json& spec) {
    const QString measured = textOf(member(member(run.networks, role), "architecture"));
    return measured.isEmpty() ? textOf(member(spec, "architecture")) : measured;
}

}  // namespace

QString studentOf(const RunRow& run) {
    return architectureOf(run, "student", member(run.document, "student"));
}

std::vector<std::string> teacherRoles(const RunRow& run) {
    std::vector<std::string> names;
    const Json& teachers = member(run.document, "teachers");
    if (teachers.is_object())
        for (const auto& [name, teacher] : teachers.items()) {
            const bool merged = textOf(member(teacher, "kind")) == QStringLiteral("gpd") && member(teacher, "expansion") == 1;
            if (!merged) names.push_back(name);  // of expansion 1 it is the student itself
        }
    return names;
}

QString teachersOf(const RunRow& run) {
    QStringList architectures;
    for (const std::string& role : teacherRoles(run))
        architectures += architectureOf(run, role, member(member(run.document, "teachers"), role));
    architectures.removeDuplicates();
    return architectures.join(QStringLiteral(", "));
}

QString methodOf(const RunRow& run) {
    QStringList losses;
    const Json& knowledge = member(run.document, "knowledge");
    if (knowledge.is_array())
        for (const Json& term : knowledge)
            losses += textOf(member(term, "loss"));
    losses.removeAll(QString());
    losses.removeDuplicates();
    if (losses.isEmpty()) return RunFacts::tr("labels only");
    return losses.join(QStringLiteral(" + "));
}

double secondsOf(const RunRow& run, double now) {
    if (run.started <= 0) return -1;
    if (isLive(run.state)) return std::max(0.0, now - run.started);
    return run.finished > run.started ? run.finished - run.started : -1;
}

std::optional<double> lastOf(const RunRow& run, const std::string& series) {
    const SeriesSummary* summary = run.find(series);
    return summary && summary->count > 0 ? std::optional(summary->last.value) : std::nullopt;
}

std::optional<double> bestOf(const RunRow& run, const std::string& series) {
    const SeriesSummary* summary = run.find(series);
    return summary && summary->count > 0 ? std::optional(summary->best().value) : std::nullopt;
}

QString runTitle(const RunRow& run) {
    return RunFacts::tr("%1 · seed %2").arg(QString::fromStdString(run.name), QString::number(run.seed));
}

QString trialTitle(const RunRow& run) {
    return QString::fromStdString(run.trialLabel.empty() ? run.name : run.trialLabel);
}

double secondsNow() {
    return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
}

}  // namespace gaplab::ui

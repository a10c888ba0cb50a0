#include "ui/models/run_column.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/store/run_fields.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

struct RunTable {
    Q_DECLARE_TR_FUNCTIONS(RunTable)
};

QString joined(const std::vector<std::string>& words) {
    QStringList all;
    for (const std::string& word : words)
        all += QString::fromStdString(word);
    return all.join(QStringLiteral(", "));
}

using Number = std::function<std::optional<double>(const RunRow&)>;

RunColumn textColumn(const std::string& field, QString (*title)(), const std::function<QString(const RunRow&)>& text) {
    return {field, title, false, text, [text](const RunRow& run) { return keyOf(text(run)); }};
}

RunColumn numberColumn(const std::string& field, const std::function<QString()>& title, const Number& number,
                       const std::function<QString(double)>& format, bool isAveraged = true) {
    const auto text = [number, format](const RunRow& run) {
        const auto value = number(run);
        return value ? format(*value) : QString();
    };
    return {field,
            title,
            true,
            text,
            [number](const RunRow& run) { return keyOf(number(run)); },
            isAveraged ? format : std::function<QString(double)>()};
}

Number bestNumber(const std::string& series) {
    return [series](const RunRow& run) { return bestOf(run, series); };
}

Number lastNumber(const std::string& series) {
    return [series](const RunRow& run) { return lastOf(run, series); };
}

QString wholeText(double value) {
    return QString::number(static_cast<qulonglong>(value));
}

std::optional<double> duration(const RunRow& run) {
    const double seconds = secondsOf(run, secondsNow());
    return seconds < 0 ? std::nullopt : std::optional(seconds);
}

/// The shortest text that is this number; rounded, since means and losses have more digits than anybody wants.
QString anyNumber(double value) {
    constexpr int digits = 6;
    return std::isfinite(value) ? QLocale().toString(value, 'g', digits) : RunTable::tr("NaN");
}

/// How the figures of a series read.
QString (*formatOfSeries(const std::string& field))(double) {
    if (field == "acc" || field.starts_with("acc.") || field == "test") return percentText;
    const bool isShare = field.find("/accuracy") != std::string::npos || field.find("/error") != std::string::npos;
    if (!isShare) return anyNumber;
    return field.starts_with("gap") ? pointsText : percentText;
}

std::vector<RunColumn> makeOwnColumns() {
    const auto created = [](const RunRow& run) { return std::optional(run.created); };
    const auto seed = [](const RunRow& run) { return std::optional(static_cast<double>(run.seed)); };
    const auto id = [](const RunRow& run) { return std::optional(static_cast<double>(run.id)); };
    std::vector<RunColumn> columns = {
        textColumn(
            "state", [] { return RunTable::tr("State"); }, [](const RunRow& run) { return stateText(run.state); }),
        textColumn(
            "name", [] { return RunTable::tr("Name"); }, [](const RunRow& run) { return QString::fromStdString(run.name); }),
        textColumn(
            "student", [] { return RunTable::tr("Student"); }, studentOf),
        textColumn(
            "teacher", [] { return RunTable::tr("Teacher"); }, teachersOf),
        textColumn(
            "loss", [] { return RunTable::tr("Method"); }, methodOf),
        numberColumn(
            "seed", [] { return RunTable::tr("Seed"); }, seed, wholeText, false),
        numberColumn(
            "acc.best", [] { return RunTable::tr("Best validation"); }, bestNumber(mainSeries), percentText),
        numberColumn(
            "acc.last", [] { return RunTable::tr("Last"); }, lastNumber(mainSeries), percentText),
        numberColumn(
            "gap", [] { return RunTable::tr("Last gap (points)"); }, lastNumber(gapSeries), pointsText),
        textColumn(
            "spark", [] { return RunTable::tr("Course of the gap"); }, [](const RunRow&) { return QString(); }),
        numberColumn(
            "test", [] { return RunTable::tr("Test at best"); }, lastNumber(testAtBestSeries), percentText),
        numberColumn(
            "minutes", [] { return RunTable::tr("Duration"); }, duration, durationText),
        textColumn(
            "tag", [] { return RunTable::tr("Tags"); }, [](const RunRow& run) { return joined(run.tags); }),
        textColumn(
            "folder", [] { return RunTable::tr("Folder"); },
            [](const RunRow& run) { return QString::fromStdString(run.folder); }),
        numberColumn(
            "created", [] { return RunTable::tr("Created"); }, created, dateText, false),
        textColumn(
            "kind", [] { return RunTable::tr("Kind"); }, [](const RunRow& run) { return kindText(run.kind); }),
        numberColumn(
            "run", [] { return RunTable::tr("Run"); }, id, wholeText, false)};
    for (RunColumn& column : columns)
        if (column.field == "created") column.numeric = false;
    return columns;
}

}  // namespace

SortKey keyOf(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? SortKey{SortKey::Number, *value, {}} : SortKey();
}

SortKey keyOf(const QString& text) {
    return text.isEmpty() ? SortKey() : SortKey{SortKey::Text, 0, text.toLower()};
}

const std::vector<RunColumn>& ownColumns() {
    static const std::vector<RunColumn> columns = makeOwnColumns();
    return columns;
}

RunColumn columnOfField(const std::string& name) {
    const auto field = runField(name);
    if (!field)
        throw inputError(fmt::format("There is no field {} for a column", name),
                         "Fields are those of the filter, a path of the document (training.epochs), or a series "
                         "(student/train/loss.last).");
    const auto title = [name] { return QString::fromStdString(name); };
    if (!field->texts) return numberColumn(name, title, field->number, formatOfSeries(name));
    const auto text = [field](const RunRow& run) {
        const auto number = field->number ? field->number(run) : std::nullopt;
        return number ? anyNumber(*number) : joined(field->texts(run));
    };
    const auto key = [field](const RunRow& run) {
        const auto number = field->number ? field->number(run) : std::nullopt;
        return number ? keyOf(number) : keyOf(joined(field->texts(run)));
    };
    return {name, title, field->number != nullptr, text, key, field->number ? anyNumber : std::function<QString(double)>()};
}

QString fieldText(const std::string& name, const RunRow& run) {
    return columnOfField(name).text(run);
}

}  // namespace gaplab::ui

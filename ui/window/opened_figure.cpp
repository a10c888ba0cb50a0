#include "ui/window/opened_figure.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

#include "core/store/store.h"

namespace gaplab::ui {
namespace {

struct FigureText {
    Q_DECLARE_TR_FUNCTIONS(OpenedFigure)
};

/// The runs of which this is true, each once, the first ones by name.
QString namesOf(const OpenedFigure& figure, FigureMatch match) {
    constexpr qsizetype most = 5;
    QStringList names;
    for (size_t i = 0; i < figure.checks.size(); ++i)
        if (figure.checks[i].match == match) {
            const FigureRun& run = figure.file.view.runs[i];
            names += FigureText::tr("“%1”, seed %2").arg(QString::fromStdString(run.name), QString::number(run.seed));
        }
    if (names.size() > most) names = names.first(most) << QStringLiteral("…");
    return names.join(QStringLiteral("; "));
}

}  // namespace

bool OpenedFigure::isAnyRunHere() const {
    return std::ranges::any_of(checks, [](const FigureCheck& check) { return check.id != 0; });
}

bool OpenedFigure::isUnchanged() const {
    return std::ranges::all_of(checks, [](const FigureCheck& check) { return check.match == FigureMatch::Equal; });
}

QString OpenedFigure::sentence(const QString& name) const {
    if (isUnchanged()) return FigureText::tr("%1: the data have not changed since the figure was made.").arg(name);
    QStringList parts;
    const auto tell = [&](FigureMatch match, const auto& text) {
        const auto count = std::ranges::count(checks, match, &FigureCheck::match);
        if (count > 0) parts += text(static_cast<int>(count)).arg(namesOf(*this, match));
    };
    tell(FigureMatch::Changed, [](int n) { return FigureText::tr("changed since the figure was made: %n run(s) (%1).", "", n); });
    tell(FigureMatch::Grown, [](int n) { return FigureText::tr("gone on since: %n run(s) (%1).", "", n); });
    tell(FigureMatch::Missing, [](int n) { return FigureText::tr("not in this store: %n run(s) (%1).", "", n); });
    return FigureText::tr("%1: %2").arg(name, parts.join(' '));
}

OpenedFigure openFigureFile(const Store& store, const std::filesystem::path& path) {
    OpenedFigure figure;
    try {
        figure.file = readFigure(path);
        figure.checks = checkFigure(store, figure.file.view);
        for (size_t i = 0; i < figure.checks.size(); ++i)
            figure.file.view.runs[i].id = figure.checks[i].id;
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        figure.problem = std::string(error.what()) + (error.hint().empty() ? "" : ". " + error.hint());
    }
    return figure;
}

}  // namespace gaplab::ui

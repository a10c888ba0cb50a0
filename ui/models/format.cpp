#include "ui/models/format.h"

#include <cmath>

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

struct Format {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

QDateTime localTime(double wall) {
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(wall * 1000));
}

}  // namespace

QString numberText(double value, int decimals) {
    if (!std::isfinite(value)) return {};
    const double unit = std::pow(10.0, decimals);
    // Adding zero turns a rounded "-0.0" into "0.0".
    return QLocale().toString(std::round(value * unit) / unit + 0.0, 'f', decimals);
}

QString percentText(double fraction) {
    return std::isfinite(fraction) ? Format::tr("%1 %").arg(numberText(100 * fraction, 1)) : Format::tr("NaN");
}

QString pointsText(double fraction) {
    return std::isfinite(fraction) ? numberText(100 * fraction, 1) : Format::tr("NaN");
}

QString signedText(double points, int decimals) {
    const QString text = numberText(points, decimals);
    return points > 0 && std::isfinite(points) ? QStringLiteral("+") + text : text;
}

QString spreadText(const Summary& summary, int decimals, double scale) {
    if (summary.n == 0) return {};
    const QString mean = numberText(scale * summary.mean, decimals);
    if (mean.isEmpty() || summary.n < 2 || !std::isfinite(summary.sd)) return mean;
    return Format::tr("%1 ± %2").arg(mean, numberText(scale * summary.sd, decimals));
}

QString durationText(double seconds) {
    if (!(seconds >= 0)) return {};
    const auto whole = static_cast<qint64>(std::round(seconds));
    const QLocale locale;
    const auto text = [&locale](qint64 number) { return locale.toString(number); };
    if (whole < 60) return Format::tr("%1 s").arg(text(whole));
    if (whole < 3600) return Format::tr("%1 min %2 s").arg(text(whole / 60), text(whole % 60));
    return Format::tr("%1 h %2 min").arg(text(whole / 3600), text(whole % 3600 / 60));
}

QString dateText(double wall) {
    return wall > 0 ? QLocale().toString(localTime(wall), QLocale::ShortFormat) : QString();
}

QString timeText(double wall) {
    return wall > 0 ? QLocale().toString(localTime(wall).time(), QStringLiteral("HH:mm:ss")) : QString();
}

QString epochText(double epoch) {
    const bool whole = std::abs(epoch - std::round(epoch)) < 0.005;
    return numberText(epoch, whole ? 0 : 1);
}

QString stateText(RunState state) {
    switch (state) {
        case RunState::Queued: return Format::tr("queued");
        case RunState::Preparing: return Format::tr("preparing");
        case RunState::Running: return Format::tr("running");
        case RunState::Paused: return Format::tr("paused");
        case RunState::Finished: return Format::tr("finished");
        case RunState::Stopped: return Format::tr("stopped");
        case RunState::Failed: return Format::tr("failed");
        case RunState::Lost: return Format::tr("lost");
    }
    return {};
}

QIcon stateIcon(RunState state) {
    return icon(QStringLiteral("state-") + QString::fromStdString(toText(state)));
}

QString verdictText(Verdict verdict) {
    switch (verdict) {
        case Verdict::Better: return Format::tr("better");
        case Verdict::Worse: return Format::tr("worse");
        case Verdict::Equal: return Format::tr("equal within margin");
        case Verdict::CannotTell: return Format::tr("cannot tell");
    }
    return {};
}

QString kindText(const std::string& kind) {
    return kind == "stage" ? Format::tr("stage") : kind == "experiment" ? Format::tr("experiment") : QString::fromStdString(kind);
}

}  // namespace gaplab::ui

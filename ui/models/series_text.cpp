#include "ui/models/series_text.h"

#include <string_view>

#include <QCoreApplication>
#include <QStringList>

namespace gaplab::ui {
namespace {

struct SeriesText {
    Q_DECLARE_TR_FUNCTIONS(SeriesText)
};

QString roleText(const QString& role) {
    if (role == QLatin1String("student")) return SeriesText::tr("Student");
    if (role == QLatin1String("student_ema")) return SeriesText::tr("Student (moving average)");
    if (role == QLatin1String("controller")) return SeriesText::tr("Controller");
    if (role == QLatin1String("gap")) return SeriesText::tr("Gap");
    if (role.startsWith(QLatin1String("gap:"))) return SeriesText::tr("Gap %1").arg(role.mid(4));
    return SeriesText::tr("Teacher %1").arg(role);
}

QString splitText(const QString& split) {
    if (split == QLatin1String("train")) return SeriesText::tr("training");
    if (split == QLatin1String("validation")) return SeriesText::tr("validation");
    return split == QLatin1String("test") ? SeriesText::tr("test") : split;
}

QString measureText(const QString& measure) {
    if (measure == QLatin1String("accuracy")) return SeriesText::tr("accuracy");
    if (measure == QLatin1String("accuracy_at_best")) return SeriesText::tr("accuracy at best validation");
    if (measure == QLatin1String("accuracy_at_last")) return SeriesText::tr("accuracy at the last epoch");
    if (measure == QLatin1String("worst_group")) return SeriesText::tr("accuracy of the worst group");
    if (measure == QLatin1String("loss")) return SeriesText::tr("loss");
    if (measure == QLatin1String("forgetting")) return SeriesText::tr("forgetting");
    if (measure == QLatin1String("gain")) return SeriesText::tr("gain of the student");
    return measure == QLatin1String("learning_rate") ? SeriesText::tr("learning rate") : measure;
}

QString capital(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

}  // namespace

std::string otherDataOf(const std::string& series) {
    const QStringList parts = QString::fromStdString(series).split('/');
    static const QStringList own = {"train", "validation", "test"}, measures = {"accuracy", "loss", "forgetting"};
    const bool other = parts.size() == 3 && parts[0] == QLatin1String("student") && !own.contains(parts[1]) &&
                       !parts[1].contains(':') && measures.contains(parts[2]);
    return other ? parts[1].toStdString() : std::string();
}

std::string driftPartOf(const std::string& series) {
    constexpr std::string_view before = "student/train/drift.";
    return series.starts_with(before) ? series.substr(before.size()) : std::string();
}

SeriesUnit unitOf(const std::string& series) {
    const QStringList parts = QString::fromStdString(series).split('/');
    const QString measure = parts.last();
    const bool isAccuracy = measure.startsWith(QLatin1String("accuracy")) || measure == QLatin1String("worst_group") ||
                            measure.startsWith(QLatin1String("group.")) || measure.startsWith(QLatin1String("class."));
    if (isAccuracy) {
        if (parts.first().startsWith(QLatin1String("gap"))) return {100, SeriesText::tr("Gap (points)"), 1};
        return {100, SeriesText::tr("Accuracy (%)"), 1, true};
    }
    // The controller's gap and target; its actuator has no unit.
    if (parts.first() == QLatin1String("controller") && measure != QLatin1String("actuator"))
        return {100, SeriesText::tr("Gap (points)"), 1};
    if (measure == QLatin1String("forgetting")) return {100, SeriesText::tr("Forgetting (points)"), 1};
    if (!driftPartOf(series).empty()) return {1, SeriesText::tr("Distance from the start"), 3};
    return {1, capital(measureText(measure)), 3};
}

QString seriesTitle(const std::string& series) {
    const QStringList parts = QString::fromStdString(series).split('/');
    if (parts.size() != 3) return QString::fromStdString(series);
    if (const std::string part = driftPartOf(series); !part.empty())
        return SeriesText::tr("Student, distance of %1 from its start").arg(QString::fromStdString(part));
    if (const std::string data = otherDataOf(series); !data.empty())
        //: role, measure, data set: "Student, accuracy on source"
        return SeriesText::tr("%1, %2 on %3").arg(roleText(parts[0]), measureText(parts[2]), parts[1]);
    //: role, split, measure: "Student, validation accuracy"
    return SeriesText::tr("%1, %2 %3").arg(roleText(parts[0]), splitText(parts[1]), measureText(parts[2]));
}

}  // namespace gaplab::ui

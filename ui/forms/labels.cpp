#include "ui/forms/labels.h"

#include <array>
#include <map>

#include <QCoreApplication>
#include <QLocale>

namespace gaplab::ui {

QString labelOf(const std::string& key) {
    // Keys whose words alone would not say enough.
    static const std::map<std::string, const char*> special = {
        {"lr", QT_TRANSLATE_NOOP("labels", "Learning rate")},
        {"ema", QT_TRANSLATE_NOOP("labels", "Moving average (EMA)")},
        {"eps", QT_TRANSLATE_NOOP("labels", "Epsilon")},
        {"clip", QT_TRANSLATE_NOOP("labels", "Gradient clipping")},
        {"batch", QT_TRANSLATE_NOOP("labels", "Batch size")},
        {"limit", QT_TRANSLATE_NOOP("labels", "Training images at most")},
        {"per_class", QT_TRANSLATE_NOOP("labels", "Training images a class")},
        {"validation", QT_TRANSLATE_NOOP("labels", "Validation share")},
        {"on_error", QT_TRANSLATE_NOOP("labels", "Broken images")},
        {"every", QT_TRANSLATE_NOOP("labels", "Evaluate every")},
        {"on", QT_TRANSLATE_NOOP("labels", "Measured on")},
        {"band", QT_TRANSLATE_NOOP("labels", "Band ±")},
        {"kp", QT_TRANSLATE_NOOP("labels", "Proportional gain (kp)")},
        {"ki", QT_TRANSLATE_NOOP("labels", "Integral gain (ki)")},
        {"value", QT_TRANSLATE_NOOP("labels", "Value at first")},
        {"start", QT_TRANSLATE_NOOP("labels", "Begins after")},
        {"rate_limit", QT_TRANSLATE_NOOP("labels", "Greatest turn in one act")},
        {"hold_below", QT_TRANSLATE_NOOP("labels", "Integral rests below")},
        {"release_below", QT_TRANSLATE_NOOP("labels", "Released below")},
        {"follow_rate", QT_TRANSLATE_NOOP("labels", "Gains follow the rate")},
        {"tune", QT_TRANSLATE_NOOP("labels", "Measure the gains first")},
        {"l2_sp", QT_TRANSLATE_NOOP("labels", "Pull to the start (L2-SP)")},
        {"feedback", QT_TRANSLATE_NOOP("labels", "Feedback share")},
        {"head", QT_TRANSLATE_NOOP("labels", "Classifier")},
        {"freeze", QT_TRANSLATE_NOOP("labels", "Layers not trained")},
        {"rates", QT_TRANSLATE_NOOP("labels", "Rates by layer")},
        {"warmup", QT_TRANSLATE_NOOP("labels", "Warm-up")}};
    if (const auto found = special.find(key); found != special.end()) return QCoreApplication::translate("labels", found->second);
    QString text = QString::fromStdString(key).replace('_', ' ');
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return QCoreApplication::translate("labels", text.toUtf8());
}

QString countText(qint64 count) {
    return QLocale().toString(count);
}

QString shortCount(double count) {
    static constexpr std::array<const char*, 5> units = {"", " k", " M", " G", " T"};
    size_t unit = 0;
    while (count >= 1000.0 && unit + 1 < units.size()) {
        count /= 1000.0;
        ++unit;
    }
    return QLocale().toString(count, 'g', 3) + QLatin1String(units[unit]);
}

QString bytesText(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace gaplab::ui

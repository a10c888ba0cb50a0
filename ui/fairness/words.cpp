#include "ui/fairness/words.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("bias", text);
}

}  // namespace

QString shareText(const BiasFigure& figure) {
    if (!figure.value) return tr(QT_TRANSLATE_NOOP("bias", "not enough data"));
    const QString value = percentText(*figure.value);
    if (!figure.interval) return value;
    return QStringLiteral("%1 [%2, %3]")
        .arg(value, numberText(100 * figure.interval->low, 1), numberText(100 * figure.interval->high, 1));
}

QString movementText(const fairness::ClassMovement& movement) {
    if (movement.moved == fairness::Moved::NotEnoughData) return tr(QT_TRANSLATE_NOOP("bias", "not enough data"));
    const QString value = signedText(100 * movement.difference, 1);
    if (!movement.interval) return value;
    return QStringLiteral("%1 [%2, %3]")
        .arg(value, signedText(100 * movement.interval->low, 1), signedText(100 * movement.interval->high, 1));
}

QString movedText(fairness::Moved moved) {
    switch (moved) {
        case fairness::Moved::Up: return tr(QT_TRANSLATE_NOOP("bias", "▲ up"));
        case fairness::Moved::Down: return tr(QT_TRANSLATE_NOOP("bias", "▼ down"));
        case fairness::Moved::NotBeyondNoise: return tr(QT_TRANSLATE_NOOP("bias", "not beyond noise"));
        case fairness::Moved::NotEnoughData: break;
    }
    return tr(QT_TRANSLATE_NOOP("bias", "not enough data"));
}

QLabel* makeText(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setMargin(4);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString imagesText(std::optional<int64_t> images) {
    return images ? QLocale().toString(static_cast<qlonglong>(*images)) : QString();
}

QString studentTitle() {
    return tr(QT_TRANSLATE_NOOP("bias", "Student"));
}

QString teacherTitle(const BiasReport& report) {
    return report.teacher ? tr(QT_TRANSLATE_NOOP("bias", "Teacher (%1)")).arg(QString::fromStdString(report.teacher->role))
                          : tr(QT_TRANSLATE_NOOP("bias", "Teacher"));
}

QString baselineTitle() {
    return tr(QT_TRANSLATE_NOOP("bias", "Student alone"));
}

}  // namespace gaplab::ui

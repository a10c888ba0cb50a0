#include "ui/window/english_plurals.h"

#include <QRegularExpression>

namespace gaplab::ui {

QString EnglishPlurals::translate(const char*, const char* source, const char*, int count) const {
    static const QRegularExpression ending("\\((s|es)\\)");
    QString text = QString::fromUtf8(source);
    if (count < 0 || !text.contains(ending)) return {};  // Qt then takes the source as it is
    return text.replace(ending, count == 1 ? QString() : QStringLiteral("\\1"));
}

}  // namespace gaplab::ui

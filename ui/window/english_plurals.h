#pragma once

#include <QTranslator>

namespace gaplab::ui {

/// Plural forms of the English source texts: "%n run(s)" reads "1 run" and "2 runs", "%n class(es)" "1 class" and "2 classes".
class EnglishPlurals : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;
    QString translate(const char* context, const char* source, const char* comment, int count) const override;
    bool isEmpty() const override { return false; }
};

}  // namespace gaplab::ui

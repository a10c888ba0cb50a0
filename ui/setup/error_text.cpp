#include "ui/setup/error_text.h"

#include <QStringList>

#include "ui/setup/experiment_form.h"

namespace gaplab::ui {

QString sentencesOf(const Error& error) {
    QStringList lines(QString::fromUtf8(error.what()));
    for (const Problem& problem : error.problems())
        lines << QString::fromStdString(problem.path) + QStringLiteral(": ") + sentenceOf(problem);
    if (!error.hint().empty()) lines << QString::fromStdString(error.hint());
    return lines.join('\n');
}

}  // namespace gaplab::ui

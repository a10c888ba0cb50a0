#pragma once

#include <string>

#include <QPalette>
#include <QString>
#include <QStringList>

namespace gaplab::ui {

/// The parts of which reports are made, as rich text.
QString escaped(const std::string& text);
QString heading(const QString& text);
QString paragraph(const QString& text);
/// Cells are rich text; the first `wordColumns` columns, and those in `wide`, are set to the left, the others as numbers.
QString tableOf(const QPalette& palette, const QStringList& head, const QList<QStringList>& rows, int wordColumns = 1,
                const QList<int>& wide = {});

}  // namespace gaplab::ui

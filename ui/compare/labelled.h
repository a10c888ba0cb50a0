#pragma once

#include <QHBoxLayout>
#include <QLabel>

namespace gaplab::ui {

/// Puts a field into a row behind its label, whose key leads to it; the label is also its name for a screen reader.
template <typename Field>
Field* addLabelled(QHBoxLayout& row, const QString& name, const QString& label) {
    auto* field = new Field;
    field->setObjectName(name);
    field->setAccessibleName(QString(label).remove('&'));
    auto* text = new QLabel(label);
    text->setBuddy(field);
    row.addWidget(text);
    row.addWidget(field);
    return field;
}

}  // namespace gaplab::ui

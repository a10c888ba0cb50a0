#pragma once

#include <QPushButton>
#include <QTableWidget>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {

/// A number, or points over the epochs as a table of two columns, joined by lines, half cosines or steps.
class CurveEditor : public Editor {
    Q_OBJECT
public:
    CurveEditor(const Parameter& parameter, QWidget* parent);

    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return number_; }
    void setNames(const QString& path, const QString& label, const QString& help) override;

private:
    /// The points of a value over epochs; null for a number.
    const Json* points() const;
    void takePoints(Json points);
    void changeShape(int shape);
    void addPoint();
    void removePoint();
    void takeTable();
    void display();
    void take(const Json& value);

    QComboBox* shape_;
    NumberSpin* number_;
    QWidget* tableBox_;
    QTableWidget* table_;
    QPushButton *add_, *remove_;
    Json value_;
};

}  // namespace gaplab::ui

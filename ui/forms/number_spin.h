#pragma once

#include <QAbstractSpinBox>

#include "core/base/catalogue.h"

namespace gaplab::ui {

/// Edits one whole (64 bits) or real number. Shows exactly what the document holds, also what is out of range or no number at
/// all, so that nothing is changed by being looked at; ranges bound the arrows, and validation judges what is typed. Empty is
/// null.
class NumberSpin : public QAbstractSpinBox {
    Q_OBJECT
public:
    explicit NumberSpin(const Parameter& parameter, QWidget* parent = nullptr);

    const Json& value() const { return value_; }
    void setValue(const Json& value);

    void stepBy(int steps) override;
    QValidator::State validate(QString& input, int& position) const override;
    void fixup(QString& input) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited(const gaplab::Json& value);

protected:
    StepEnabled stepEnabled() const override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void read(const QString& text);
    double bounded(double number) const;

    Parameter parameter_;
    Json value_;
};

}  // namespace gaplab::ui

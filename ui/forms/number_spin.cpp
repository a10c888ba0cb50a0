#include "ui/forms/number_spin.h"

#include <algorithm>
#include <cmath>

#include <QLineEdit>
#include <QWheelEvent>

#include "ui/forms/number_text.h"

namespace gaplab::ui {
namespace {

constexpr int visibleDigits = 16;

/// A tenth of the leading digit's place: 0.1 steps by 0.01, 5e-4 by 1e-5.
double realStep(double number) {
    return number == 0.0 ? 0.1 : std::pow(10.0, std::floor(std::log10(std::abs(number))) - 1.0);
}

/// Sums of decimal steps without their binary noise.
double rounded(double number) {
    return QString::number(number, 'g', 12).toDouble();
}

}  // namespace

NumberSpin::NumberSpin(const Parameter& parameter, QWidget* parent) : QAbstractSpinBox(parent), parameter_(parameter) {
    setAccelerated(true);
    setCorrectionMode(CorrectToPreviousValue);
    setFocusPolicy(Qt::StrongFocus);
    connect(lineEdit(), &QLineEdit::textEdited, this, &NumberSpin::read);
}

void NumberSpin::setValue(const Json& value) {
    // What is being typed ("1e") must not be replaced by its own reading.
    if (value == value_ && value.type() == value_.type()) return;
    value_ = value;
    lineEdit()->setText(value.is_null() ? QString() : numberText(value));
}

void NumberSpin::read(const QString& text) {
    const bool empty = text.trimmed().isEmpty();
    const auto number = parseNumber(text, parameter_.type == ParameterType::Integer);
    if (!empty && !number) return;
    // Emptied on the way to another number, unless "nothing" is a value here.
    if (empty && !parameter_.defaultValue.is_null()) return;
    value_ = empty ? Json() : *number;
    Q_EMIT edited(value_);
}

double NumberSpin::bounded(double number) const {
    if (parameter_.minimum && number < *parameter_.minimum) return *parameter_.minimum;
    if (parameter_.maximum && number > *parameter_.maximum) return *parameter_.maximum;
    return number;
}

void NumberSpin::stepBy(int steps) {
    const double now = value_.is_number() ? value_.get<double>() : parameter_.minimum.value_or(0.0);
    if (parameter_.type == ParameterType::Integer) {
        value_ = static_cast<int64_t>(std::llround(bounded(now + steps)));
    } else {
        const double next = rounded(bounded(now + steps * realStep(now)));
        value_ = parameter_.minimumExcluded && next <= parameter_.minimum.value_or(0.0) ? now : next;
    }
    lineEdit()->setText(numberText(value_));
    lineEdit()->selectAll();
    Q_EMIT edited(value_);
}

QAbstractSpinBox::StepEnabled NumberSpin::stepEnabled() const {
    const double now = value_.is_number() ? value_.get<double>() : parameter_.minimum.value_or(0.0);
    StepEnabled enabled = StepNone;
    if (!parameter_.maximum || now < *parameter_.maximum) enabled |= StepUpEnabled;
    if (!parameter_.minimum || now > *parameter_.minimum) enabled |= StepDownEnabled;
    return enabled;
}

QValidator::State NumberSpin::validate(QString& input, int&) const {
    if (parseNumber(input, parameter_.type == ParameterType::Integer)) return QValidator::Acceptable;
    const bool typing = std::ranges::all_of(input, [](QChar c) { return c.isDigit() || QStringLiteral("+-.,eE ").contains(c); });
    return typing || input == numberText(value_) ? QValidator::Intermediate : QValidator::Invalid;
}

void NumberSpin::fixup(QString& input) const {
    input = value_.is_null() ? QString() : numberText(value_);
}

QSize NumberSpin::sizeHint() const {
    const QSize hint = QAbstractSpinBox::sizeHint();
    return {fontMetrics().averageCharWidth() * visibleDigits + hint.height(), hint.height()};
}

QSize NumberSpin::minimumSizeHint() const {
    return {sizeHint().width() / 2, sizeHint().height()};
}

void NumberSpin::wheelEvent(QWheelEvent* event) {
    // Scrolling the form must not turn the number that happens to lie under the pointer.
    if (hasFocus())
        QAbstractSpinBox::wheelEvent(event);
    else
        event->ignore();
}

}  // namespace gaplab::ui

#include "ui/models/empty_state.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/window/icons.h"

namespace gaplab::ui {

EmptyState::EmptyState(const QString& iconName, const QString& sentence, const QString& buttonText, QWidget* parent)
    : QWidget(parent), button_(new QPushButton(buttonText)) {
    const int size = 4 * fontMetrics().height();
    auto* picture =
        new QPushButton(icon(iconName), {});  // a button redraws its icon when the theme changes; a label's pixmap would stay
    picture->setFlat(true);
    picture->setFocusPolicy(Qt::NoFocus);
    picture->setAttribute(Qt::WA_TransparentForMouseEvents);
    picture->setIconSize({size, size});
    picture->setObjectName(QStringLiteral("picture"));
    picture->setAccessibleName(sentence);
    auto* text = new QLabel(sentence);
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    button_->setObjectName(QStringLiteral("primary"));
    button_->setAccessibleName(buttonText);
    button_->setDefault(true);
    button_->setMinimumHeight(2 * fontMetrics().height());
    button_->setMinimumWidth(button_->sizeHint().width() + 2 * fontMetrics().height());
    auto* layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(picture, 0, Qt::AlignHCenter);
    layout->addWidget(text);
    layout->addSpacing(fontMetrics().height() / 2);
    layout->addWidget(button_, 0, Qt::AlignHCenter);
    layout->addStretch();
}

QPushButton* EmptyState::addSecondary(const QString& buttonText) {
    auto* button = new QPushButton(buttonText);
    button->setObjectName(QStringLiteral("secondary"));
    button->setAccessibleName(buttonText);
    button->setMinimumWidth(button_->minimumWidth());
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(button_) + 1, button, 0, Qt::AlignHCenter);
    return button;
}

}  // namespace gaplab::ui

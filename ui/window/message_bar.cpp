#include "ui/window/message_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

#include "ui/window/icons.h"
#include "ui/window/theme.h"

namespace gaplab::ui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      text_(new QLabel(this)),
      action_(new QPushButton(this)),
      close_(new QToolButton(this)) {
    setObjectName("messageBar");
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    text_->setObjectName("messageBar.text");
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    action_->setObjectName("messageBar.action");
    close_->setObjectName("messageBar.close");
    close_->setIcon(icon("close"));
    close_->setAutoRaise(true);
    close_->setToolTip(tr("Close this message (Esc)"));
    close_->setAccessibleName(tr("Close this message"));
    auto* layout = new QHBoxLayout(this);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    layout->addWidget(action_);
    layout->addWidget(close_);
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        if (onAction_) onAction_();
    });
    hide();
}

QString MessageBar::text() const {
    return text_->text();
}

void MessageBar::showMessage(const QString& level, const QString& text, const QString& actionText, std::function<void()> action) {
    level_ = level;
    onAction_ = std::move(action);
    text_->setText(text);
    setAccessibleName(text);
    action_->setText(actionText);
    action_->setAccessibleName(actionText);
    action_->setVisible(!actionText.isEmpty());
    applyColors();
    show();
}

void MessageBar::applyColors() {
    if (level_.isEmpty()) return;
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize);
    icon_->setPixmap(icon(level_).pixmap(QSize(size, size), devicePixelRatioF()));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, levelColor(level_, colors));
    text_->setPalette(colors);
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyColors();
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

}  // namespace gaplab::ui

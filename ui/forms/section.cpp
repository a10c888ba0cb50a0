#include "ui/forms/section.h"

#include <QFrame>

#include "ui/forms/editor.h"

namespace gaplab::ui {

Section::Section(const QString& title, const QString& objectName, QWidget* parent)
    : QWidget(parent), header_(new QToolButton(this)), content_(new QWidget(this)) {
    setObjectName(objectName);
    header_->setText(title);
    header_->setCheckable(true);
    header_->setAutoRaise(true);
    header_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    header_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    QFont bold = header_->font();
    bold.setBold(true);
    header_->setFont(bold);
    nameWidget(header_, objectName + ".fold", title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(header_);
    layout->addWidget(content_);
    auto* line = new QFrame(this);
    line->setFrameShape(QFrame::HLine);
    layout->addWidget(line);
    auto* inner = new QVBoxLayout(content_);
    inner->setContentsMargins(fontMetrics().averageCharWidth() * 2, 0, 0, fontMetrics().lineSpacing() / 2);
    connect(header_, &QToolButton::toggled, this, &Section::setOpen);
    setOpen(true);
}

void Section::add(QWidget* widget, Qt::Alignment alignment) {
    static_cast<QVBoxLayout*>(content_->layout())->addWidget(widget, 0, alignment);
}

void Section::setTitle(const QString& title) {
    header_->setText(title);
    header_->setAccessibleName(title);
}

void Section::setOpen(bool open) {
    header_->setChecked(open);
    header_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    content_->setVisible(open);
}

void reveal(QWidget* widget) {
    for (QWidget* parent = widget; parent; parent = parent->parentWidget())
        if (auto* section = qobject_cast<Section*>(parent)) section->setOpen(true);
}

}  // namespace gaplab::ui

#include "ui/monitor/preparation_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

namespace gaplab::ui {

PreparationBar::PreparationBar(QWidget* parent) : QWidget(parent), text_(new QLabel), bar_(new QProgressBar) {
    setObjectName(QStringLiteral("preparation"));
    text_->setObjectName(QStringLiteral("preparationText"));
    text_->setWordWrap(true);
    bar_->setObjectName(QStringLiteral("preparationBar"));
    bar_->setAccessibleName(tr("Preparing the experiment"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(text_, 1);
    row->addWidget(bar_, 1);
    hide();
}

void PreparationBar::showProgress(const RunProgress& progress) {
    submission_ = progress.submission;
    const QString name = QString::fromStdString(progress.name), detail = QString::fromStdString(progress.detail);
    text_->setText(name.isEmpty() ? tr("Preparing: %1").arg(detail) : tr("Preparing %1: %2").arg(name, detail));
    bar_->setRange(0, progress.fraction < 0 ? 0 : 1000);  // an empty range: busy, without a share
    bar_->setValue(progress.fraction < 0 ? 0 : static_cast<int>(1000 * progress.fraction));
    show();
}

void PreparationBar::finish(qint64 submission) {
    if (submission == submission_) hide();
}

}  // namespace gaplab::ui

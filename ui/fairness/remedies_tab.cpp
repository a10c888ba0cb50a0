#include "ui/fairness/remedies_tab.h"

#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/fairness/words.h"
#include "ui/forms/editor.h"

namespace gaplab::ui {
RemediesTab::RemediesTab(QWidget* parent) : ReportView(parent) {
    auto* content = new QWidget;
    rows_ = new QVBoxLayout(content);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(scroll);
}

void RemediesTab::showReport(const BiasReport& report) {
    while (QLayoutItem* item = rows_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    rows_->addWidget(
        makeText(report.mitigations.empty()
                     ? tr("Nothing to try was found for this run.")
                     : tr("Each opens a draft that differs from this run in nothing else. Whether it helps, and what it "
                          "costs, is told by training it and looking at its own report.")));
    for (const BiasMitigation& remedy : report.mitigations) {
        auto* box = new QFrame;
        box->setFrameShape(QFrame::StyledPanel);
        auto* title = makeText(QString::fromStdString(remedy.title));
        QFont bold = title->font();
        bold.setBold(true);
        title->setFont(bold);
        auto* button = new QPushButton(remedy.isSweep ? tr("Open as a sweep") : tr("Open as a draft"));
        nameWidget(button, QStringLiteral("remedy.") + QString::fromStdString(remedy.kind),
                   tr("%1: %2").arg(button->text(), title->text()), QString::fromStdString(remedy.why));
        connect(button, &QPushButton::clicked, this, [this, remedy] { Q_EMIT chosen(remedy); });
        auto* change = makeText(QString::fromStdString(remedy.path + " = " + remedy.change.dump()));
        auto* column = new QVBoxLayout(box);
        for (QLabel* label : {title, makeText(QString::fromStdString(remedy.why)), change})
            column->addWidget(label);
        column->addWidget(button, 0, Qt::AlignLeft);
        rows_->addWidget(box);
    }
    rows_->addStretch();
}

}  // namespace gaplab::ui

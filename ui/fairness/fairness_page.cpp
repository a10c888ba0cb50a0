#include "ui/fairness/fairness_page.h"

#include <algorithm>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/fairness/confusion_tab.h"
#include "ui/fairness/exemplars_tab.h"
#include "ui/fairness/groups_tab.h"
#include "ui/fairness/parts_tab.h"
#include "ui/fairness/propagation_tab.h"
#include "ui/fairness/remedies_tab.h"
#include "ui/fairness/words.h"
#include "ui/models/empty_state.h"
#include "ui/plot/plot_view.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
FairnessPage::FairnessPage(Session& session, QWidget* parent) : Page(parent), session_(session), stack_(new QStackedWidget) {
    setObjectName(key());
    auto* empty = new EmptyState(QStringLiteral("fairness"),
                                 tr("A bias report is of a finished run. There is none yet: train an experiment first."),
                                 tr("Go to Set-up"));
    connect(empty->button(), &QPushButton::clicked, this, [this] { Q_EMIT openSetup({}); });
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->addWidget(buildBar());
    warnings_ = makeText();
    warnings_->setObjectName(QStringLiteral("biasWarnings"));
    summary_ = makeText();
    summary_->setObjectName(QStringLiteral("biasSummary"));
    column->addWidget(warnings_);
    column->addWidget(summary_);
    column->addWidget(buildTabs(), 1);
    stack_->addWidget(empty);
    stack_->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(stack_);
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (isVisible()) listRuns();
    });
    connect(&session_.reader, &StoreReader::failed, this, [this] { pending_ = listing_ = false; });
    setFocusProxy(runs_);
}

QWidget* FairnessPage::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins({});
    runs_ = addLabelled<QComboBox>(*row, QStringLiteral("biasRun"), tr("R&un"));
    baselines_ = addLabelled<QComboBox>(*row, QStringLiteral("biasBaseline"), tr("Student al&one"));
    baselines_->setToolTip(tr("The same student without a teacher: what was passed on is told against it"));
    teachers_ = addLabelled<QComboBox>(*row, QStringLiteral("biasTeacher"), tr("Te&acher"));
    splits_ = addLabelled<QComboBox>(*row, QStringLiteral("biasSplit"), tr("I&mages"));
    splits_->addItem(tr("Test"), QStringLiteral("test"));
    splits_->addItem(tr("Validation"), QStringLiteral("validation"));
    for (QComboBox* combo : {runs_, baselines_}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(18);
        combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    export_ = new QPushButton(icon(QStringLiteral("save")), tr("E&xport…"));
    export_->setObjectName(QStringLiteral("biasExport"));
    export_->setToolTip(tr("The report as HTML and PDF, its numbers as CSV and JSON, and a model card"));
    row->addWidget(export_);
    connect(export_, &QPushButton::clicked, this, &FairnessPage::askForFolder);
    for (QComboBox* combo : {runs_, baselines_, teachers_, splits_})
        connect(combo, &QComboBox::activated, this, [this, combo] {
            if (combo == runs_) {
                run_ = runs_->currentData().toLongLong();
                baselines_->setCurrentIndex(0);  // the other one's
                teachers_->clear();
            }
            ask();
        });
    return bar;
}

void FairnessPage::addView(ReportView* view, const char* name, const QString& text) {
    view->setObjectName(QLatin1String(name));
    tabs_->addTab(view, text);
    views_.push_back(view);
}

QWidget* FairnessPage::buildTabs() {
    tabs_ = new QTabWidget;
    tabs_->setObjectName(QStringLiteral("biasTabs"));
    tabs_->setAccessibleName(tr("Parts of the report"));
    addView(classes_ = new PartsTab, "classes", tr("Classes"));
    addView(new GroupsTab, "groups", tr("Figures and groups"));
    addView(propagation_ = new PropagationTab, "propagation", tr("Passed on"));
    addView(new ConfusionTab, "confusion", tr("Confusions"));
    addView(exemplars_ = new ExemplarsTab, "images", tr("Images"));
    auto* remedies = new RemediesTab;
    addView(remedies, "remedies", tr("What may help"));
    connect(remedies, &RemediesTab::chosen, this, &FairnessPage::tryRemedy);
    limits_ = makeText();
    limits_->setObjectName(QStringLiteral("biasLimits"));
    limits_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("limits"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(limits_);
    tabs_->addTab(scroll, tr("Scope and limits"));
    connect(tabs_, &QTabWidget::currentChanged, this, &FairnessPage::showCurrentView);
    return tabs_;
}

bool FairnessPage::showView(const QString& name) {
    for (int i = 0; i < tabs_->count(); ++i)
        if (tabs_->widget(i)->objectName() == name) {
            tabs_->setCurrentIndex(i);
            return true;
        }
    return false;
}

bool FairnessPage::isSettled() const {
    return !pending_ && !listing_ && classes_->plot()->isSettled() && propagation_->plot()->isSettled() &&
           exemplars_->isSettled();
}

void FairnessPage::showCurrentView() {
    if (!report_) return;
    for (ReportView* view : views_)
        if (view == tabs_->currentWidget() && std::erase(unseen_, view) > 0) view->showReport(*report_);
}

void FairnessPage::tryRemedy(const BiasMitigation& remedy) {
    if (!remedy.isSweep) return Q_EMIT openSetup(remedy.document);
    QStringList values;
    for (const Json& value : remedy.change)
        values += QString::fromStdString(value.dump());
    Q_EMIT openSweep(remedy.document, remedy.path, values.join(QStringLiteral(",")).toStdString());
}

}  // namespace gaplab::ui

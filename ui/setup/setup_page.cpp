#include "ui/setup/setup_page.h"

#include <QAction>
#include <QFile>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/experiment/warnings.h"
#include "core/run/inspect.h"
#include "ui/setup/data_section.h"
#include "ui/setup/models_section.h"
#include "ui/setup/sweep_box.h"
#include "ui/setup/sweep_values.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {
constexpr int validateAfterMilliseconds = 120;

}  // namespace

Json quickStart() {
    loadResources();
    QFile file(QStringLiteral(":/experiments/quickstart.json"));
    if (!file.open(QIODevice::ReadOnly)) qFatal("The embedded quick-start experiment is missing.");
    return parseJson(file.readAll().toStdString(), "quickstart.json");
}

SetupPage::SetupPage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      keeper_(nullptr),
      inspection_(new LiveInspection(this)),
      audits_(new LiveAudit(session.reader, this)),
      runs_(new RunChoices(session, this)),
      columns_(new QSplitter(Qt::Horizontal, this)),
      preview_(new PreviewPanel(this)),
      sweep_(new SweepFollower(session.reader, this)) {
    setObjectName(key());
    draft_.replace(quickStart());
    makeActions();
    columns_->setObjectName("setup.columns");
    columns_->setChildrenCollapsible(false);
    columns_->addWidget(preview_);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeBar());
    layout->addWidget(columns_, 1);
    showStage({});
    keeper_ = new DraftKeeper(session, draft_, this);
    connect(keeper_, &DraftKeeper::restored, this, [this](const Json& stored) { draft_.restore(stored); });
    validation_.setSingleShot(true);
    validation_.setInterval(validateAfterMilliseconds);
    connect(&validation_, &QTimer::timeout, this, &SetupPage::validateNow);
    connect(&draft_, &Draft::changed, this, &SetupPage::documentChanged);
    connectInspection();
    connectFeed();
    documentChanged();
}

SetupPage::~SetupPage() {
    keeper_->flush();
}

QWidget* SetupPage::makeBar() {
    auto* bar = new QWidget(this);
    stages_ = new StageBar(draft_, bar);
    status_ = new QLabel(bar);
    status_->setObjectName("status");
    start_ = new QPushButton(icon("start"), tr("Start"), bar);
    start_->setDefault(true);
    nameWidget(start_, "start", tr("Start"), tr("Queues the experiment and opens Monitor (Ctrl+Return)"));
    connect(start_, &QPushButton::clicked, this, &SetupPage::start);
    connect(stages_, &StageBar::stageChosen, this, &SetupPage::showStage);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stages_);
    layout->addStretch();
    layout->addWidget(status_);
    layout->addWidget(start_);
    return bar;
}

void SetupPage::connectInspection() {
    connect(preview_->checkButton(), &QPushButton::clicked, this, &SetupPage::check);
    connect(preview_, &PreviewPanel::problemChosen, this, &SetupPage::focusProblem);
    connect(preview_, &PreviewPanel::removalAsked, this, [this](const QString& path) { draft_.remove(path.toStdString()); });
    connect(inspection_, &LiveInspection::begun, this, [this] { preview_->setBusy(true); });
    connect(inspection_, &LiveInspection::answered, this, [this](const Inspection& inspection, const Json& document) {
        preview_->setBusy(false);
        preview_->showFault({});
        preview_->showInspection(inspection, document);
        if (inspection.secondsPerEpoch > 0) timed_ = {document, inspection.secondsPerEpoch};
        profiles_ = inspection.networks;
        adaptations_ = inspection.adaptations;
        baselines_ = inspection.baselines;
        images_ = inspection.data ? countsOf(*inspection.data) : ImageCounts();
        showInspected();
    });
    connect(inspection_, &LiveInspection::failed, this, [this](const QString& text, const std::vector<Problem>& problems) {
        preview_->setBusy(false);
        preview_->showFault(text);
        if (!problems.empty()) form_->showProblems(problems);
    });
}

void SetupPage::makeActions() {
    const auto add = [this](const QString& name, const QString& text, const QKeySequence& keys, void (SetupPage::*call)()) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, call);
        addAction(action);
    };
    add(QStringLiteral("sweepField"), tr("Sweep the field with the cursor, or not any more"), Qt::CTRL | Qt::SHIFT | Qt::Key_W,
        &SetupPage::toggleSweepOfField);
    add(QStringLiteral("auditData"), tr("Audit the data"), {}, &SetupPage::audit);
    add(QStringLiteral("showSweep"), tr("Show the runs of the sweep"), {}, &SetupPage::showSweep);
    connect(sweep_, &SweepFollower::changed, this, [this] { form_->sweep()->showSummary(sweep_->summary()); });
}

void SetupPage::toggleSweepOfField() {
    const Field* field = form_->focusedField();
    if (!field || !isSweepable(*field)) {
        Q_EMIT message(QStringLiteral("info"), field ? tr("Seeds, name and notes are not swept: they change no result.")
                                                     : tr("Put the cursor into the field that is to be swept."));
        return;
    }
    toggleSweep(draft_, *field);
    form_->sweep()->focusValues(field->path().toStdString());
}

void SetupPage::offerPaths() {
    QStringList paths;
    for (const Field* field : form_->findChildren<Field*>())
        if (isSweepable(*field)) paths << field->path();
    for (const auto& difference : differences({draft_.document(), Json::object()}))
        paths << QString::fromStdString(difference.path);
    paths.sort();
    paths.removeDuplicates();
    form_->sweep()->setPaths(paths);
}

void SetupPage::undo() {
    draft_.undo();
}

void SetupPage::redo() {
    draft_.redo();
}

void SetupPage::activate() {
    runs_->update();
}

void SetupPage::documentChanged() {
    preview_->showDocument(draft_.document());
    sweep_->follow(draft_.document(), draft_.sweep());
    validation_.start();
    Q_EMIT undoChanged();
}

void SetupPage::validateNow() {
    validation_.stop();
    problems_ = validate(draft_.document(), catalogue());
    warnings_ = problems_.empty() ? warnings(draft_.document(), catalogue()) : std::vector<Problem>();
    preview_->showProblems(problems_, warnings_);
    form_->showProblems(problems_);
    form_->showWarnings(warnings_);
    offerPaths();
    if (problems_.empty()) inspection_->follow(draft_.document());
}

void SetupPage::showStage(const QString& stage) {
    const std::string prefix = stage.isEmpty() ? std::string() : "stages." + stage.toStdString() + ".";
    auto* form = new ExperimentForm({draft_, runs_, session_.reader, prefix});
    form->setAccessibleName(stage.isEmpty() ? tr("Experiment") : tr("Stage %1").arg(stage));
    if (form_) {
        columns_->replaceWidget(0, form)->deleteLater();
    } else {
        columns_->insertWidget(0, form);
        columns_->setStretchFactor(0, 0);  // a form gains nothing from more width, pictures and JSON do
        columns_->setStretchFactor(1, 1);
    }
    form_ = form;
    form_->showProblems(problems_);
    form_->showWarnings(warnings_);
    form_->sweep()->showSummary(sweep_->summary());
    connect(form_->dataSection(), &DataSection::auditWanted, this, &SetupPage::audit);
    connect(form_->sweep(), &SweepBox::membersAsked, this, &SetupPage::showSweep);
    connect(form_->models(), &ModelsSection::stageChosen, stages_, &StageBar::choose, Qt::QueuedConnection);
    connect(form_->models(), &ModelsSection::probesWanted, this,
            [this](const std::vector<Json>& documents) { submit(documents, {.reuse = true}); });
    offerPaths();
    showInspected();
}

// Only the experiment itself is inspected, none of its stages.
void SetupPage::showInspected() {
    if (!stages_->stage().isEmpty()) return;
    form_->showNetworks(profiles_, adaptations_);
    form_->showImages(images_);
    form_->showBaselines(baselines_);
}

void SetupPage::focusProblem(const QString& path) {
    if (path.startsWith(QLatin1String("stages.")))
        stages_->choose(path.section('.', 1, 1));
    else
        stages_->choose({});
    const bool hasField = form_->focusProblem(path.toStdString());
    preview_->offerRemoval(!hasField && draft_.find(path.toStdString()) ? path : QString());
}

}  // namespace gaplab::ui

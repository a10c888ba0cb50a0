#include "ui/window/status_line.h"

#include <filesystem>

#include "ui/forms/labels.h"

namespace gaplab::ui {
namespace {

constexpr int tickMilliseconds = 500;
constexpr int ticksBetweenDiskLooks = 20;

QLabel* addLabel(QStatusBar& bar, const QString& objectName, const QString& help) {
    auto* label = new QLabel(&bar);
    label->setObjectName(objectName);
    label->setToolTip(help);
    label->setMargin(label->fontMetrics().averageCharWidth());
    bar.addPermanentWidget(label);
    return label;
}

}  // namespace

StatusLine::StatusLine(Session& session, QStatusBar& bar, QObject* parent)
    : QObject(parent),
      session_(session),
      bar_(bar),
      store_(addLabel(bar, "status.store", QString::fromStdString(session.workbench.storePath().string()))),
      disk_(addLabel(bar, "status.disk", tr("Room left where the store lies"))),
      device_(addLabel(bar, "status.device", tr("Where the latest run of this window was trained"))),
      runs_(addLabel(bar, "status.runs", tr("Runs of this window"))) {
    store_->setText(tr("Store: %1").arg(QString::fromStdString(session.workbench.storePath().filename().string())));
    device_->setText(tr("Device: chosen at start"));
    connect(&timer_, &QTimer::timeout, this, &StatusLine::tick);
    connect(&session.pump, &FeedPump::progress, this, [this](const RunProgress& progress) {
        if (progress.run != 0 && progress.state == RunState::Running) askDevice(progress.run);
    });
    timer_.start(tickMilliseconds);
    showRuns();
    askDisk();
}

StatusLine::~StatusLine() {
    for (QLabel* label : {store_, disk_, device_, runs_})
        delete label;
}

void StatusLine::tick() {
    showRuns();
    if (++ticks_ % ticksBetweenDiskLooks == 0) askDisk();
}

void StatusLine::showRuns() {
    const int queued = session_.workbench.queued();
    QString text = session_.workbench.busy() ? tr("1 running here") : tr("nothing running here");
    if (queued > 0) text += QStringLiteral(", ") + tr("%n queued", "", queued);
    if (text != runs_->text()) runs_->setText(text);
}

void StatusLine::askDisk() {
    session_.reader.ask(
        this,
        [](const Store& store) {
            std::error_code unknown;
            const auto space = std::filesystem::space(store.path().parent_path(), unknown);
            return unknown ? qint64{-1} : static_cast<qint64>(space.available);
        },
        [this](qint64 free) { disk_->setText(free < 0 ? QString() : tr("%1 free").arg(bytesText(free))); });
}

void StatusLine::askDevice(qint64 run) {
    if (run == deviceOf_) return;
    deviceOf_ = run;
    session_.reader.ask(
        this, [run](const Store& store) { return store.run(run).environment; },
        [this](const Json& environment) {
            if (!environment.is_object() || !environment.contains("device")) return;
            QString text = QString::fromStdString(environment.value("device", ""));
            if (environment.contains("threads") && environment["threads"].is_number_integer())
                text += QStringLiteral(", ") + tr("%n thread(s)", "", environment["threads"].get<int>());
            device_->setText(tr("Device: %1").arg(text));
        });
}

}  // namespace gaplab::ui

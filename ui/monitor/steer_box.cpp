#include "ui/monitor/steer_box.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "core/gap/target.h"
#include "core/run/inspect.h"
#include "ui/forms/editor.h"
#include "ui/forms/number_spin.h"

namespace gaplab::ui {
SteerBox::SteerBox(QWidget* parent)
    : QGroupBox(tr("Change while it goes on"), parent), grid_(new QGridLayout(this)), apply_(new QPushButton(tr("Apply"), this)) {
    setObjectName(QStringLiteral("steerBox"));
    apply_->setToolTip(tr("Takes effect within one step, and is kept as an event of the run"));
    nameWidget(apply_, QStringLiteral("steerApply"), tr("Apply the changes"));
    connect(apply_, &QPushButton::clicked, this, &SteerBox::apply);
    grid_->setColumnStretch(1, 1);
    grid_->addWidget(apply_, 100, 0, 1, 2);  // below any number of lines
    showButton();
}

void SteerBox::startOver() {
    for (auto& [path, line] : lines_) {
        delete line.label;
        delete line.spin;
    }
    lines_.clear();
    document_ = nullptr;
    showButton();
}

void SteerBox::showDocument(const Json& document, double epoch) {
    if (document == document_ && epoch == epoch_) return;
    document_ = document;
    epoch_ = epoch;
    std::optional<Experiment> experiment;
    try {
        experiment = parseExperiment(document, catalogue());
    } catch (const Error&) {
        return startOver();  // of another version of the program
    }
    if (experiment->gap) {
        offer("gap.target", realParameter("target", 0, -100, 100, "Constant from now on"), tr("Target (points)"),
              targetAt(*experiment->gap, epoch));
        offer("gap.band", realParameter("band", 1, 0, 100, "Half-width of the band"), tr("Band ± (points)"),
              experiment->gap->band);
        if (experiment->gap->controller)
            for (const auto& [name, label] : {std::pair("kp", tr("Gain kp")), {"ki", tr("Gain ki")}})
                if (experiment->gap->controller->parameters.contains(name))  // one that only widens has no gains
                    offer(std::string("gap.controller.") + name, realParameter(name, 0, 0, 100, "Gain of the controller"), label,
                          experiment->gap->controller->parameters.at(name));
    }
    offer("training.optimizer.lr", realParameter("lr", 0.1, 0, 100, "Peak of the learning rate"), tr("Learning rate"),
          experiment->training.optimizer.at("lr"));
    showButton();
}

void SteerBox::offer(const std::string& path, const Parameter& parameter, const QString& label, const Json& value) {
    Line& line = lines_[path];
    if (!line.spin) {
        const int row = static_cast<int>(lines_.size());
        auto* text = new QLabel(label, this);
        line.label = text;
        line.spin = new NumberSpin(parameter, this);
        text->setBuddy(line.spin);
        nameWidget(line.spin, QString::fromStdString("steer." + path), label, QString::fromStdString(parameter.help));
        grid_->addWidget(text, row, 0);
        grid_->addWidget(line.spin, row, 1);
        connect(line.spin, &NumberSpin::edited, this, [this, path](const Json& typed) {
            lines_.at(path).typed = typed;
            showButton();
        });
    }
    if (line.typed == value) line.typed = nullptr;  // it has been taken over
    line.shown = value;
    if (line.typed.is_null()) line.spin->setValue(value);
}

void SteerBox::showButton() {
    bool changed = false;
    for (const auto& [path, line] : lines_)
        changed = changed || (line.typed.is_number() && line.typed != line.shown);
    apply_->setEnabled(changed);
}

void SteerBox::apply() {
    for (auto& [path, line] : lines_)
        if (line.typed.is_number() && line.typed != line.shown)
            Q_EMIT changeRequested(QString::fromStdString(path + "=" + line.typed.dump()));
    for (auto& [path, line] : lines_)
        line.typed = nullptr;
    apply_->setEnabled(false);
}

}  // namespace gaplab::ui

#include "ui/setup/experiment_form.h"

#include <map>

#include <QApplication>
#include <QHBoxLayout>

#include "core/experiment/experiment.h"
#include "ui/setup/data_section.h"
#include "ui/setup/form.h"
#include "ui/setup/gap_section.h"
#include "ui/setup/method_section.h"
#include "ui/setup/mitigation_section.h"
#include "ui/setup/models_section.h"
#include "ui/setup/plan_section.h"

namespace gaplab::ui {
namespace {

constexpr int widestCharacters = 130;  // a line of text that the eye still follows

}  // namespace

QString sentenceOf(const Problem& problem) {
    QString text = QString::fromStdString(problem.message);
    if (!text.endsWith('.') && !text.endsWith('?') && !text.endsWith('!')) text += '.';
    if (!problem.allowed.empty()) text += ' ' + ExperimentForm::tr("Allowed: %1.").arg(QString::fromStdString(problem.allowed));
    return text;
}

ExperimentForm::ExperimentForm(const SetupContext& context, QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    content->setMaximumWidth(fontMetrics().averageCharWidth() * widestCharacters);
    auto* layout = new QVBoxLayout(content);
    layout->addWidget(makeHeader(context));
    layout->addWidget(data_ = new DataSection(context));
    layout->addWidget(models_ = new ModelsSection(context));
    layout->addWidget(method_ = new MethodSection(context));
    layout->addWidget(new MitigationSection(context));
    layout->addWidget(gap_ = new GapSection(context));
    layout->addWidget(plan_ = new PlanSection(context));
    layout->addStretch();
    setWidget(content);
    // Wide enough for a whole row; the scroll area would otherwise shrink and clip.
    setMinimumWidth(content->minimumSizeHint().width() + fontMetrics().averageCharWidth() * 4);
}

QWidget* ExperimentForm::makeHeader(const SetupContext& context) {
    auto* form = new Form(context.draft);
    for (const Parameter& parameter : documentFields(""))
        if (parameter.name != "schema") form->bind(context.at(parameter.name), parameter);
    return form;
}

QSize ExperimentForm::sizeHint() const {
    return {widget()->maximumWidth() + fontMetrics().averageCharWidth() * 4, QScrollArea::sizeHint().height()};
}

void ExperimentForm::showNetworks(const Json& networks, const std::vector<std::vector<std::string>>& adaptations) {
    models_->showProfiles(networks);
    method_->showNetworks(networks, adaptations);
}

void ExperimentForm::showImages(const ImageCounts& images) {
    gap_->showImages(images);
}

Field* ExperimentForm::fieldOf(const std::string& path) const {
    Field* best = nullptr;
    for (Field* field : findChildren<Field*>())
        if (isInside(path, field->path().toStdString()) && (!best || field->path().size() > best->path().size())) best = field;
    return best;
}

SweepBox* ExperimentForm::sweep() const {
    return plan_->sweep();
}

void ExperimentForm::showBaselines(const std::vector<Baseline>& baselines) {
    plan_->baselines()->showBaselines(baselines);
}

Field* ExperimentForm::focusedField() const {
    const QWidget* focused = QApplication::focusWidget();
    for (Field* field : findChildren<Field*>())
        if (focused && field->contains(focused)) return field;
    return nullptr;
}

std::map<Field*, QString> ExperimentForm::sentences(const std::vector<Problem>& problems) const {
    std::map<Field*, QString> texts;
    for (const Problem& problem : problems)
        if (Field* field = fieldOf(problem.path)) {
            QString& text = texts[field];
            text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + sentenceOf(problem);
        }
    return texts;
}

void ExperimentForm::showProblems(const std::vector<Problem>& problems) {
    const std::map<Field*, QString> texts = sentences(problems);
    for (Field* field : findChildren<Field*>()) {
        const auto found = texts.find(field);
        field->setProblem(found == texts.end() ? QString() : found->second);
    }
}

void ExperimentForm::showWarnings(const std::vector<Problem>& warnings) {
    const std::map<Field*, QString> texts = sentences(warnings);
    for (Field* field : findChildren<Field*>()) {
        const auto found = texts.find(field);
        field->setWarning(found == texts.end() ? QString() : found->second);
    }
}

bool ExperimentForm::focusProblem(const std::string& path) {
    Field* field = fieldOf(path);
    if (!field) return false;
    QWidget* target = field->editor()->target();
    if (target->isHidden()) target = field->editor();  // the number of a curve, while its table is shown
    reveal(target);
    target->setFocus(Qt::OtherFocusReason);
    ensureWidgetVisible(target);
    return true;
}

}  // namespace gaplab::ui

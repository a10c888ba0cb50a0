#include "ui/setup/models_section.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QMessageBox>

#include "core/run/inspect.h"
#include "ui/setup/assistants_dialog.h"

namespace gaplab::ui {
namespace {

QFrame* framed(QWidget* content, QWidget* parent) {
    auto* frame = new QFrame(parent);
    frame->setFrameShape(QFrame::StyledPanel);
    auto* layout = new QVBoxLayout(frame);
    content->setParent(frame);
    layout->addWidget(content);
    return frame;
}

/// The word, or the word with the first number that no teacher has yet.
QString freeName(const SetupContext& context, const QString& word) {
    QString name = word;
    for (int number = 2; context.teachers().contains(name); ++number)
        name = word + QString::number(number);
    return name;
}

}  // namespace

ModelsSection::ModelsSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Models"), QString::fromStdString(context.at("models")), parent),
      context_(context),
      chain_(new ChainGraph),
      addAssistants_(new QPushButton(tr("Add assistants…"))),
      student_(new NetworkCard(context, context.at("student"), NetworkCard::Part::Student)),
      addDynamic_(new QPushButton(tr("Add dynamic teacher"))),
      teachersBox_(new QWidget) {
    auto* studentBox = new QWidget;
    auto* studentLayout = new QVBoxLayout(studentBox);
    studentLayout->setContentsMargins(0, 0, 0, 0);
    studentLayout->addWidget(new QLabel(tr("Student"), studentBox));
    studentLayout->addWidget(student_);
    add(makeChain());
    add(framed(studentBox, this));
    teachersBox_->setLayout(new QVBoxLayout);
    teachersBox_->layout()->setContentsMargins(0, 0, 0, 0);
    add(teachersBox_);
    auto* addButton = new QPushButton(tr("Add teacher"), this);
    nameWidget(addButton, QString::fromStdString(context_.at("teachers.add")), tr("Add teacher"));
    connect(addButton, &QPushButton::clicked, this, &ModelsSection::addTeacher);
    nameWidget(addDynamic_, QString::fromStdString(context_.at("teachers.addDynamic")), tr("Add dynamic teacher"),
               tr("A teacher that grows out of the student, wider and with branches, and is trained with it"));
    connect(addDynamic_, &QPushButton::clicked, this, &ModelsSection::addDynamicTeacher);
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(addButton);
    row->addWidget(addDynamic_);
    row->addStretch();
    add(buttons);
    connect(&context_.draft, &Draft::changed, this, &ModelsSection::refresh);
    refresh();
}

/// Who teaches whom, over all stages.
QWidget* ModelsSection::makeChain() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    nameWidget(addAssistants_, QString::fromStdString(context_.at("teachers.addAssistants")), tr("Add assistants"),
               tr("Networks between a static teacher and the student: each learns from the one above it and teaches the next"));
    connect(addAssistants_, &QPushButton::clicked, this, &ModelsSection::addAssistants);
    connect(chain_, &ChainGraph::stageChosen, this, &ModelsSection::stageChosen);
    layout->addWidget(chain_);
    layout->addWidget(addAssistants_, 0, Qt::AlignLeft);
    return box;
}

void ModelsSection::addAssistants() {
    const Json& document = context_.draft.document();
    QString why;
    if (!validate(document, catalogue()).empty())
        why = tr("The experiment is not complete yet: mend what is marked first.");
    else if (AssistantsDialog::teachersOf(document).isEmpty())
        why =
            tr("Assistants stand between a static teacher and a student that learns from it. Add such a teacher and a knowledge "
               "term from it first.");
    if (!why.isEmpty()) {
        QMessageBox::information(window(), tr("Teacher assistants"), why);
        return;
    }
    auto* dialog = new AssistantsDialog(context_.reader, document, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AssistantsDialog::chosen, this, [this](const Json& chain) { context_.draft.setDocument(chain); });
    connect(dialog, &AssistantsDialog::probesWanted, this, &ModelsSection::probesWanted);
    dialog->open();
}

void ModelsSection::refresh() {
    const bool whole = context_.prefix.empty();
    const ChainModel chain = chainModel(context_.draft.document());
    chain_->setVisible(chain.nodes.size() > 1);
    if (chain.nodes.size() > 1) chain_->showModel(chain);
    addAssistants_->setVisible(whole && !context_.teachers().isEmpty());
    const QStringList names = context_.teachers();
    addDynamic_->setVisible(context_.grownTeachers().isEmpty());  // there can be one
    for (auto card = teachers_.begin(); card != teachers_.end();) {
        const bool same = names.contains(card->first) && card->second->kind() == card->second->kindNow();
        if (same) {  // another kind has other fields
            ++card;
            continue;
        }
        QWidget* frame = card->second->parentWidget();
        frame->hide();
        frame->setParent(nullptr);
        frame->deleteLater();
        card = teachers_.erase(card);
    }
    for (const QString& name : names) {
        if (teachers_.contains(name)) continue;
        auto* card = new TeacherCard(context_, name);
        teachers_[name] = card;
        teachersBox_->layout()->addWidget(framed(card, teachersBox_));
        showProfile(name);
    }
}

void ModelsSection::showProfile(const QString& name) {
    teachers_.at(name)->showProfile(profiles_.value(name.toStdString(), Json()), profiles_.value("student", Json()));
}

void ModelsSection::addTeacher() {
    const std::string name = freeName(context_, QStringLiteral("static")).toStdString();
    const std::string architecture = context_.draft.text(context_.at("student.architecture"));
    context_.draft.set(context_.at("teachers." + name), {{"kind", "static"}, {"architecture", architecture}});
}

/// With what makes it one: the student learns from it.
void ModelsSection::addDynamicTeacher() {
    const std::string name = freeName(context_, QStringLiteral("dynamic")).toStdString();
    context_.draft.set(context_.at("teachers." + name), {{"kind", "gpd"}});
    context_.draft.append(context_.at("knowledge"),
                          {{"from", name}, {"to", "student"}, {"loss", "smoothed_ce"}, {"weight", 3.0}});
}

void ModelsSection::showProfiles(const Json& networks) {
    profiles_ = networks.is_object() ? networks : Json::object();
    student_->showProfile(profiles_.value("student", Json()));
    for (const auto& [name, card] : teachers_)
        showProfile(name);
}

}  // namespace gaplab::ui

#include "ui/setup/models_section.h"

#include <QFrame>
#include <QHBoxLayout>

#include "core/run/inspect.h"

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
      student_(new NetworkCard(context, context.at("student"), NetworkCard::Part::Student)),
      addDynamic_(new QPushButton(tr("Add dynamic teacher"))),
      teachersBox_(new QWidget) {
    auto* studentBox = new QWidget;
    auto* studentLayout = new QVBoxLayout(studentBox);
    studentLayout->setContentsMargins(0, 0, 0, 0);
    studentLayout->addWidget(new QLabel(tr("Student"), studentBox));
    studentLayout->addWidget(student_);
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

void ModelsSection::refresh() {
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

#include "ui/setup/models_section.h"

#include <QFrame>
#include <QPushButton>

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

}  // namespace

ModelsSection::ModelsSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Models"), QString::fromStdString(context.at("models")), parent),
      context_(context),
      student_(new NetworkCard(context, context.at("student"), false)),
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
    add(addButton, Qt::AlignLeft);
    connect(&context_.draft, &Draft::changed, this, &ModelsSection::refresh);
    refresh();
}

void ModelsSection::refresh() {
    const QStringList names = context_.teachers();
    for (auto card = teachers_.begin(); card != teachers_.end();) {
        if (names.contains(card->first)) {
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
        card->network()->showProfile(profiles_.value(name.toStdString(), Json()));
    }
}

void ModelsSection::addTeacher() {
    QString name = QStringLiteral("static");
    for (int number = 2; context_.teachers().contains(name); ++number)
        name = QStringLiteral("static%1").arg(number);
    const std::string architecture = context_.draft.text(context_.at("student.architecture"));
    context_.draft.set(context_.at("teachers." + name.toStdString()), {{"kind", "static"}, {"architecture", architecture}});
}

void ModelsSection::showProfiles(const Json& networks) {
    profiles_ = networks.is_object() ? networks : Json::object();
    student_->showProfile(profiles_.value("student", Json()));
    for (const auto& [name, card] : teachers_)
        card->network()->showProfile(profiles_.value(name.toStdString(), Json()));
}

}  // namespace gaplab::ui

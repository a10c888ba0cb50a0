#pragma once

#include <map>

#include "ui/forms/section.h"
#include "ui/setup/network_card.h"

namespace gaplab::ui {

/// One teacher: name, kind, network, and how it is trained where it is trained first.
class TeacherCard : public QWidget {
    Q_OBJECT
public:
    TeacherCard(const SetupContext& context, const QString& name, QWidget* parent = nullptr);
    NetworkCard* network() const { return network_; }

private:
    QWidget* makeHeader();
    QWidget* makeOwnTraining();
    void rename(const QString& name);
    void removeTeacher();
    void showTrainingFields();

    SetupContext context_;
    QString name_;
    std::string base_;
    NetworkCard* network_;
    QWidget* ownTraining_;
};

/// Models: student and teachers.
class ModelsSection : public Section {
    Q_OBJECT
public:
    explicit ModelsSection(const SetupContext& context, QWidget* parent = nullptr);
    /// role -> {"parameters", "macs", ..}
    void showProfiles(const Json& networks);

private:
    void refresh();
    void addTeacher();

    SetupContext context_;
    NetworkCard* student_;
    QWidget* teachersBox_;
    std::map<QString, TeacherCard*> teachers_;
    Json profiles_ = Json::object();
};

}  // namespace gaplab::ui

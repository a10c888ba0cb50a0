#pragma once

#include <map>

#include <QPushButton>
#include <QTableWidget>

#include "ui/forms/section.h"
#include "ui/setup/chain_graph.h"
#include "ui/setup/network_card.h"

namespace gaplab::ui {

/// What a dynamic teacher costs and which convolutions get branches; all of it is known once the experiment is complete.
class DynamicFacts : public QWidget {
    Q_OBJECT
public:
    DynamicFacts(const SetupContext& context, const std::string& base, QWidget* parent = nullptr);
    /// Both as in the inspection's networks; null while they are not known.
    void showProfile(const Json& dynamic, const Json& student);

private:
    QLabel* facts_;
    Section* branches_;
    QTableWidget* table_;
};

/// One teacher: name, kind, and either its network and how that is trained where it is trained first, or how it grows out of the
/// student.
class TeacherCard : public QWidget {
    Q_OBJECT
public:
    TeacherCard(const SetupContext& context, const QString& name, QWidget* parent = nullptr);
    void showProfile(const Json& own, const Json& student);
    /// The kind of teacher that the card was made for, and that of the document.
    const std::string& kind() const { return kind_; }
    std::string kindNow() const;

private:
    QWidget* makeHeader();
    Form* makeClasses();
    QWidget* makeOwnTraining();
    void rename(const QString& name);
    void removeTeacher();
    void showFieldsOfKind();

    SetupContext context_;
    QString name_;
    std::string base_;
    std::string kind_;
    NetworkCard* network_;
    Form* classes_;  ///< of a kind whose classifier may know others
    QWidget* ownTraining_;
    DynamicFacts* dynamic_;
};

/// Models: student and teachers.
class ModelsSection : public Section {
    Q_OBJECT
public:
    explicit ModelsSection(const SetupContext& context, QWidget* parent = nullptr);
    /// role -> {"parameters", "macs", ..}
    void showProfiles(const Json& networks);

Q_SIGNALS:
    /// A stage's name; "" for the experiment itself.
    void stageChosen(const QString& stage);
    /// Short trainings, to know what networks reach alone.
    void probesWanted(const std::vector<gaplab::Json>& documents);

private:
    QWidget* makeChain();
    void addAssistants();
    void refresh();
    void addTeacher();
    void addDynamicTeacher();
    void showProfile(const QString& name);

    SetupContext context_;
    ChainGraph* chain_;
    QPushButton* addAssistants_;
    NetworkCard* student_;
    QPushButton* addDynamic_;
    QWidget* teachersBox_;
    std::map<QString, TeacherCard*> teachers_;
    Json profiles_ = Json::object();
};

}  // namespace gaplab::ui

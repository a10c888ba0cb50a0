#pragma once

#include <string>

#include <QAbstractItemModel>
#include <QStringList>

#include "core/base/catalogue.h"
#include "ui/setup/draft.h"

namespace gaplab::ui {

/// What the sections of the form share.
struct SetupContext {
    Draft& draft;
    QAbstractItemModel* runs;  ///< stored runs, for weights
    std::string prefix = {};   ///< "" for the experiment itself, "stages.NAME." for one of its stages

    std::string at(const std::string& path) const { return prefix + path; }
    QStringList teachers() const;
    /// Those that are trained with the student.
    QStringList trainedTeachers() const;
    /// Those that grow out of the student.
    QStringList grownTeachers() const;
    /// What the registry says of a teacher's kind: "trained", "apart".
    bool kindSays(const QString& teacher, const char* fact, bool otherwise) const;
    QStringList stages() const;
};

/// The declaration of a list or an object, which documentFields does not hold: its label and help.
Parameter described(const std::string& name, const std::string& help, Json defaultValue = {});

}  // namespace gaplab::ui

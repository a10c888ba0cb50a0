#pragma once

#include <string>

#include <QAbstractItemModel>
#include <QStringList>

#include "core/base/catalogue.h"
#include "ui/feed/store_reader.h"
#include "ui/setup/draft.h"

namespace gaplab::ui {

/// What the sections of the form share.
struct SetupContext {
    Draft& draft;
    QAbstractItemModel* runs;  ///< stored runs, for weights
    StoreReader& reader;
    std::string prefix = {};  ///< "" for the experiment itself, "stages.NAME." for one of its stages

    std::string at(const std::string& path) const { return prefix + path; }
    /// The experiment, or the stage; null where the draft has no such stage.
    const Json* experiment() const { return draft.find(prefix); }
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

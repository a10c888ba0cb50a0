#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/experiment/experiment.h"
#include "core/experiment/object_reader.h"

namespace gaplab {

// Inside of the room: every part of the document is read once, by one function that adds to the review what is wrong and returns
// the part in its canonical form. Validation keeps the problems, everything else the form. A form is only meaningful without
// problems, but what it holds always has the right types.

/// Optimizer and schedule where the document names none. They belong to schema 1 and never change within it.
inline constexpr const char* defaultOptimizer = "sgd";
inline constexpr const char* defaultSchedule = "cosine";

/// The object under a key; an empty one where there is none. Lives as long as `holder`.
const Json& objectAt(const Json& holder, const std::string& key);

Json readDocument(const Json& document, Review& review);

/// data.groups; null where none are given.
Json readGroups(const Json& value, const std::string& path, Review& review);
/// With every field of the way in which groups are found.
Json groupsFromForm(const Json& form);
/// The struct of a form that `readData` gave.
DataSpec dataFromForm(const Json& form, const Catalogue& catalogue);
Json readData(const Json& value, const std::string& path, Review& review);
Json readStudent(const Json& value, const std::string& path, Review& review);
Json readTraining(const Json& value, const std::string& path, Review& review);
Json readEvaluation(const Json& value, const std::string& path, Review& review);
Json readBaseline(const Json& value, const std::string& path, Review& review);

/// What the readers of terms and of the gap have to know about the teachers.
struct TeacherNames {
    std::set<std::string> all;
    std::set<std::string> unbuilt;  ///< of a kind that is not in this version: what they would do is not judged
    std::set<std::string> trained;  ///< trained with the student
    std::set<std::string> merged;   ///< of expansion 1: the student itself, with branches
    std::set<std::string> foreign;  ///< their classifier knows other classes than the data have
    std::string grown;              ///< the one that grows out of the student; empty: none
    std::map<std::string, std::string> kinds;

    /// Those to which there is a gap: all but the merged and the foreign ones.
    std::set<std::string> apart() const {
        std::set<std::string> names = all;
        for (const auto* left : {&merged, &foreign})
            for (const std::string& name : *left)
                names.erase(name);
        return names;
    }
};
/// The training of the experiment itself, from which that of its teachers starts.
struct OuterTraining {
    Json written = Json::object();
    Json form = Json::object();
    std::vector<Problem> problems = {};
};
Json readTeachers(const Json& value, const std::string& path, const OuterTraining& training, TeacherNames& names, Review& review);
/// Reads "training" of a teacher and collects how it differs from the outer one.
void readTeacherTraining(ObjectReader& teacher, const OuterTraining& outer);
Json readKnowledge(const Json& value, const std::string& path, const TeacherNames& names, Review& review);
/// `knowledge`: the form of the terms.
Json readMitigations(const Json& value, const std::string& path, const Json& knowledge, Review& review);
std::vector<MitigationSpec> mitigationsFromForm(const Json& form, const Catalogue& catalogue);
/// `knowledge`: the form of the terms, for actuators that act on one.
Json readGap(const Json& value, const std::string& path, const TeacherNames& names, const Json& knowledge, Review& review);

/// Teacher of the gap where `between` is left out: "dynamic", else "static", else the first; empty where there is none.
std::string defaultGapTeacher(const std::set<std::string>& teachers);
/// The term that every trained network has unless one from the labels is given.
Json implicitTerm(const std::string& network);
/// A list of texts that are not empty; a problem where it is something else.
std::optional<std::vector<std::string>> readNames(const Json& value, const std::string& path, const std::string& what,
                                                  Review& review);
bool isIdentifier(const std::string& name);

/// "epoch", a number of epochs or "N steps" in one spelling: a number, or "N steps". `epochs` says which numbers are allowed.
std::optional<Json> readBeat(const Json& value, const std::string& path, const Parameter& epochs, Review& review);
Beat beatFromJson(const Json& form);
/// What is measured where the document does not choose.
std::set<std::string> usualMeasures(const Catalogue& catalogue);

/// null, "train", {"file"}, {"run", "epoch"} or {"stage", "epoch"} in one spelling.
std::optional<Json> readWeights(const Json& value, const std::string& path, Review& review);
/// A number or [[epoch, value], ..] in one spelling; values from `minimum` to `maximum`.
std::optional<Json> readCurve(const Json& value, const std::string& path, const Parameter& range, Review& review);

/// A teacher's training: the outer one with each field that the teacher gives in place of it. Optimizer and schedule are gone
/// into as long as their kind stays; inherited kept epochs that are beyond the end fall away.
Json mergedTraining(const Json& outer, const Json& own);

/// References from networks and baseline to stages: they exist, fit and are not circular.
/// The document with its own data in every stage that names none.
Json withStageData(Json document);
void checkStages(const Json& form, Review& review);
/// The names of the stages that an experiment (without its stages) starts from, in the order of their roles: role -> stage.
std::map<std::string, std::string> stageReferences(const Json& document);

}  // namespace gaplab

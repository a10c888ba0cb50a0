#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const std::vector<std::string> reservedNames = {"student", "student_ema", "labels", "gap", "controller", "system", "baseline"};

const Parameter& teacherSeed() {
    static const Parameter declared = integerParameter("seed", 0, 0, 9007199254740991, "Seed of the teacher's own run");
    return declared;
}

void readNetwork(ObjectReader& reader, const Json& defaultWeights) {
    reader.readMember("architecture", Registry::Architecture);
    if (const Json* weights = reader.find("weights"))
        if (const auto form = readWeights(*weights, reader.pathOf("weights"), reader.review()))
            if (*form != defaultWeights) reader.normal["weights"] = *form;
}

void readTeacherSeed(ObjectReader& reader) {
    const Json* seed = reader.find("seed");
    if (!seed) return;
    if (*seed == "same") {
        reader.normal["seed"] = "same";
        return;
    }
    if (!seed->is_number())
        return reader.review().add(reader.pathOf("seed"), fmt::format("{} is not a seed", shown(*seed)),
                                   "\"same\" (the seed of the outer run), or " + allowedValues(teacherSeed()));
    const auto checked = checkedValue(teacherSeed(), *seed, reader.pathOf("seed"), reader.review());
    if (checked && *checked != 0) reader.normal["seed"] = *checked;
}

void requireTrained(ObjectReader& reader) {
    if (!reader.normal.contains("weights")) return;
    for (const char* key : {"seed", "training"})
        if (reader.find(key))
            reader.review().add(reader.pathOf(key),
                                fmt::format("\"{}\" has no meaning for a teacher that is not trained first", key),
                                "only beside \"weights\": \"train\"");
}

/// A list of names under a key; an empty one says nothing.
void readNameList(ObjectReader& reader, const std::string& key, const std::string& what) {
    const Json* value = reader.find(key);
    if (!value) return;
    if (const auto names = readNames(*value, reader.pathOf(key), what, reader.review()); names && !names->empty())
        reader.normal[key] = *names;
}

/// How many other classes than those of the data a trained network's classifier knows.
void readClasses(ObjectReader& reader, const std::string& name, TeacherNames& names) {
    reader.readFields(documentFields("teacher"), "teacher");
    if (!reader.normal.contains("classes")) return;
    names.foreign.insert(name);
    if (!reader.normal.contains("weights"))
        reader.review().add(reader.pathOf("classes"),
                            "A teacher that is trained first is trained on these data and their classes",
                            "0, or weights from a file, a run or a stage");
}

/// Factors on the learning rate, by the beginnings of names of layers; 1 says nothing.
void readRates(ObjectReader& reader) {
    const Json* value = reader.find("rates");
    if (!value) return;
    const std::string path = reader.pathOf("rates");
    static const Parameter factor =
        aboveMinimum(realParameter("rate", 1.0, 0.0, 10'000.0, "Factor on the learning rate of a layer"));
    if (!value->is_object())
        return reader.review().add(path, fmt::format("{} is not an object", shown(*value)),
                                   "an object: {\"head\": 10, NAME OF A LAYER: factor, ..}");
    Json rates = Json::object();
    for (const auto& [layer, rate] : value->items()) {
        const auto checked = checkedValue(factor, rate, path + "." + layer, reader.review());
        if (checked && *checked != 1.0) rates[layer] = *checked;
    }
    if (!rates.empty()) reader.normal["rates"] = std::move(rates);
}

/// What becomes of the classifier of weights that are taken over.
void readHead(ObjectReader& reader) {
    reader.readFields(documentFields("student"), "student");
    if (reader.normal.contains("head") && !reader.normal.contains("weights"))
        reader.review().add(reader.pathOf("head"), "Without weights that are taken over every layer is drawn afresh",
                            "\"new\" beside \"weights\"");
}

/// A network of its own that is trained beside the student, from fresh weights unless it is given others.
void readPeer(ObjectReader& reader) {
    readNetwork(reader, nullptr);
    readHead(reader);
    for (const char* key : {"seed", "training"})
        if (reader.find(key))
            reader.review().add(reader.pathOf(key),
                                fmt::format("A teacher that is trained with the student has no \"{}\" of its own", key));
    if (reader.normal.value("weights", Json()) == "train") {
        reader.review().add(reader.pathOf("weights"), "This teacher is trained with the student, not before it",
                            "null, {\"file\": path}, {\"run\": id, ..} or {\"stage\": name, ..}");
        reader.normal.erase("weights");
    }
    reader.refusePlanned("network");
}

/// A dynamic teacher grows out of the student: it has no architecture and no weights of its own.
void readDynamicTeacher(ObjectReader& reader, const Member& kind, const std::string& name, TeacherNames& names) {
    readNameList(reader, "layers", "beginnings of names of convolutions");
    for (const char* key : {"architecture", "weights", "seed", "training"})
        if (reader.find(key))
            reader.review().add(reader.pathOf(key),
                                fmt::format("A dynamic teacher grows out of the student and has no \"{}\" of its own", key));
    if (!names.grown.empty())
        reader.review().add(reader.pathOf("kind"), "There is a teacher already that grows out of the student",
                            "one in an experiment");
    names.grown = name;
    const auto expansion = filledIn(kind.parameters, reader.normal).at("expansion").get<int64_t>();
    (expansion == 1 ? names.merged : names.trained).insert(name);
    const bool still = reader.normal.value("noise", Json()) == 0.0;
    if (expansion > 2 && still)
        reader.review().add(reader.pathOf("noise"),
                            "Without noise the copies after the first stay equal for ever when there are three or more",
                            "more than 0, or an expansion of at most 2");
}

/// Epochs of the teacher's own training whose weights teach one after the other: kept by its own run.
void readAnchors(ObjectReader& reader, const OuterTraining& outer) {
    const std::string path = reader.pathOf("anchors"),
                      allowed = "epochs of its own training in ascending order, e.g. [5, 10, 20]";
    const Json* value = reader.find("anchors");
    static const Parameter epoch = integerParameter("anchor", 1, 1, 100'000, "Epoch of the teacher's own training");
    if (!value || !value->is_array() || value->empty()) return reader.review().add(path, "A route needs its anchors", allowed);
    const Json own = mergedTraining(outer.form, reader.normal.value("training", Json::object()));
    const Json last = own.value("epochs", filledIn(documentFields("training"), Json::object()).at("epochs"));
    const bool trainedHere = !reader.normal.contains("weights");
    Json anchors = Json::array();
    for (size_t i = 0; i < value->size(); ++i) {
        const auto checked = checkedValue(epoch, (*value)[i], indexed(path, i), reader.review());
        if (!checked) return;
        if (!anchors.empty() && *checked <= anchors.back())
            reader.review().add(indexed(path, i),
                                fmt::format("{} does not come after {}", shown(*checked), shown(anchors.back())), allowed);
        if (trainedHere && last.is_number() && *checked > last)
            reader.review().add(indexed(path, i),
                                fmt::format("Epoch {} is beyond the end of the teacher's training", shown(*checked)),
                                fmt::format("1 to {}", shown(last)));
        anchors.push_back(*checked);
    }
    reader.normal["anchors"] = std::move(anchors);
}

void requireRun(ObjectReader& reader) {
    const Json weights = reader.normal.value("weights", Json("train"));
    if (weights == "train" || (weights.is_object() && weights.contains("run"))) return;
    reader.review().add(reader.pathOf("weights"), "Only the run of a teacher holds the weights of several of its epochs",
                        "\"train\" or {\"run\": id}");
}

Json readTeacher(const Json& value, const std::string& path, const OuterTraining& training, const std::string& name,
                 TeacherNames& names, Review& review) {
    ObjectReader reader(value, path, review);
    const Member* kind = reader.readMember("kind", Registry::TeacherKind, "static");
    if (!kind && value.is_object() && value.contains("kind") && value.at("kind").is_string()) {
        names.unbuilt.insert(name);
        return reader.normal;
    }
    if (kind) names.kinds[name] = kind->name;
    if (kind && !kind->facts.value("apart", true)) {
        readDynamicTeacher(reader, *kind, name, names);
        return reader.finish();
    }
    const bool trained = kind && kind->facts.value("trained", false);
    if (trained) names.trained.insert(name);
    if (trained && !kind->facts.value("head_only", false)) {
        readPeer(reader);
        return reader.finish();
    }
    readNetwork(reader, "train");
    readTeacherSeed(reader);
    readTeacherTraining(reader, training);
    requireTrained(reader);
    if (kind && (kind->name == "static" || kind->name == "early")) readClasses(reader, name, names);
    if (kind && kind->name == "route") {
        readAnchors(reader, training);
        requireRun(reader);
    }
    reader.refusePlanned("network");
    return reader.finish();
}

}  // namespace

bool isIdentifier(const std::string& name) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    const auto inner = [&](char c) { return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; };
    return !name.empty() && name.size() <= 64 && letter(name.front()) && std::ranges::all_of(name, inner);
}

std::optional<std::vector<std::string>> readNames(const Json& value, const std::string& path, const std::string& what,
                                                  Review& review) {
    const auto isName = [](const Json& element) { return element.is_string() && element != ""; };
    if (value.is_array() && std::ranges::all_of(value, isName)) return value.get<std::vector<std::string>>();
    review.add(path, fmt::format("{} is not a list of names", shown(value)), "a list of " + what);
    return {};
}

Json readStudent(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    readNetwork(reader, nullptr);
    if (reader.normal.value("weights", Json()) == "train") reader.normal.erase("weights");  // a student is always trained
    readHead(reader);
    readNameList(reader, "freeze", "beginnings of names of layers");
    readRates(reader);
    reader.refusePlanned("network");
    reader.refusePlanned("student");
    return reader.finish();
}

Json readTeachers(const Json& value, const std::string& path, const OuterTraining& training, TeacherNames& names,
                  Review& review) {
    if (!value.is_object()) {
        review.add(path, fmt::format("{} is not an object", shown(value)), "an object: {NAME: {\"architecture\": ..}, ..}");
        return Json::object();
    }
    Json form = Json::object();
    for (const auto& [name, teacher] : value.items()) {
        const std::string teacherPath = path + "." + name;
        if (!isIdentifier(name) || name.ends_with("_ema") || std::ranges::find(reservedNames, name) != reservedNames.end())
            review.add(teacherPath, fmt::format("A teacher cannot be called {}", shown(name)),
                       "letters, digits and _, not beginning with a digit, not ending with _ema; not " + join(reservedNames));
        form[name] = readTeacher(teacher, teacherPath, training, name, names, review);
        names.all.insert(name);
    }
    return form;
}

}  // namespace gaplab

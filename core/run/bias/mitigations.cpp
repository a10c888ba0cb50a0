#include "core/run/bias/mitigations.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/experiment.h"
#include "core/experiment/sweep.h"
#include "core/run/bias/words.h"

namespace gaplab::bias {
namespace {

/// The least ratio of the largest to the smallest class in training that balancing may mend.
constexpr double leastImbalance = 1.5;
/// Jung et al., CVPR 2021, for CIFAR-10S and UTKFace.
constexpr double featureWeight = 3;
/// Around the usual 4; a higher one often lowers DPD and EOD (A.-M. Mohammadshahi and Y. Ioannou, 2025).
constexpr std::array temperatures = {1.0, 2.0, 4.0, 8.0, 12.0};

/// What was found, as the reason of a change; empty where nothing was.
struct Reasons {
    std::vector<std::string> down;  ///< classes
    std::string passedOn, weakClass, imbalance, groups;
};

std::string whyGroups(const BiasReport& report) {
    const auto isBeyondChance = [&](std::optional<double> pValue) { return pValue && *pValue < 1 - report.level; };
    const auto& chance = report.student.byChance;
    const BiasNetwork& student = report.student;
    if (student.equalizedOdds.value && isBeyondChance(chance.equalizedOddsPValue))
        return fmt::format("Answers differ between groups beyond chance: equalized odds difference {} points (chance: {}).",
                           pointsText(*student.equalizedOdds.value), pointsText(chance.equalizedOdds.value_or(0)));
    if (student.demographicParity.value && isBeyondChance(chance.demographicParityPValue))
        return fmt::format("Answers differ between groups beyond chance: demographic parity difference {} points (chance: {}).",
                           pointsText(*student.demographicParity.value), pointsText(chance.demographicParity.value_or(0)));
    const auto& worst = student.worstGroup;
    if (worst.interval && student.accuracy.value && worst.interval->high < *student.accuracy.value)
        return fmt::format("The group {} is worse than all images together beyond noise: {} {}.",
                           report.groupNames[static_cast<size_t>(student.worstGroupIndex)], percentText(worst.value),
                           intervalText(worst.interval));
    return {};
}

std::string whyWeakClass(const BiasReport& report) {
    const BiasNetwork& student = report.student;
    const auto& worst = student.worstClass;
    if (!worst.interval || !student.balancedAccuracy.value || worst.interval->high >= *student.balancedAccuracy.value) return {};
    return fmt::format("The class {} is worse than the mean of all classes beyond noise: {} {}.",
                       report.classNames[static_cast<size_t>(student.worstClassIndex)], percentText(worst.value),
                       intervalText(worst.interval));
}

std::string whyImbalance(const BiasReport& report) {
    std::vector<int64_t> counts;
    for (const BiasPart& part : report.classes)
        if (part.trainingImages) counts.push_back(*part.trainingImages);
    if (counts.size() != report.classes.size()) return {};
    const auto [least, most] = std::ranges::minmax(counts);
    if (least <= 0 || static_cast<double>(most) < leastImbalance * static_cast<double>(least)) return {};
    return fmt::format("Classes have {} to {} training images.", countText(least), countText(most));
}

Reasons reasonsOf(const BiasReport& report) {
    Reasons reasons{.weakClass = whyWeakClass(report), .imbalance = whyImbalance(report), .groups = whyGroups(report)};
    for (const BiasPart& part : report.classes)
        if (part.movement.moved == fairness::Moved::Down) reasons.down.push_back(part.name);
    for (const BiasPropagation& told : report.propagation)
        if (told.result.verdict == fairness::Propagation::PassesOn && reasons.passedOn.empty()) reasons.passedOn = told.verdict;
    return reasons;
}

/// Collects the changes that make a valid document.
class Proposals {
public:
    Proposals(BiasReport& report, const Catalogue& catalogue)
        : report_(report), catalogue_(catalogue), document_(report.document) {
        document_["seeds"] = report.student.seeds;
    }

    const Json& document() const { return document_; }

    /// One more mitigation: of everything that is taught, or of the labels alone where some loss does not tell what images cost.
    void appendWide(Json entry, const std::string& title, const std::string& why) {
        const size_t before = report_.mitigations.size();
        for (const char* terms : {"everything", "labels"}) {
            entry["terms"] = terms;
            append("mitigations", entry, title, why);
            if (report_.mitigations.size() > before) return;
        }
    }

    /// One entry more in a list of the document.
    void append(const char* list, const Json& entry, const std::string& title, const std::string& why) {
        BiasMitigation proposal{.kind = entry.value("kind", entry.value("loss", "")), .title = title, .why = why, .path = list};
        proposal.document = document_;
        Json& all = proposal.document[list];
        if (!all.is_array()) all = Json::array();
        all.push_back(entry);
        proposal.change = entry;
        if (const std::string name = document_.value("name", ""); !name.empty())
            proposal.document["name"] = fmt::format("{}, {}", name, proposal.kind);
        if (validate(proposal.document, catalogue_).empty()) report_.mitigations.push_back(std::move(proposal));
    }

    void sweep(const std::string& path, const Json& values, const std::string& title, const std::string& why) {
        const Json specification = {{path, values}};
        if (!reviewSweep(document_, specification, catalogue_).isValid()) return;
        report_.mitigations.push_back({.kind = path.substr(path.rfind('.') + 1),
                                       .title = title,
                                       .why = why,
                                       .document = document_,
                                       .path = path,
                                       .change = values,
                                       .isSweep = true,
                                       .sweep = specification});
    }

private:
    BiasReport& report_;
    const Catalogue& catalogue_;
    Json document_;
};

void proposeForClasses(Proposals& proposals, const Reasons& reasons, const BiasReport& report) {
    if (!reasons.down.empty())
        proposals.append(
            "mitigations", {{"kind", "mask"}, {"classes", reasons.down}},
            fmt::format("No teacher for {}", countText(std::ssize(reasons.down), "class", "classes")),
            fmt::format("Beyond noise the student lost in {}: there it learns from the labels alone.", join(reasons.down)));
    const std::string hurt = !reasons.passedOn.empty() ? reasons.passedOn
                             : reasons.down.empty()    ? std::string()
                                                       : fmt::format("The student lost in {}.", join(reasons.down));
    if (!hurt.empty())
        proposals.append("mitigations", {{"kind", "class_weight"}, {"maximum", 0.9}},
                         "Hear the teacher as far as it knows a class", hurt + " Where the teacher is weak, labels count more.");
    if (!reasons.imbalance.empty()) {
        proposals.append("mitigations", {{"kind", "resample"}, {"of", "class"}, {"power", 1.0}}, "Draw rare classes more often",
                         reasons.imbalance + " Each class is drawn equally often.");
        proposals.append("mitigations",
                         {{"kind", "reweight"}, {"of", "class"}, {"formula", "effective_number"}, {"beta", 0.9999}},
                         "Let rare classes count more", reasons.imbalance + " Their images count more in the loss.");
        proposals.append("mitigations", {{"kind", "logit_adjustment"}, {"in", "loss"}, {"tau", 1.0}},
                         "Adjust the loss to the shares of classes", reasons.imbalance + " The loss allows for their shares.");
        if (report.teacher)
            proposals.append("mitigations", {{"kind", "logit_adjustment"}, {"in", "teacher"}, {"tau", 1.0}},
                             "Adjust what the teacher says to the shares of classes",
                             reasons.imbalance + " What the teacher prefers for their sake is taken out of what it teaches.");
    } else if (!reasons.weakClass.empty()) {
        proposals.appendWide({{"kind", "group_dro"}, {"of", "class"}, {"eta", 0.01}}, "Let the worst class rule",
                             reasons.weakClass + " Classes that cost more count more.");
    }
}

void proposeForGroups(Proposals& proposals, const Reasons& reasons, const BiasReport& report) {
    if (reasons.groups.empty()) return;
    const char* of = "class_and_group";
    proposals.append("mitigations", {{"kind", "resample"}, {"of", of}, {"power", 1.0}}, "Draw rare groups more often",
                     reasons.groups + " Each group of each class is drawn equally often.");
    proposals.appendWide({{"kind", "reweight"}, {"of", of}, {"formula", "inverse"}}, "Let rare groups count more",
                         reasons.groups + " Images of rare groups of a class count more in the loss.");
    proposals.appendWide({{"kind", "group_dro"}, {"of", of}, {"eta", 0.01}, {"adjustment", 1.0}}, "Let the worst group rule",
                         reasons.groups + " Groups that cost more count more.");
    if (report.teacher)
        proposals.append("knowledge",
                         {{"from", report.teacher->role}, {"to", "student"}, {"loss", "mfd"}, {"weight", featureWeight}},
                         "Teach features that do not tell groups apart",
                         reasons.groups + " The student's features of each group are drawn to the teacher's of the whole class.");
}

/// Of the first term with a temperature from the teacher to the student.
void proposeTemperatures(Proposals& proposals, const BiasReport& report, const Catalogue& catalogue, const std::string& why) {
    if (!report.teacher || why.empty()) return;
    const Json terms = proposals.document().value("knowledge", Json::array());
    for (size_t i = 0; i < terms.size(); ++i) {
        if (terms[i].value("from", "") != report.teacher->role || terms[i].value("to", "") != "student") continue;
        const Member* loss = catalogue.find(Registry::Loss, terms[i].value("loss", ""));
        if (!loss) continue;
        const auto parameter = std::ranges::find(loss->parameters, "temperature", &Parameter::name);
        if (parameter == loss->parameters.end()) continue;
        std::set<double> values(temperatures.begin(), temperatures.end());
        const Json now = terms[i].value("temperature", parameter->defaultValue);
        if (now.is_number()) values.insert(now.get<double>());
        proposals.sweep(fmt::format("knowledge[{}].temperature", i), values, "Try several temperatures",
                        why + " A higher temperature often lowers differences between groups and classes.");
        return;
    }
}

}  // namespace

void addMitigations(BiasReport& report, const Catalogue& catalogue) {
    const Reasons reasons = reasonsOf(report);
    Proposals proposals(report, catalogue);
    proposeForClasses(proposals, reasons, report);
    proposeForGroups(proposals, reasons, report);
    const std::string hurt = reasons.down.empty() ? std::string() : fmt::format("The student lost in {}.", join(reasons.down));
    proposeTemperatures(proposals, report, catalogue,
                        !reasons.groups.empty()     ? reasons.groups
                        : !reasons.passedOn.empty() ? reasons.passedOn
                                                    : hurt);
}

}  // namespace gaplab::bias

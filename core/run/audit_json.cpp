#include <cmath>

#include "core/run/audit.h"

namespace gaplab {
namespace {

Json toJson(const std::optional<Interval>& interval) {
    return interval ? Json{interval->low, interval->high} : Json();
}

/// A number that is none becomes null.
Json numberOf(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

/// Names images by the names of their class and group.
class Writer {
public:
    explicit Writer(const DataAudit& audit) : audit_(audit) {}

    Json parts() const {
        Json parts = Json::object();
        for (size_t p = 0; p < dataParts; ++p) {
            const PartCounts& counts = audit_.parts[p];
            Json& part = parts[toText(static_cast<DataPart>(p))] = {{"images", counts.images}, {"classes", counts.classes}};
            if (!audit_.groups.empty()) part.update({{"groups", counts.groups}, {"of_unknown_group", counts.ofUnknownGroup}});
        }
        return parts;
    }

    Json association() const {
        if (!audit_.association) return {};
        const fairness::Association& found = *audit_.association;
        Json cells = Json::array();
        for (const auto& row : found.cells) {
            Json& line = cells.emplace_back(Json::array());
            for (const fairness::CellAssociation& cell : row)
                line.push_back({{"images", cell.images},
                                {"expected", cell.expected},
                                {"residual", cell.residual},
                                {"p", cell.pValue},
                                {"stands", cell.stands}});
        }
        return {{"enough", found.enough},
                {"cramers_v", found.cramersV ? Json(*found.cramersV) : Json()},
                {"interval", toJson(found.interval)},
                {"chi_square", found.chiSquare},
                {"p", found.pValue},
                {"reported", found.reported},
                {"cells", cells}};
    }

    static Json shares(const std::vector<fairness::Representation>& representation) {
        Json shares = Json::array();
        for (const fairness::Representation& each : representation)
            shares.push_back({{"images", each.share.count},
                              {"share", each.share.value().value_or(0)},
                              {"interval", toJson(each.interval)},
                              {"under_represented", each.under}});
        return shares;
    }

    Json statistics() const {
        Json all = Json::object();
        for (size_t s = 0; s < audit_.statistics.size(); ++s) {
            Json& groups = all[audit_.statisticNames[s]] = Json::array();
            for (const fairness::GroupMean& mean : audit_.statistics[s])
                groups.push_back({{"images", mean.summary.n},
                                  {"mean", numberOf(mean.summary.mean)},
                                  {"sd", numberOf(mean.summary.sd)},
                                  {"interval", toJson(mean.interval)},
                                  {"enough", mean.enough},
                                  {"difference", mean.difference},
                                  {"effect", numberOf(mean.effect)},
                                  {"p", mean.pValue},
                                  {"stands", mean.stands}});
        }
        return all;
    }

    Json duplicates() const {
        const DuplicateReport& found = audit_.duplicates;
        Json pairs = Json::array();
        for (const DuplicatePair& pair : found.shown)
            pairs.push_back({{"first", image(pair.first)},
                             {"second", image(pair.second)},
                             {"likeness", pair.likeness},
                             {"exact", pair.exact}});
        return {{"images", found.images},
                {"pairs", found.pairs},
                {"exact", found.exact},
                {"other_labels", found.otherLabels},
                {"within", {{"training", found.within[0]}, {"validation", found.within[1]}, {"test", found.within[2]}}},
                {"across",
                 {{"training_validation", found.across[0]},
                  {"training_test", found.across[1]},
                  {"validation_test", found.across[2]}}},
                {"leaked_validation", found.leakedValidation},
                {"leaked_test", found.leakedTest},
                {"listed", pairs}};
    }

    Json labels() const {
        if (!audit_.labels) return {};
        Json doubts = Json::array();
        for (const LabelDoubt& doubt : audit_.labels->shown) {
            Json& line = doubts.emplace_back(image(doubt.image));
            line["answer"] = audit_.classes[static_cast<size_t>(doubt.answer)];
            line["confidence"] = doubt.confidence;
        }
        return {{"run", audit_.labels->run},     {"role", audit_.labels->role},     {"images", audit_.labels->images},
                {"right", audit_.labels->right}, {"doubts", audit_.labels->doubts}, {"listed", doubts}};
    }

    Json card() const {
        Json stated = Json::object();
        for (const auto& [key, text] : audit_.card.stated)
            stated[key] = text;
        return {
            {"file", audit_.card.file}, {"exists", audit_.card.exists}, {"stated", stated}, {"not_stated", audit_.card.missing}};
    }

private:
    Json image(const AuditedImage& image) const {
        Json line = {
            {"part", toText(image.part)}, {"row", image.row}, {"class", audit_.classes[static_cast<size_t>(image.klass)]}};
        if (!image.file.empty()) line["file"] = image.file;
        if (!audit_.groups.empty())
            line["group"] = image.group < 0 ? Json() : Json(audit_.groups[static_cast<size_t>(image.group)]);
        return line;
    }

    const DataAudit& audit_;
};

}  // namespace

Json DataAudit::toJson() const {
    const Writer writer(*this);
    Json findingList = Json::array();
    for (const Finding& finding : findings)
        findingList.push_back(
            {{"topic", finding.topic}, {"message", finding.message}, {"advice", finding.advice}, {"note", finding.isNote}});
    return {{"source", source},
            {"fingerprint", fingerprint},
            {"classes", classes},
            {"groups", groups},
            {"parts", writer.parts()},
            {"table", table},
            {"association", writer.association()},
            {"class_shares", Writer::shares(classShare)},
            {"group_shares", Writer::shares(groupShare)},
            {"statistics", writer.statistics()},
            {"duplicates", writer.duplicates()},
            {"labels", writer.labels()},
            {"card", writer.card()},
            {"skipped_files", skippedFiles},
            {"findings", findingList},
            {"looked_at", looked}};
}

}  // namespace gaplab

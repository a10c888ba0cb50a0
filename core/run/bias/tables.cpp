#include <fmt/format.h>

#include "core/base/text.h"
#include "core/run/bias/words.h"

namespace gaplab {
namespace {

using bias::toText;

/// Rows of comma-separated values below their headings.
class CsvTable {
public:
    explicit CsvTable(const std::vector<std::string>& headings) { add(headings); }
    void add(const std::vector<std::string>& cells) {
        for (size_t i = 0; i < cells.size(); ++i)
            text_ += (i == 0 ? "" : ",") + csvCell(cells[i]);
        text_ += "\n";
        ++rows_;
    }
    bool hasRows() const { return rows_ > 1; }
    const std::string& text() const { return text_; }

private:
    std::string text_;
    int rows_ = 0;
};

std::string number(std::optional<double> value) {
    return value ? numberText(*value) : std::string();
}

std::string low(const std::optional<Interval>& interval) {
    return interval ? numberText(interval->low) : std::string();
}

std::string high(const std::optional<Interval>& interval) {
    return interval ? numberText(interval->high) : std::string();
}

void add(std::vector<std::string>& cells, const BiasFigure& figure) {
    cells.insert(cells.end(), {number(figure.value), low(figure.interval), high(figure.interval)});
}

std::vector<std::pair<std::string, const BiasNetwork*>> networksOf(const BiasReport& report) {
    std::vector<std::pair<std::string, const BiasNetwork*>> networks = {{"student", &report.student}};
    if (report.teacher) networks.emplace_back("teacher", &*report.teacher);
    if (report.baseline) networks.emplace_back("baseline", &*report.baseline);
    return networks;
}

std::string unitOf(const BiasMetric& metric) {
    switch (metric.unit) {
        case BiasMetric::Unit::Share:
        case BiasMetric::Unit::Difference: return "fraction";
        case BiasMetric::Unit::Percent: return "percent";
        case BiasMetric::Unit::PercentSquared: return "percent squared";
    }
    return {};
}

void addChance(CsvTable& table, const std::string& who, const BiasNetwork& network) {
    const auto& chance = network.byChance;
    const auto row = [&](const char* key, std::optional<double> value, std::optional<double> pValue) {
        if (value) table.add({key, "fraction", who, network.role, number(value), "", "", "", number(pValue), "mean by chance"});
    };
    row("demographic_parity_by_chance", chance.demographicParity, chance.demographicParityPValue);
    row("equalized_odds_by_chance", chance.equalizedOdds, chance.equalizedOddsPValue);
}

void addTransfer(CsvTable& table, const std::optional<fairness::Transfer>& transfer) {
    if (!transfer) return;
    const auto row = [&](const char* key, const fairness::Estimate& estimate) {
        table.add({key, "fraction", "student", "student", number(estimate.value), low(estimate.interval), high(estimate.interval),
                   "", "", estimate.enough() ? "" : "not enough data"});
    };
    row("transfer_of_right", transfer->right);
    row("transfer_of_wrong", transfer->wrong);
}

std::string summaryTable(const BiasReport& report) {
    CsvTable table({"metric", "unit", "network", "role", "value", "low", "high", "interval_over", "p", "note"});
    for (const auto& [who, network] : networksOf(report)) {
        for (const BiasMetric& metric : biasMetrics()) {
            if (metric.ofGroups && report.groupNames.empty()) continue;
            const BiasFigure& figure = network->*metric.figure;
            std::vector<std::string> cells = {metric.key, unitOf(metric), who, network->role};
            add(cells, figure);
            cells.insert(cells.end(), {figure.interval ? figure.overSeeds ? "seeds" : "images" : "", "",
                                       figure.enough() ? "" : "not enough data"});
            table.add(cells);
        }
        addChance(table, who, *network);
    }
    for (const BiasPropagation& told : report.propagation) {
        const fairness::Slope& slope = told.result.slope;
        table.add({"propagation_slope over " + toText(told.over), "points a point", "student", "student", number(slope.value),
                   low(slope.interval), high(slope.interval), "parts", number(slope.pValue), toText(told.result.verdict)});
    }
    addTransfer(table, report.transfer);
    return table.text();
}

std::string partsTable(const char* what, const std::vector<BiasPart>& parts) {
    CsvTable table({what,
                    "images",
                    "training_images",
                    "student",
                    "student_low",
                    "student_high",
                    "teacher",
                    "teacher_low",
                    "teacher_high",
                    "baseline",
                    "baseline_low",
                    "baseline_high",
                    "difference",
                    "difference_low",
                    "difference_high",
                    "difference_level",
                    "p",
                    "moved",
                    "student_calibration",
                    "teacher_calibration",
                    "baseline_calibration",
                    "note"});
    for (const BiasPart& part : parts) {
        std::vector<std::string> cells = {part.name, std::to_string(part.images),
                                          part.trainingImages ? std::to_string(*part.trainingImages) : ""};
        for (const BiasFigure* figure : {&part.student, &part.teacher, &part.baseline})
            add(cells, *figure);
        const auto& movement = part.movement;
        const bool isKnown = movement.images > 0;
        cells.insert(cells.end(),
                     {isKnown ? numberText(movement.difference) : "", low(movement.interval), high(movement.interval),
                      isKnown ? numberText(movement.level) : "", isKnown ? numberText(movement.pValue) : "",
                      toText(movement.moved), number(part.studentCalibration.value), number(part.teacherCalibration.value),
                      number(part.baselineCalibration.value), part.student.enough() ? "" : "not enough data"});
        table.add(cells);
    }
    return table.hasRows() ? table.text() : std::string();
}

std::string cellsTable(const BiasReport& report) {
    CsvTable table({"class", "group", "images", "training_images", "student", "teacher", "baseline"});
    for (const BiasCell& cell : report.cells)
        table.add({report.classNames[static_cast<size_t>(cell.klass)], report.groupNames[static_cast<size_t>(cell.group)],
                   std::to_string(cell.images), cell.trainingImages ? std::to_string(*cell.trainingImages) : "",
                   number(cell.student), number(cell.teacher), number(cell.baseline)});
    return table.hasRows() ? table.text() : std::string();
}

std::string propagationTable(const BiasReport& report) {
    CsvTable table({"over", "name", "teacher_weakness", "student_shift"});
    for (const BiasPropagation& told : report.propagation)
        for (size_t i = 0; i < told.result.points.size(); ++i)
            table.add({toText(told.over), told.names[i], numberText(told.result.points[i].weakness),
                       numberText(told.result.points[i].shift)});
    return table.hasRows() ? table.text() : std::string();
}

std::string confusionTable(const BiasReport& report) {
    CsvTable table({"network", "label", "answer", "images"});
    for (const auto& [who, network] : networksOf(report))
        for (size_t r = 0; r < network->confusion.size(); ++r)
            for (size_t c = 0; c < network->confusion.size(); ++c)
                if (network->confusion[r][c] > 0)
                    table.add({who, report.classNames[r], report.classNames[c], numberText(network->confusion[r][c])});
    return table.text();
}

void addExemplars(CsvTable& table, const BiasReport& report, const char* kind, const BiasExemplars& exemplars) {
    const auto name = [&](int klass) { return report.classNames[static_cast<size_t>(klass)]; };
    for (const BiasExemplar& each : exemplars.shown)
        table.add({kind, std::to_string(each.image), name(each.label), name(each.teacher), name(each.student),
                   name(each.baseline), each.group < 0 ? "" : report.groupNames[static_cast<size_t>(each.group)],
                   numberText(each.teacherConfidence), std::to_string(each.seeds)});
}

std::string exemplarsTable(const BiasReport& report) {
    CsvTable table({"kind", "image", "label", "teacher", "student", "baseline", "group", "teacher_confidence", "seeds"});
    addExemplars(table, report, "lost", report.lost);
    addExemplars(table, report, "taken over", report.takenOver);
    return table.hasRows() ? table.text() : std::string();
}

}  // namespace

std::map<std::string, std::string> biasTables(const BiasReport& report) {
    std::map<std::string, std::string> tables = {{"summary.csv", summaryTable(report)},
                                                 {"classes.csv", partsTable("class", report.classes)},
                                                 {"groups.csv", partsTable("group", report.groups)},
                                                 {"cells.csv", cellsTable(report)},
                                                 {"propagation.csv", propagationTable(report)},
                                                 {"confusion.csv", confusionTable(report)},
                                                 {"exemplars.csv", exemplarsTable(report)}};
    std::erase_if(tables, [](const auto& table) { return table.second.empty(); });
    return tables;
}

}  // namespace gaplab

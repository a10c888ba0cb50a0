#include "ui/monitor/detail.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <QCoreApplication>

#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

constexpr const char* transferTitle = QT_TRANSLATE_NOOP("detail", "Forgetting and distance from the start");

bool isOfNetwork(const std::string& series, std::string_view measure) {
    return !series.starts_with("gap") && !series.starts_with("controller") &&
           series.ends_with(std::string("/validation/").append(measure));
}

bool isOfPair(const std::string& series, std::string_view measure) {
    return series == std::string("gap/validation/").append(measure);
}

bool isOfOtherData(const std::string& series, const std::string& measure) {
    return !otherDataOf(series).empty() && series.ends_with("/" + measure);
}

}  // namespace

const std::vector<Detail>& details() {
    static const std::vector<Detail> all = {
        {QT_TRANSLATE_NOOP("detail", "Losses"), QT_TRANSLATE_NOOP("detail", "Loss"), 1,
         [](const std::string& s) { return s == trainingLossSeries || isOfNetwork(s, "loss") || isOfOtherData(s, "loss"); }},
        {transferTitle, QT_TRANSLATE_NOOP("detail", "Forgetting and distance"), 1,  // in panels of their own
         [](const std::string& s) {
             return isOfOtherData(s, "accuracy") || isOfOtherData(s, "forgetting") || !driftPartOf(s).empty();
         }},
        {QT_TRANSLATE_NOOP("detail", "Calibration"), QT_TRANSLATE_NOOP("detail", "Calibration error (%)"), 100,
         [](const std::string& s) { return isOfNetwork(s, "ece"); }},
        {QT_TRANSLATE_NOOP("detail", "Agreement"), QT_TRANSLATE_NOOP("detail", "Agreement (%)"), 100,
         [](const std::string& s) { return isOfPair(s, "agreement") || isOfPair(s, "kappa"); }},
        {QT_TRANSLATE_NOOP("detail", "Divergence"), QT_TRANSLATE_NOOP("detail", "Divergence (nats)"), 1,
         [](const std::string& s) { return isOfPair(s, "kl") || isOfPair(s, "js"); }},
        {QT_TRANSLATE_NOOP("detail", "Right and wrong answers passed on"), QT_TRANSLATE_NOOP("detail", "Passed on (%)"), 100,
         [](const std::string& s) { return isOfPair(s, "positive_transfer") || isOfPair(s, "negative_transfer"); }},
        {QT_TRANSLATE_NOOP("detail", "Entropy"), QT_TRANSLATE_NOOP("detail", "Entropy (nats)"), 1,
         [](const std::string& s) { return isOfNetwork(s, "entropy"); }},
        {QT_TRANSLATE_NOOP("detail", "Gap of each class"), QT_TRANSLATE_NOOP("detail", "Gap of each class (points)"), 100,
         [](const std::string& s) { return s.starts_with("gap/validation/class."); }},
        {QT_TRANSLATE_NOOP("detail", "Accuracy of each group"), QT_TRANSLATE_NOOP("detail", "Accuracy of each group (%)"), 100,
         [](const std::string& s) { return s.starts_with("student/validation/group."); }},
        {QT_TRANSLATE_NOOP("detail", "Gap of each group"), QT_TRANSLATE_NOOP("detail", "Gap of each group (points)"), 100,
         [](const std::string& s) { return s.starts_with("gap/validation/group."); }},
        {QT_TRANSLATE_NOOP("detail", "Feedback to a teacher"), QT_TRANSLATE_NOOP("detail", "Gain (nats)"), 1,
         [](const std::string& s) { return s.ends_with("/train/gain"); }},
        {QT_TRANSLATE_NOOP("detail", "Learning rate"), QT_TRANSLATE_NOOP("detail", "Learning rate"), 1,
         [](const std::string& s) { return s == "student/train/learning_rate"; }}};
    return all;
}

QString Detail::titleText() const {
    return QCoreApplication::translate("detail", title);
}

QString Detail::axisText() const {
    return QCoreApplication::translate("detail", axis);
}

const Detail& usualDetail(bool ofTransfer) {
    return *std::ranges::find_if(details(), [&](const Detail& detail) { return !ofTransfer || detail.title == transferTitle; });
}

bool isDetail(const std::string& series) {
    return std::ranges::any_of(details(), [&](const Detail& detail) { return detail.shows(series); });
}

}  // namespace gaplab::ui

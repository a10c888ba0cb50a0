#pragma once

#include <string>

#include <QString>

namespace gaplab::ui {

/// How a series is drawn: the store keeps fractions, axes show per cent or points.
struct SeriesUnit {
    double scale = 1;  ///< shown = stored * scale
    QString axis;      ///< axis title with its unit
    int decimals = 3;
    bool share = false;  ///< a part of a whole: nothing lies outside of 0 and 1
};
SeriesUnit unitOf(const std::string& series);

/// "student/validation/accuracy" -> "Student, validation accuracy"; unknown parts are kept as they are.
QString seriesTitle(const std::string& series);

/// The other data that the student is evaluated on, as a series tells them: "source" of "student/source/accuracy"; empty: none.
std::string otherDataOf(const std::string& series);
/// The part of the student whose distance from its start a series tells: "layer1" of "student/train/drift.layer1"; empty: none.
std::string driftPartOf(const std::string& series);

/// The series that every run is first judged by.
inline const std::string mainSeries = "student/validation/accuracy";
inline const std::string trainingLossSeries = "student/train/loss";
inline const std::string gapSeries = "gap/validation/accuracy";
inline const std::string worstGroupGapSeries = "gap/validation/worst_group";
inline const std::string batchGapSeries = "gap/train/accuracy";
inline const std::string steeredGapSeries = "controller/train/gap";
inline const std::string targetSeries = "controller/train/target";
inline const std::string actuatorSeries = "controller/train/actuator";
inline const std::string testAtBestSeries = "student/test/accuracy_at_best";

}  // namespace gaplab::ui

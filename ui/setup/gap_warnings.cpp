#include "ui/setup/gap_warnings.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/gap/target.h"

namespace gaplab::ui {
namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(GapWarnings)
};

/// The images that one value of the gap is measured on. Without a controller the band is judged on validation.
GapSample sampleOf(const Json& experiment, const PastGaps* past, const ImageCounts& images) {
    GapSample sample;
    const Json on = memberAt(experiment, {"gap", "on"});
    sample.training =
        memberAt(experiment, {"gap", "controller"}).is_object() && (on.is_null() ? Json(GapTarget().on) : on) == "train_batch";
    if (sample.training) {
        const Beat beat = beatOf(experiment);
        const Json batch = memberAt(experiment, {"training", "batch"});
        sample.images = beat.steps > 0 ? beat.steps * (batch.is_number_integer() ? batch.get<int64_t>() : Training().batch)
                                       : std::llround(beat.epochs * static_cast<double>(images.train));
    } else {
        const Json subset = memberAt(experiment, {"evaluation", "subset"});
        sample.images = images.validation;
        if (subset.is_number_integer() && subset > 0) sample.images = std::min(sample.images, subset.get<int64_t>());
        if (memberAt(experiment, {"gap", "measure"}) == "worst_group")
            sample.images = std::llround(images.smallestGroup * static_cast<double>(sample.images));
    }
    if (!past) return sample;
    if (const auto found = past->disagreement.find(sample.training ? "train" : "validation"); found != past->disagreement.end()) {
        sample.disagreement = found->second;
        sample.assumed = false;
    }
    return sample;
}

QString thinBand(const Json& experiment, const GapShape& shape, const PastGaps* past, const ImageCounts& images) {
    const GapSample sample = sampleOf(experiment, past, images);
    if (sample.images <= 0) return {};
    GapTarget target;
    target.target = shape.curve();
    target.band = shape.band();
    const auto warning = thinBandWarning(target, sample);
    return warning ? QString::fromStdString(*warning) : QString();
}

// At the beginning every gap is far from where it settles: what counts is the second half.
QString outOfReach(const Json& experiment, const GapShape& shape, const PastGaps& past) {
    if (!past.reached) return {};
    const GapShape::Grid grid = gridOf(experiment);
    double wanted = shape.curve().at(grid.epochs);
    for (double epoch = std::ceil(grid.epochs / 2); epoch < grid.epochs; ++epoch)
        wanted = std::max(wanted, shape.curve().at(epoch));
    if (wanted <= *past.reached) return {};
    return Text::tr(
               "A target of %1 points is above the %2 points that earlier runs of this pair had without a controller, at most, "
               "in the second half of their training.")
        .arg(QLocale().toString(wanted, 'f', 1), QLocale().toString(*past.reached, 'f', 1));
}

QString weak(const Json& experiment) {
    const Json name = memberAt(experiment, {"gap", "controller", "actuator"});
    const Member* actuator = name.is_string() ? catalogue().find(Registry::Actuator, name.get<std::string>()) : nullptr;
    if (!actuator) return {};
    const std::string kind = gapTeacherKind(experiment);
    const Json weakly = actuator->facts.value("weak", Json::array());
    if (std::ranges::find(weakly, Json(kind)) == weakly.end()) return {};
    return Text::tr("With a teacher of the kind %1 this knob hardly moves the gap, as far as it was measured.")
        .arg(QString::fromStdString(kind));
}

}  // namespace

ImageCounts countsOf(const DataPreview& data) {
    ImageCounts counts{data.train, data.validation};
    for (size_t group = 0; group < data.groups.size() && data.train > 0; ++group) {
        int64_t images = 0;
        for (const std::vector<int64_t>& ofClass : data.perGroup)
            images += ofClass[group];
        counts.smallestGroup = std::min(counts.smallestGroup, static_cast<double>(images) / static_cast<double>(data.train));
    }
    return counts;
}

GapWarnings gapWarnings(const Json& experiment, const GapShape* shape, const PastGaps* past, const ImageCounts& images) {
    GapWarnings warnings;
    if (gapTeacherOf(experiment).empty()) {
        warnings.teacher = Text::tr("There is no teacher yet, so there is no gap: add one under Models.");
        return warnings;
    }
    warnings.weak = weak(experiment);
    if (!shape) return warnings;
    if (std::ranges::any_of(shape->curve().points, [](const auto& point) { return point.second < 0.0; }))
        warnings.belowZero = Text::tr("A target below zero asks the student to beat its teacher.");
    warnings.thinBand = thinBand(experiment, *shape, past, images);
    if (past) warnings.outOfReach = outOfReach(experiment, *shape, *past);
    return warnings;
}

}  // namespace gaplab::ui

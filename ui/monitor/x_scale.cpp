#include "ui/monitor/x_scale.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

namespace gaplab::ui {
namespace {

struct XScaleText {
    Q_DECLARE_TR_FUNCTIONS(XScaleText)
};

}  // namespace

XScale XScale::of(const RunRow& row, const std::map<std::string, std::vector<Point>>& points, Kind kind) {
    XScale scale{.kind = kind, .begin = row.started};
    scale.imagesPerEpoch = row.dataFacts.is_object() ? row.dataFacts.value("train", 0.0) : 0.0;
    // A point of a full epoch tells how many steps that is, whatever the batch.
    for (const auto& [name, series] : points)
        for (const Point& point : series)
            if (point.epoch >= 1) {
                scale.stepsPerEpoch = static_cast<double>(point.step) / point.epoch;
                return scale;
            }
    return scale;
}

QString XScale::title() const {
    switch (kind) {
        case Kind::Epoch: return XScaleText::tr("Epoch");
        case Kind::Step: return XScaleText::tr("Step");
        case Kind::Images: return XScaleText::tr("Images seen");
        case Kind::Time: return XScaleText::tr("Time since the start (min)");
    }
    return {};
}

double XScale::x(int64_t step, double epoch, double wall) const {
    switch (kind) {
        case Kind::Epoch: return epoch;
        case Kind::Step: return static_cast<double>(step);
        case Kind::Images: return epoch * imagesPerEpoch;
        case Kind::Time: return std::max(0.0, wall - begin) / 60;
    }
    return epoch;
}

std::optional<double> XScale::planned(double epoch) const {
    switch (kind) {
        case Kind::Epoch: return epoch;
        case Kind::Step: return stepsPerEpoch > 0 ? std::optional(epoch * stepsPerEpoch) : std::nullopt;
        case Kind::Images: return epoch * imagesPerEpoch;
        case Kind::Time: break;
    }
    return {};
}

}  // namespace gaplab::ui

#include "ui/monitor/smoothing.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <QCoreApplication>

namespace gaplab::ui {
namespace {

struct SmoothingText {
    Q_DECLARE_TR_FUNCTIONS(SmoothingText)
};

}  // namespace

QString Smoothing::text() const {
    if (kind == Kind::Average) return SmoothingText::tr("average %1").arg(factor);
    if (kind == Kind::Median) return SmoothingText::tr("median of %1").arg(factor);
    return {};
}

double Smoother::next(double value) {
    if (smoothing_.kind == Smoothing::Kind::Off || !std::isfinite(value)) return value;
    if (smoothing_.kind == Smoothing::Kind::Average) {
        sum_ = smoothing_.factor * sum_ + (1 - smoothing_.factor) * value;
        weight_ = smoothing_.factor * weight_ + (1 - smoothing_.factor);
        return sum_ / weight_;
    }
    newest_.push_back(value);
    if (static_cast<double>(newest_.size()) > smoothing_.factor) newest_.pop_front();
    std::vector<double> sorted(newest_.begin(), newest_.end());
    std::ranges::sort(sorted);
    const size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace gaplab::ui

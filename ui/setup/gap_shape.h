#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace gaplab::ui {

constexpr double valueStep = 0.1;  ///< to which gaps and bands snap when they are moved, in points

/// The wanted gap and its band as things that can be moved by hand: the points of the target, and behind them the band. Numbers
/// that are moved snap; those that are not stay as they were written.
class GapShape {
public:
    /// Nothing where the target or the band is not readable, as while somebody types.
    static std::optional<GapShape> read(const Json& target, const Json& band);

    const Json& target() const { return target_; }
    const Curve& curve() const { return curve_; }
    double band() const { return band_; }
    /// One level for all epochs: its point has no epoch of its own.
    bool isConstant() const { return target_.is_number(); }

    size_t pointCount() const { return curve_.points.size(); }
    /// The points, then the band.
    size_t handleCount() const { return pointCount() + 1; }
    bool isBand(size_t handle) const { return handle == pointCount(); }

    /// Epochs to which points snap, and the last one.
    struct Grid {
        double beat = 0.5, epochs = 30;
    };
    /// A point never passes its neighbours.
    void movePoint(size_t point, double epoch, double value, const Grid& grid);
    void setBand(double band);
    /// A point on the line; a constant becomes a line that starts at epoch 0. Returns the new point; nothing where one is
    /// already.
    std::optional<size_t> addPoint(double epoch, const Grid& grid);
    /// False where it is the only one.
    bool removePoint(size_t point);

    bool operator==(const GapShape& other) const { return target_ == other.target_ && band_ == other.band_; }

private:
    Json& list();
    void readPoints();

    Json target_;
    double band_ = 1;
    Curve curve_;
};

/// What a draft holds at a path of object members, whatever else it holds on the way; null where there is nothing.
Json memberAt(const Json& document, const std::vector<std::string>& path);
/// The same where a text is wanted; `otherwise` where there is none.
std::string textAt(const Json& document, const std::vector<std::string>& path, const std::string& otherwise = {});

/// How often the controller acts, as far as the draft tells it; the default while somebody types.
Beat beatOf(const Json& experiment);

/// The epochs to which points snap: the beat of the controller where it is told in epochs.
GapShape::Grid gridOf(const Json& experiment);

}  // namespace gaplab::ui

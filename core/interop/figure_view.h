#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/store/records.h"

namespace gaplab {

class Store;

/// A run that a figure was drawn from.
struct FigureRun {
    /// What one of its series held then: how many points, and the hash of their steps and values, which are the same bit for bit
    /// wherever the run is.
    struct Held {
        int64_t points = 0;
        std::string sha256;
        bool operator==(const Held&) const = default;
    };
    std::string uuid, name;
    uint64_t seed = 0;
    bool hidden = false;  ///< chosen, but not drawn
    std::map<std::string, Held> series;
    int64_t id = 0;  ///< in the store that is looked at; 0: not there, or nobody has looked. Not written.
    bool operator==(const FigureRun&) const = default;
};

struct FigureAxis {
    std::string title;
    double low = 0, high = 1;
    bool fitted = true;  ///< shows whatever there is; false: a person chose this range
    bool operator==(const FigureAxis&) const = default;
};

/// Everything that draws a figure again: the page of the window, its runs, what was chosen there, and how it was put on paper.
struct FigureView {
    std::string page;
    std::string app;  ///< version that wrote it
    std::vector<FigureRun> runs;
    std::map<std::string, std::string> choices;  ///< of the page: {"x": "epoch", "smoothing": "average 0.9"}
    std::string title;                           ///< above the figure; empty: none
    FigureAxis x;
    std::vector<FigureAxis> panels;
    double width = 85, height = 60;  ///< in millimetres
    double fontPoints = 8;
    bool legend = true;
    bool operator==(const FigureView&) const = default;
};

Json toJson(const FigureView& view);
/// Throws Error (Input) for what is no view, or has numbers that nothing can be drawn with.
FigureView figureViewFromJson(const Json& json);

FigureRun::Held heldOf(const std::vector<Point>& points);

/// Whether a store still has what a figure was drawn from.
enum class FigureMatch {
    Equal,
    Grown,    ///< the same points, and later ones
    Changed,  ///< other points
    Missing,  ///< no such run
};
/// "equal", "grown", "changed", "missing".
std::string toText(FigureMatch match);

struct FigureCheck {
    FigureMatch match = FigureMatch::Missing;
    int64_t id = 0;                   ///< of the run in this store; 0: it is missing
    std::vector<std::string> series;  ///< that have grown or changed
};
/// One for each run of the view, the trash included. Reads the points of all drawn series.
std::vector<FigureCheck> checkFigure(const Store& store, const FigureView& view);

}  // namespace gaplab

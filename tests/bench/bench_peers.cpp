// The part of GapLab in peers.py: a fresh process opens a store and gets one series of every run, as Compare does for its first
// chart. Prints one JSON document.

#include <ctime>

#include <fmt/format.h>

#include "core/store/store.h"

using namespace gaplab;

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "bench_peers STORE SERIES\n");
        return 2;
    }
    const std::clock_t begin = std::clock();
    const Store store(argv[1], Store::Mode::Read);
    std::vector<std::vector<Point>> curves;
    for (const RunRow& run : store.runs())
        curves.push_back(store.points(run.id, argv[2]));
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    size_t points = 0;
    double sum = 0;
    for (const std::vector<Point>& curve : curves) {
        points += curve.size();
        for (const Point& point : curve)
            sum += point.value;
    }
    fmt::print("{}\n", Json{{"seconds", seconds}, {"runs", curves.size()}, {"points", points}, {"sum", sum}}.dump());
    return 0;
}

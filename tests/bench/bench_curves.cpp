// Redrawing many long curves: ours against QCPGraph with its adaptive sampling, both in one process and one thread, alternated;
// the ratio is one of medians. Every redraw shows another part of x, as panning does.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <QApplication>
#include <QRandomGenerator>
#include <fmt/format.h>

#include "ui/plot/plot_curve.h"

using namespace gaplab::ui;

namespace {

struct Setting {
    int curves = 50, points = 100'000;
    double noise = 0.05;
    double width = 1;
    bool antialiased = true;  // of the QCPGraphs; QCustomPlot's own choice is true
};

double valueAt(const Setting& setting, int curve, int point, QRandomGenerator& random) {
    const double noise = random.generateDouble() + random.generateDouble() + random.generateDouble() - 1.5;
    return curve + 5 * std::exp(-5.0 * point / setting.points) + 10 * setting.noise * noise;
}

class Plots {
public:
    explicit Plots(const Setting& setting) : points_(setting.points) {
        for (QCustomPlot* plot : {&ours_, &graphs_}) {
            plot->resize(1600, 900);
            plot->setAttribute(Qt::WA_DontShowOnScreen);
            plot->show();
        }
        ours_.addLayer("curves", ours_.layer("main"), QCustomPlot::limBelow);
        ours_.addLayer("curveSheet", ours_.layer("curves"), QCustomPlot::limAbove);
        auto* sheet = new CurveSheet(&ours_, "curveSheet");
        for (int i = 0; i < setting.curves; ++i) {
            const QPen pen(QColor::fromHsv(7 * i % 360, 200, 180), setting.width);
            auto* curve = new PlotCurve(ours_.xAxis, ours_.yAxis, sheet);
            curve->setLayer("curves");
            curve->setPen(pen);
            QCPGraph* graph = graphs_.addGraph();
            graph->setPen(pen);
            graph->setAntialiased(setting.antialiased);
            fill(setting, i, *curve, *graph);
        }
        for (QCustomPlot* plot : {&ours_, &graphs_})
            plot->yAxis->setRange(-1, setting.curves + 6);
    }

    std::array<double, 2> redraw(int round) { return {time(ours_, round), time(graphs_, round)}; }

    void save(const QString& folder) {
        ours_.grab().save(folder + "/curves_ours.png");
        graphs_.grab().save(folder + "/curves_graphs.png");
    }

private:
    static void fill(const Setting& setting, int number, PlotCurve& curve, QCPGraph& graph) {
        QRandomGenerator random(static_cast<quint32>(number + 1));
        QVector<double> x, y;
        for (int i = 0; i < setting.points; ++i) {
            x += i;
            y += valueAt(setting, number, i, random);
            curve.data().append(x.back(), y.back());
        }
        graph.setData(x, y, true);
    }

    double time(QCustomPlot& plot, int round) const {
        const double shift = 37 * (round % 11);
        plot.xAxis->setRange(shift, points_ - 500 + shift);
        const auto begin = std::chrono::steady_clock::now();
        plot.replot(QCustomPlot::rpImmediateRefresh);
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    }

    int points_;
    QCustomPlot ours_, graphs_;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void report(const Setting& setting, int rounds) {
    Plots plots(setting);
    for (int i = 0; i < 3; ++i)
        plots.redraw(i);
    std::vector<double> ours, graphs;
    for (int i = 0; i < rounds; ++i) {
        const auto [one, other] = plots.redraw(i);
        ours.push_back(one);
        graphs.push_back(other);
    }
    fmt::print("{} curves of {} points, pen {}, noise {}, graphs {}: ours {:.2f} ms, QCPGraph {:.2f} ms, ratio {:.1f}\n",
               setting.curves, setting.points, setting.width, setting.noise, setting.antialiased ? "smooth" : "not smooth",
               median(ours), median(graphs), median(graphs) / median(ours));
    std::fflush(stdout);
    if (const char* folder = std::getenv("GAPLAB_BENCH_PICTURES")) plots.save(QString::fromLocal8Bit(folder));
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
    report({}, rounds);
    report({.antialiased = false}, rounds);
    report({.noise = 0.5}, rounds);
    return 0;
}

// Redrawing many long curves: ours and QCPGraph with its adaptive sampling, each in one thread. Every redraw shows another part
// of x, as panning does; the median counts. GAPLAB_BENCH_PICTURES=FOLDER keeps what was drawn.

#include <cmath>

#include <QApplication>
#include <QRandomGenerator>
#include <fmt/format.h>

#include "tests/bench/suite.h"
#include "ui/plot/plot_curve.h"

using namespace gaplab;
using namespace gaplab::ui;

namespace {

constexpr int curves = 50, points = 100'000, redraws = 15, warmUp = 3;

struct Setting {
    bool ours = true;
    double noise = 0.05;
    bool antialiased = true;  // of QCPGraphs; QCustomPlot's own choice is true
};

double valueAt(const Setting& setting, int curve, int point, QRandomGenerator& random) {
    const double noise = random.generateDouble() + random.generateDouble() + random.generateDouble() - 1.5;
    return curve + 5 * std::exp(-5.0 * point / points) + 10 * setting.noise * noise;
}

struct Values {
    QVector<double> x, y;
};

Values valuesOf(const Setting& setting, int number) {
    QRandomGenerator random(static_cast<quint32>(number + 1));
    Values values;
    for (int i = 0; i < points; ++i) {
        values.x += i;
        values.y += valueAt(setting, number, i, random);
    }
    return values;
}

QPen penOf(int number) {
    return {QColor::fromHsv(7 * number % 360, 200, 180), 1};
}

void addOurs(QCustomPlot& plot, const Setting& setting) {
    plot.addLayer("curves", plot.layer("main"), QCustomPlot::limBelow);
    plot.addLayer("curveSheet", plot.layer("curves"), QCustomPlot::limAbove);
    auto* sheet = new CurveSheet(&plot, "curveSheet");
    for (int number = 0; number < curves; ++number) {
        auto* curve = new PlotCurve(plot.xAxis, plot.yAxis, sheet);
        curve->setLayer("curves");
        curve->setPen(penOf(number));
        const Values values = valuesOf(setting, number);
        for (int i = 0; i < points; ++i)
            curve->data().append(values.x[i], values.y[i]);
    }
}

void addGraphs(QCustomPlot& plot, const Setting& setting) {
    for (int number = 0; number < curves; ++number) {
        QCPGraph* graph = plot.addGraph();
        graph->setPen(penOf(number));
        graph->setAntialiased(setting.antialiased);
        const Values values = valuesOf(setting, number);
        graph->setData(values.x, values.y, true);
    }
}

double redraw(QCustomPlot& plot, int round) {
    const double shift = 37 * (round % 11);
    plot.xAxis->setRange(shift, points - 500 + shift);
    return secondsOf([&] { plot.replot(QCustomPlot::rpImmediateRefresh); });
}

double measure(const std::string& name, const Setting& setting) {
    QCustomPlot plot;
    plot.resize(1600, 900);
    plot.setAttribute(Qt::WA_DontShowOnScreen);
    plot.show();
    setting.ours ? addOurs(plot, setting) : addGraphs(plot, setting);
    plot.yAxis->setRange(-1, curves + 6);
    for (int i = 0; i < warmUp; ++i)
        redraw(plot, i);
    std::vector<double> times;
    for (int i = 0; i < redraws; ++i)
        times.push_back(redraw(plot, i));
    if (qEnvironmentVariableIsSet("GAPLAB_BENCH_PICTURES"))
        plot.grab().save(qEnvironmentVariable("GAPLAB_BENCH_PICTURES") + "/" + QString::fromStdString(name).replace('/', '_') +
                         ".png");
    return median(times);
}

void add(const std::string& name, const Setting& setting) {
    addBenchmark(name, [=](benchmark::State&) { return measure(name, setting); });
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    add("curves/ours", {});
    add("curves/QCPGraph", {.ours = false});
    add("curves/QCPGraph_not_smooth", {.ours = false, .antialiased = false});
    add("curves/noisy/ours", {.noise = 0.5});
    add("curves/noisy/QCPGraph", {.ours = false, .noise = 0.5});
    return runBenchmarks(argc, argv);
}

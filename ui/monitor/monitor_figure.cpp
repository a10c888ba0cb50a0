// A figure of the Monitor: what it is made of, and how it is opened again.

#include "ui/monitor/monitor_page.h"
#include "ui/monitor/run_picker.h"
#include "ui/monitor/run_plot.h"
#include "ui/monitor/view_bar.h"

namespace gaplab::ui {
namespace {

FigureRun figureRun(const RunRow& row, const std::map<std::string, std::vector<Point>>& points, const RunPlot& plot,
                    qint64 beside) {
    FigureRun run{.uuid = row.uuid, .name = row.name, .seed = row.seed};
    for (const auto& [series, held] : points)
        if (plot.draws(series, beside)) run.series[series] = heldOf(held);
    return run;
}

}  // namespace

FigureView MonitorPage::figureView() const {
    FigureView view{.page = key().toStdString(), .choices = view_->choices()};
    if (!started_) return view;
    view.runs.push_back(figureRun(stored_.row, history_.all(), *plot_, 0));
    for (const auto& [number, run] : beside_->runs())
        if (number != run_) view.runs.push_back(figureRun(run.row, run.points, *plot_, number));
    return view;
}

void MonitorPage::openFigure(const FigureView& view) {
    qint64 main = 0;
    QSet<qint64> others;
    for (const FigureRun& run : view.runs) {
        if (run.id == 0) continue;
        if (main == 0)
            main = run.id;
        else
            others += run.id;
    }
    if (main == 0) return;
    opening_ = view;
    follow_ = false;
    view_->choose(view.choices);
    picker_->tick(others);
    beside_->choose(others);
    if (run_ == main) {
        startOver();
        readRun();
    } else {
        select(main);
    }
    readList();
}

void MonitorPage::showFigure() {
    if (!opening_ || !started_ || !beside_->isSettled()) return;
    plot_->openFigure(*opening_);
    if (!listPending_) opening_.reset();
}

}  // namespace gaplab::ui

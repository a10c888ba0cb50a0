#include "ui/compare/lineage_tab.h"

#include <algorithm>

#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

QString boxText(const RunRow& run) {
    const std::optional<double> accuracy = bestOf(run, "student/validation/accuracy");
    const QString title = QStringLiteral("%1 · %2").arg(run.id).arg(runTitle(run));
    if (!accuracy) return QStringLiteral("%1\n%2").arg(title, stateText(run.state));
    return LineageTab::tr("%1\n%2, best validation %3").arg(title, stateText(run.state), percentText(*accuracy));
}

}  // namespace

std::map<int64_t, int> lineageDepths(const std::vector<RunRow>& runs) {
    std::map<int64_t, int> depths;
    for (const RunRow& run : runs)
        depths[run.id] = 0;
    // As many rounds as the longest way has steps; a circle, which no program writes, ends it too.
    for (size_t round = 0; round < runs.size(); ++round) {
        bool changed = false;
        for (const RunRow& run : runs)
            for (const auto& [role, source] : run.from)
                if (const auto found = depths.find(source); found != depths.end() && depths[run.id] <= found->second) {
                    depths[run.id] = found->second + 1;
                    changed = true;
                }
        if (!changed) break;
    }
    return depths;
}

void LineageGraph::setRuns(const std::vector<RunRow>& runs, const std::set<int64_t>& compared) {
    for (const auto& [run, box] : boxes_)
        box->deleteLater();
    boxes_.clear();
    edges_.clear();
    const std::map<int64_t, int> depths = lineageDepths(runs);
    std::map<int, std::vector<const RunRow*>> columns;
    for (const RunRow& run : runs)
        columns[depths.at(run.id)].push_back(&run);
    const int letter = fontMetrics().height(), across = 14 * fontMetrics().averageCharWidth();
    int x = letter, height = 0;
    for (const auto& [depth, column] : columns) {
        int width = 0, y = letter;
        for (const RunRow* run : column) {
            auto* box = new QPushButton(boxText(*run), this);
            box->setObjectName(QStringLiteral("lineageRun%1").arg(run->id));
            box->setAccessibleName(boxText(*run).replace('\n', QStringLiteral(", ")));
            box->setToolTip(tr("Show in the Monitor"));
            QFont letters = box->font();
            letters.setBold(compared.contains(run->id));
            box->setFont(letters);
            connect(box, &QPushButton::clicked, this, [this, id = run->id] { Q_EMIT chosen(id); });
            box->adjustSize();
            box->move(x, y);
            box->show();
            boxes_[run->id] = box;
            y += box->height() + letter;
            width = std::max(width, box->width());
            for (const auto& [role, source] : run->from)
                edges_.push_back({source, run->id, QString::fromStdString(role)});
        }
        for (const RunRow* run : column)
            boxes_[run->id]->setFixedWidth(width);
        x += width + across;
        height = std::max(height, y);
    }
    setFixedSize(std::max(1, x - across + letter), height + letter);
    update();
}

void LineageGraph::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line = palette().color(QPalette::PlaceholderText), text = palette().color(QPalette::WindowText);
    for (const Edge& edge : edges_) {
        const auto from = boxes_.find(edge.from), to = boxes_.find(edge.to);
        if (from == boxes_.end() || to == boxes_.end()) continue;
        const QRect a = from->second->geometry(), b = to->second->geometry();
        const QPointF begin(a.right(), a.center().y()), end(b.left(), b.center().y());
        QPainterPath path(begin);
        const double bend = 0.5 * (end.x() - begin.x());
        path.cubicTo(begin + QPointF(bend, 0), end - QPointF(bend, 0), end);
        painter.setPen(QPen(line, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path);
        constexpr double head = 6;
        painter.setBrush(line);
        painter.drawPolygon(QPolygonF({end, end + QPointF(-head, -head / 2), end + QPointF(-head, head / 2)}));
        constexpr double margin = 3;
        QRectF ground(0, 0, fontMetrics().horizontalAdvance(edge.role) + 2 * margin, fontMetrics().height());
        ground.moveCenter(path.pointAtPercent(0.5));
        painter.fillRect(ground, palette().color(QPalette::Window));
        painter.setPen(text);
        painter.drawText(ground, Qt::AlignCenter, edge.role);
    }
}

LineageTab::LineageTab(QWidget* parent) : AnswerView(parent), graph_(new LineageGraph), sentence_(new QLabel) {
    graph_->setObjectName(QStringLiteral("lineage"));
    auto* scroll = new QScrollArea;
    scroll->setWidget(graph_);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setAccessibleName(tr("Lineage of the compared runs"));
    sentence_->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(sentence_);
    column->addWidget(scroll, 1);
    connect(graph_, &LineageGraph::chosen, this, &LineageTab::chosen);
}

void LineageTab::showAnswer(const CompareAnswer& answer) {
    std::vector<RunRow> runs = answer.sources;
    std::set<int64_t> compared;
    for (const ComparedTrial& trial : answer.trials)
        for (const RunRow& run : trial.runs) {
            compared.insert(run.id);
            runs.push_back(run);
        }
    sentence_->setText(answer.sources.empty()
                           ? tr("None of these runs uses the weights of another run.")
                           : tr("%n run(s) gave weights to those that are compared (bold). A box opens its run.", "",
                                static_cast<int>(answer.sources.size())));
    graph_->setRuns(runs, compared);
}

}  // namespace gaplab::ui

#include "ui/setup/chain_graph.h"

#include <algorithm>
#include <map>
#include <set>

#include <QGridLayout>
#include <QPainter>
#include <QPainterPath>

#include "core/experiment/families.h"
#include "core/run/inspect.h"
#include "ui/forms/editor.h"
#include "ui/setup/gap_shape.h"

namespace gaplab::ui {
namespace {

class Walk {
public:
    explicit Walk(const Json& document) : stages_(memberAt(document, {"stages"})) {}

    /// The place of the student of an experiment, or of a stage; its teachers are walked first.
    size_t student(const Json& experiment, const std::string& stage) {
        std::map<std::string, size_t> roles;
        const Json teachers = memberAt(experiment, {"teachers"}), knowledge = memberAt(experiment, {"knowledge"});
        const size_t own = add({.name = QString::fromStdString(stage.empty() ? "student" : stage),
                                .architecture = QString::fromStdString(architectureOf(experiment, "student", catalogue())),
                                .stage = QString::fromStdString(stage)});
        roles["student"] = own;
        if (teachers.is_object())
            for (const auto& [name, teacher] : teachers.items())
                roles[name] = teacherOf(experiment, name, teacher, stage);
        if (knowledge.is_array())
            for (const Json& term : knowledge)
                link(roles, textAt(term, {"from"}), textAt(term, {"to"}));
        return own;
    }

    ChainModel finish() {
        // Levels grow along the edges; there are no circles among what is valid, and no more rounds than nodes.
        for (size_t round = 0; round < model_.nodes.size(); ++round)
            for (const auto& [from, to] : model_.edges)
                model_.nodes[to].level =
                    std::clamp(model_.nodes[from].level + 1, model_.nodes[to].level, static_cast<int>(model_.nodes.size()));
        return std::move(model_);
    }

private:
    size_t add(ChainNode node) {
        model_.nodes.push_back(std::move(node));
        return model_.nodes.size() - 1;
    }

    size_t teacherOf(const Json& experiment, const std::string& name, const Json& teacher, const std::string& stage) {
        const std::string served = textAt(teacher, {"weights", "stage"});
        if (!served.empty() && stages_.is_object() && stages_.contains(served)) {
            if (const auto known = made_.find(served); known != made_.end()) return known->second;
            if (!open_.insert(served).second) return add({.name = QString::fromStdString(served)});  // a circle
            const size_t place = student(stages_.at(served), served);
            return made_[served] = place;
        }
        // The same teacher of several stages is one network.
        const std::string key = teacher.dump();
        const std::string kindName = textAt(teacher, {"kind"});
        const Member* kind = catalogue().find(Registry::TeacherKind, kindName.empty() ? "static" : kindName);
        const bool own = kind && kind->facts.value("trained", false);
        if (const auto known = trained_.find(key); known != trained_.end() && !own) return known->second;
        const size_t place = add({.name = QString::fromStdString(name),
                                  .architecture = QString::fromStdString(architectureOf(experiment, name, catalogue())),
                                  .stage = QString::fromStdString(stage)});
        if (!own) trained_[key] = place;
        return place;
    }

    void link(const std::map<std::string, size_t>& roles, const std::string& from, const std::string& to) {
        const auto source = roles.find(from), target = roles.find(to);
        if (source == roles.end() || target == roles.end() || source->second == target->second) return;
        const std::pair edge{source->second, target->second};
        if (std::ranges::find(model_.edges, std::pair{edge.second, edge.first}) != model_.edges.end()) return;  // peers
        if (std::ranges::find(model_.edges, edge) == model_.edges.end()) model_.edges.push_back(edge);
    }

    const Json stages_;
    ChainModel model_;
    std::map<std::string, size_t> made_, trained_;
    std::set<std::string> open_;
};

constexpr int columnSpace = 36, rowSpace = 6, arrowHead = 6;

}  // namespace

ChainModel chainModel(const Json& document) {
    if (!document.is_object()) return {};
    Walk walk(document);
    walk.student(document, {});
    return walk.finish();
}

ChainGraph::ChainGraph(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(columnSpace);
    grid->setVerticalSpacing(rowSpace);
    setObjectName(QStringLiteral("chain"));
}

void ChainGraph::showModel(const ChainModel& model) {
    if (model == model_) return;  // the focus stays where it is
    model_ = model;
    for (QPushButton* button : buttons_)
        button->deleteLater();
    buttons_.clear();
    auto* grid = static_cast<QGridLayout*>(layout());
    std::map<int, int> rows;
    int levels = 0;
    for (const ChainNode& node : model_.nodes) {
        auto* button = new QPushButton(
            node.architecture.isEmpty() || node.architecture == node.name ? node.name : node.name + '\n' + node.architecture,
            this);
        QString words = tr("%1, %2").arg(node.name, node.architecture);
        for (const auto& [from, to] : model_.edges)
            if (&model_.nodes[from] == &node) words += ", " + tr("teaches %1").arg(model_.nodes[to].name);
        nameWidget(button, QStringLiteral("chain.") + node.name, words,
                   node.stage.isEmpty() ? tr("Shows the experiment") : tr("Shows the stage %1").arg(node.stage));
        connect(button, &QPushButton::clicked, this, [this, stage = node.stage] { Q_EMIT stageChosen(stage); });
        grid->addWidget(button, rows[node.level]++, node.level);
        buttons_.push_back(button);
        levels = std::max(levels, node.level);
        button->show();
    }
    for (int column = 0; column < grid->columnCount(); ++column)
        grid->setColumnStretch(column, 0);
    grid->setColumnStretch(levels + 1, 1);
    update();
}

void ChainGraph::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::WindowText), 1.2));
    painter.setBrush(palette().color(QPalette::WindowText));
    for (const auto& [from, to] : model_.edges) {
        const QRect source = buttons_[from]->geometry(), target = buttons_[to]->geometry();
        const QPointF begin(source.right() + 2, source.center().y()), end(target.left() - 2, target.center().y());
        if (end.x() <= begin.x()) continue;
        QPainterPath way(begin);
        const qreal bend = columnSpace / 2.0;
        way.cubicTo(begin + QPointF(bend, 0), end - QPointF(bend, 0), end - QPointF(arrowHead, 0));
        painter.save();
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(way);
        painter.restore();
        painter.drawPolygon(
            QPolygonF({end, end - QPointF(arrowHead, arrowHead / 2.0), end - QPointF(arrowHead, -arrowHead / 2.0)}));
    }
}

}  // namespace gaplab::ui

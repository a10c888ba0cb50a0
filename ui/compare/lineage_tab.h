#pragma once

#include <map>

#include "ui/compare/answer_view.h"

class QLabel;
class QPushButton;

namespace gaplab::ui {

/// Runs as boxes in columns, each right of those whose weights it uses; the lines say as what. The boxes are buttons.
class LineageGraph : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// `compared`: the runs that the graph is about; the others lead to them.
    void setRuns(const std::vector<RunRow>& runs, const std::set<int64_t>& compared);

Q_SIGNALS:
    void chosen(qint64 run);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Edge {
        int64_t from = 0, to = 0;
        QString role;
    };

    std::map<int64_t, QPushButton*> boxes_;
    std::vector<Edge> edges_;
};

/// Where the weights of the compared runs come from. Name of the graph: lineage.
class LineageTab : public AnswerView {
    Q_OBJECT
public:
    explicit LineageTab(QWidget* parent = nullptr);

    void showAnswer(const CompareAnswer& answer) override;

Q_SIGNALS:
    void chosen(qint64 run);

private:
    LineageGraph* graph_;
    QLabel* sentence_;
};

/// How many runs lie before each one on the longest way to it.
std::map<int64_t, int> lineageDepths(const std::vector<RunRow>& runs);

}  // namespace gaplab::ui

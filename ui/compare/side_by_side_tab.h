#pragma once

#include <vector>

#include "ui/compare/answer_view.h"

class QCheckBox;
class QComboBox;
class QPushButton;
class QSplitter;

namespace gaplab::ui {

class RunPlot;
class StoreReader;
struct RunSnapshot;

/// Two to four runs as the Monitor shows them, beside each other, with the same axes. Names of widgets: sideRun0, sidePlot0, ...,
/// sideMore, sideFewer, sideLinked.
class SideBySideTab : public AnswerView {
    Q_OBJECT
public:
    explicit SideBySideTab(StoreReader& reader, QWidget* parent = nullptr);

    void showAnswer(const CompareAnswer& answer) override;
    /// Every pane shows its run.
    bool isSettled() const;

private:
    struct Pane {
        QWidget* widget = nullptr;
        QComboBox* choice = nullptr;
        RunPlot* plot = nullptr;
        bool pending = false, stale = false;
    };
    struct Choice {
        qint64 run = 0;
        QString title;
    };

    void addPane();
    void removePane();
    void offer(Pane& pane, qint64 run);
    void read(size_t place);
    void readAll();
    void draw(size_t place, const RunSnapshot& snapshot);
    /// Gives all panes the ranges that hold what each of them holds.
    void unite();
    /// Gives them the ranges of one.
    void follow(size_t place);
    void updateButtons();

    StoreReader& reader_;
    std::vector<Choice> choices_;
    std::vector<Pane> panes_;
    QSplitter* splitter_;
    QCheckBox* linked_;
    QPushButton *more_, *fewer_;
    bool uniting_ = false;
};

}  // namespace gaplab::ui

#pragma once

#include <vector>

#include <QPushButton>
#include <QString>
#include <QWidget>

#include "core/base/json.h"

namespace gaplab::ui {

/// One network of an experiment with its stages.
struct ChainNode {
    QString name;          ///< "student", a teacher's or a stage's name
    QString architecture;  ///< empty where the document names none
    QString stage;         ///< where it is trained; empty: in the experiment itself, or nowhere here
    int level = 0;         ///< 0: taught by nobody; else one more than the highest of its teachers

    bool operator==(const ChainNode&) const = default;
};

/// Who teaches whom, over all stages. A document that is not valid gives what can be told of it.
struct ChainModel {
    std::vector<ChainNode> nodes;
    std::vector<std::pair<size_t, size_t>> edges;  ///< teacher, learner

    bool operator==(const ChainModel&) const = default;
};
ChainModel chainModel(const Json& document);

/// The networks as buttons, from the first teachers on the left to the student on the right, with arrows between. A button shows
/// the stage that trains its network.
class ChainGraph : public QWidget {
    Q_OBJECT
public:
    explicit ChainGraph(QWidget* parent = nullptr);
    void showModel(const ChainModel& model);

Q_SIGNALS:
    /// "" for the experiment itself.
    void stageChosen(const QString& stage);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ChainModel model_;
    std::vector<QPushButton*> buttons_;
};

}  // namespace gaplab::ui

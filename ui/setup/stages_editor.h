#pragma once

#include <QLabel>
#include <QVBoxLayout>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {

/// The stages that a loss compares: pairs of one of the source's and one of the learner's, a row each. No row: what the loss
/// usually takes.
class StagesEditor : public Editor {
    Q_OBJECT
public:
    explicit StagesEditor(QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override;
    void setNames(const QString& path, const QString& label, const QString& help) override;
    /// [[C, H, W] or [N, D], ..] of both networks, the stem first; empty where they are not known yet.
    void setShapes(const Json& source, const Json& own);

private:
    struct Row {
        QWidget* box;
        ComboBox *source, *own;
        QWidget* remove;
    };
    void rebuild();
    Row makeRow(size_t index);
    void change(Json value);
    void nameRows();

    Json value_ = Json();
    Json sourceShapes_ = Json::array(), ownShapes_ = Json::array();
    QVBoxLayout* rows_;
    std::vector<Row> shown_;
    QLabel* usual_;
    QWidget* add_;
    QString path_, label_;
};

}  // namespace gaplab::ui

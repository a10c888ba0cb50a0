#pragma once

#include <QStringList>
#include <QVBoxLayout>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {

/// Factors on the learning rate of layers, a row each: {"head": 10, "layer1": 0.1}. No row: every layer learns alike.
class RatesEditor : public Editor {
    Q_OBJECT
public:
    explicit RatesEditor(QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return add_; }
    void setNames(const QString& path, const QString& label, const QString& help) override;
    /// Names that are offered; any other may be typed.
    void setLayers(const QStringList& layers);

Q_SIGNALS:
    /// What is edited from here on is undone on its own.
    void stepBegun();

private:
    struct Row {
        QWidget* box;
        ComboBox* layer;
        NumberSpin* factor;
        QWidget* remove;
        QString name;  ///< in the document
    };
    void rebuild();
    Row makeRow(const QString& name);
    void addRow();
    void rename(ComboBox* layer);
    void change(const Json& value);
    /// As a step of its own.
    void changeRows(const Json& value);
    void nameRows();

    Json value_;
    QVBoxLayout* rows_;
    std::vector<Row> shown_;
    QLabel* usual_;
    QWidget* add_;
    QStringList layers_;
    QString path_, label_;
    QString typedFactor_;  ///< the layer whose factor is being typed; empty: none
};

}  // namespace gaplab::ui

#include "ui/setup/measures_editor.h"

#include <algorithm>

#include <QGridLayout>

#include "core/run/inspect.h"

namespace gaplab::ui {

MeasuresEditor::MeasuresEditor(QWidget* parent) : Editor(parent) {
    constexpr int columns = 3;
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    for (const Member& measure : catalogue().members(Registry::Measure)) {
        if (!measure.available) continue;
        auto* box = new QCheckBox(QString::fromStdString(measure.name), this);
        box->setToolTip(QString::fromStdString(measure.help));
        connect(box, &QCheckBox::clicked, this, [this] {
            value_ = ticked();
            Q_EMIT edited(value_);
        });
        const auto place = static_cast<int>(boxes_.size());
        grid->addWidget(box, place / columns, place % columns);
        boxes_.push_back(box);
        names_.push_back(measure.name);
        usual_.push_back(!measure.facts.value("on_request", false));
    }
    grid->setColumnStretch(columns, 1);
    setFocusProxy(boxes_.front());
    value_ = Json::array();  // so that the first setValue ticks the usual ones
    setValue(nullptr);
}

void MeasuresEditor::setNames(const QString& path, const QString& label, const QString& help) {
    nameWidget(this, path, label, help);
    for (size_t i = 0; i < boxes_.size(); ++i)
        nameWidget(boxes_[i], path + QLatin1Char('.') + QString::fromStdString(names_[i]),
                   QStringLiteral("%1: %2").arg(label, boxes_[i]->text()), boxes_[i]->toolTip());
}

void MeasuresEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    for (size_t i = 0; i < boxes_.size(); ++i)
        boxes_[i]->setChecked(value.is_array() ? std::ranges::find(value, Json(names_[i])) != value.end() : usual_[i]);
}

Json MeasuresEditor::ticked() const {
    Json list = Json::array();
    bool usual = true;
    for (size_t i = 0; i < boxes_.size(); ++i) {
        if (boxes_[i]->isChecked()) list.push_back(names_[i]);
        usual = usual && boxes_[i]->isChecked() == usual_[i];
    }
    return usual ? Json() : list;
}

}  // namespace gaplab::ui

#include "ui/forms/curve_editor.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

#include "ui/forms/number_text.h"

namespace gaplab::ui {
namespace {

constexpr int visibleRows = 4;

/// In the order of the drop-down.
enum Shape { Constant, Lines, Cosine, Steps };

int shapeOf(const Json& value) {
    if (value.is_array()) return Lines;
    if (!value.is_object()) return Constant;
    return value.value("shape", Json()) == "steps" ? Steps : Cosine;
}

Json cellValue(const QTableWidgetItem* item) {
    const QString text = item ? item->text() : QString();
    const auto number = parseNumber(text, false);
    return number ? *number : Json(text.toStdString());
}

}  // namespace

CurveEditor::CurveEditor(const Parameter& parameter, QWidget* parent)
    : Editor(parent),
      shape_(new ComboBox(this)),
      number_(new NumberSpin(parameter, this)),
      tableBox_(new QWidget(this)),
      table_(new QTableWidget(0, 2, tableBox_)),
      add_(new QPushButton(tr("Add point"), tableBox_)),
      remove_(new QPushButton(tr("Remove point"), tableBox_)) {
    shape_->addItems({tr("constant"), tr("over epochs"), tr("over epochs, cosine"), tr("over epochs, steps")});
    table_->setHorizontalHeaderLabels({tr("Epoch"), tr("Value")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->verticalHeader()->hide();
    table_->setTabKeyNavigation(false);
    table_->setFixedHeight(table_->horizontalHeader()->sizeHint().height() +
                           visibleRows * table_->verticalHeader()->defaultSectionSize() + 4);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(add_);
    buttons->addWidget(remove_);
    buttons->addStretch();
    auto* box = new QVBoxLayout(tableBox_);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(table_);
    box->addLayout(buttons);
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(number_, 0, 0);
    layout->addWidget(shape_, 0, 1);
    layout->addWidget(tableBox_, 1, 0, 1, 2);
    layout->setColumnStretch(0, 1);
    connect(shape_, &QComboBox::activated, this, [this](int index) { changeShape(index); });
    connect(number_, &NumberSpin::edited, this, &CurveEditor::take);
    connect(table_, &QTableWidget::itemChanged, this, &CurveEditor::takeTable);
    connect(add_, &QPushButton::clicked, this, &CurveEditor::addPoint);
    connect(remove_, &QPushButton::clicked, this, &CurveEditor::removePoint);
    display();
}

void CurveEditor::setNames(const QString& path, const QString& label, const QString& help) {
    Editor::setNames(path, label, help);
    nameWidget(shape_, path + ".shape", tr("%1: constant or over epochs").arg(label));
    nameWidget(table_, path + ".points", tr("%1: values over epochs").arg(label), help);
    nameWidget(add_, path + ".add", tr("%1: add a point").arg(label));
    nameWidget(remove_, path + ".remove", tr("%1: remove the chosen point").arg(label));
}

void CurveEditor::setValue(const Json& value) {
    if (value == value_ && value.type() == value_.type()) return;
    value_ = value;
    display();
}

void CurveEditor::take(const Json& value) {
    value_ = value;
    Q_EMIT edited(value_);
}

const Json* CurveEditor::points() const {
    if (value_.is_array()) return &value_;
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find("points");
    static const Json none = Json::array();
    return found != value_.end() && found->is_array() ? &*found : &none;
}

void CurveEditor::takePoints(Json points) {
    Json next = value_;
    (next.is_object() ? next["points"] : next) = std::move(points);
    take(next);
}

void CurveEditor::changeShape(int shape) {
    if (shape == shapeOf(value_)) return;
    // The level is kept: the first value of a table, or a table that stays at the number.
    Json list = points() ? *points() : Json::array({Json::array({0, value_.is_null() ? Json(0.0) : value_})});
    if (shape == Constant) {
        const bool usual = !list.empty() && list[0].is_array() && list[0].size() == 2;
        take(usual ? list[0][1] : Json(0.0));
    } else if (shape == Lines) {
        take(std::move(list));
    } else {
        take({{"shape", shape == Steps ? "steps" : "cosine"}, {"points", std::move(list)}});
    }
    display();
}

void CurveEditor::addPoint() {
    Json next = points() ? *points() : Json::array();
    const Json last = next.empty() ? Json::array({-1, 0.0}) : next.back();
    const bool usual = last.is_array() && last.size() == 2 && last[0].is_number();
    next.push_back(Json::array(
        {usual ? (last[0].is_number_integer() ? Json(last[0].get<int64_t>() + 1) : Json(last[0].get<double>() + 1.0)) : Json(0),
         usual ? last[1] : Json(0.0)}));
    takePoints(std::move(next));
    display();
    table_->setCurrentCell(table_->rowCount() - 1, 0);
}

void CurveEditor::removePoint() {
    const int row = table_->currentRow() >= 0 ? table_->currentRow() : table_->rowCount() - 1;
    Json next = points() ? *points() : Json::array();
    if (row < 0 || next.size() <= 1) return;
    next.erase(static_cast<size_t>(row));
    takePoints(std::move(next));
    display();
}

void CurveEditor::takeTable() {
    Json list = Json::array();
    for (int row = 0; row < table_->rowCount(); ++row)
        list.push_back(Json::array({cellValue(table_->item(row, 0)), cellValue(table_->item(row, 1))}));
    takePoints(std::move(list));
}

void CurveEditor::display() {
    const Json* list = points();
    const bool table = list != nullptr;
    shape_->setCurrentIndex(shapeOf(value_));
    number_->setVisible(!table);
    tableBox_->setVisible(table);
    // A hidden one would take the focus and never have it: Tab would go no further.
    setFocusProxy(table ? static_cast<QWidget*>(shape_) : number_);
    if (!table) return number_->setValue(value_);
    const QSignalBlocker quiet(table_);
    table_->setRowCount(static_cast<int>(list->size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const Json& point = (*list)[static_cast<size_t>(row)];
        const bool pair = point.is_array() && point.size() == 2;
        for (int column = 0; column < 2; ++column) {
            const Json cell = pair ? point[static_cast<size_t>(column)] : (column == 0 ? point : Json());
            table_->setItem(row, column, new QTableWidgetItem(cell.is_number() ? numberText(cell) : plainText(cell)));
        }
    }
    remove_->setEnabled(list->size() > 1);
}

}  // namespace gaplab::ui

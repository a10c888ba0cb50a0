#include "ui/library/library_views.h"

#include <QActionGroup>
#include <QHeaderView>

#include "core/store/run_fields.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

constexpr int keepAfterMilliseconds = 800, widestInCharacters = 44, sparkWidth = 128;

}  // namespace

LibraryViews::LibraryViews(const Parts& parts, QWidget* page)
    : QObject(page),
      on_(parts),
      page_(page),
      columns_(new QAction(icon(QStringLiteral("columns")), tr("Columns…"), page)),
      groups_(new QMenu(tr("Groups"), page)),
      views_(new QMenu(tr("Views"), page)),
      groupChoices_(new QActionGroup(this)) {
    columns_->setObjectName(QStringLiteral("chooseColumns"));
    columns_->setStatusTip(tr("Choose the columns of the table, in their order"));
    connect(columns_, &QAction::triggered, this, &LibraryViews::chooseColumns);
    buildGroups(page);
    rebuildViews();
    connectHeader();
    keeper_.setSingleShot(true);
    keeper_.setInterval(keepAfterMilliseconds);
    connect(&keeper_, &QTimer::timeout, this, &LibraryViews::keep);
}

LibraryViews::~LibraryViews() {
    if (keeper_.isActive()) keep();
}

void LibraryViews::keep() {
    RunLayout look = settled_;
    look.filter.clear();  // a line of last week would hide runs from somebody who does not think of it
    on_.session.workbench.saveView(pageName, {}, toJson(look));
}

void LibraryViews::connectHeader() {
    QHeaderView* header = on_.view.horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &LibraryViews::showHeaderMenu);
    connect(header, &QHeaderView::sectionResized, this, &LibraryViews::noteChange);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &LibraryViews::noteChange);
    connect(header, &QHeaderView::sectionMoved, this, [this, header] {
        if (applying_) return;
        applying_ = true;
        for (int column = 0; column < RunsView::frozenColumns; ++column)
            header->moveSection(header->visualIndex(column), column);
        applying_ = false;
        if (const RunLayout after = current(); after != settled_) change(tr("Move a column"), after);
    });
}

RunLayout LibraryViews::current() const {
    RunLayout layout;
    const QHeaderView* header = on_.view.horizontalHeader();
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (!header->isSectionHidden(column))
            layout.columns.push_back({on_.model.columnAt(column).field, header->sectionSize(column)});
    }
    const int sorted = header->sortIndicatorSection();
    if (sorted >= 0 && sorted < on_.model.columnCount()) layout.sort = on_.model.columnAt(sorted).field;
    layout.descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
    layout.grouping = on_.filter.grouping();
    layout.filter = on_.words.text().toStdString();
    return layout;
}

void LibraryViews::fitColumn(int column) {
    const int widest = widestInCharacters * on_.view.fontMetrics().averageCharWidth();
    on_.view.resizeColumnToContents(column);
    if (column == RunTableModel::Spark) on_.view.setColumnWidth(column, sparkWidth);
    if (on_.view.columnWidth(column) > widest) on_.view.setColumnWidth(column, widest);
}

void LibraryViews::apply(const RunLayout& layout) {
    applying_ = true;
    std::vector<RunLayout::Column> columns = {{"state", 0}, {"name", 0}};
    std::vector<std::string> fields;
    for (const RunLayout::Column& column : layout.columns) {
        const auto twin = std::ranges::find(columns, column.field, &RunLayout::Column::field);
        if (twin != columns.end())
            twin->width = column.width;
        else if (on_.model.columnOf(column.field) >= 0 || runField(column.field))
            columns.push_back(column);
    }
    for (const RunLayout::Column& column : columns)
        if (std::ranges::none_of(ownColumns(), [&](const RunColumn& own) { return own.field == column.field; }))
            fields.push_back(column.field);
    on_.model.setFields(fields);
    QHeaderView* header = on_.view.horizontalHeader();
    for (int column = 0; column < header->count(); ++column) {
        const std::string& field = on_.model.columnAt(column).field;
        header->setSectionHidden(column, std::ranges::find(columns, field, &RunLayout::Column::field) == columns.end());
    }
    for (size_t place = 0; place < columns.size(); ++place) {
        const int column = on_.model.columnOf(columns[place].field);
        header->moveSection(header->visualIndex(column), static_cast<int>(place));
        if (columns[place].width > 0)
            on_.view.setColumnWidth(column, columns[place].width);
        else
            fitColumn(column);
    }
    if (on_.filter.grouping() != layout.grouping && (layout.grouping.empty() || runField(layout.grouping)))
        on_.filter.setGrouping(layout.grouping);
    if (const int sorted = on_.model.columnOf(layout.sort); sorted >= 0)
        on_.view.sortByColumn(sorted, layout.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    on_.words.setText(QString::fromStdString(layout.filter));
    for (QAction* choice : groupChoices_->actions())
        choice->setChecked(choice->data().toString().toStdString() == on_.filter.grouping());
    applying_ = false;
    applied_ = layout;
    settled_ = current();
}

void LibraryViews::noteChange() {
    if (applying_ || !restored_ || current() == settled_) return;
    settled_ = current();
    keeper_.start();
}

void LibraryViews::change(const QString& text, const RunLayout& after) {
    // The line of the filter has its own undo.
    const auto to = [this](RunLayout layout, bool withFilter) {
        return [this, layout, withFilter]() mutable {
            if (!withFilter) layout.filter = on_.words.text().toStdString();
            apply(layout);
            keeper_.start();
        };
    };
    RunLayout before = settled_;
    const bool filters = after.filter != current().filter;
    if (filters) before.filter = current().filter;
    on_.edits.change(text, to(after, filters), to(before, filters));
}

void LibraryViews::restore() {
    on_.session.reader.ask(
        this, [](const Store& store) { return store.views(pageName); },
        [this](const std::vector<Store::View>& views) {
            Json last;
            for (const Store::View& view : views)
                (view.name.empty() ? last : saved_[view.name]) = view.layout;
            RunLayout look = layoutFromJson(last);
            look.filter = on_.words.text().toStdString();
            apply(look);
            restored_ = true;
            rebuildViews();
        });
}

void LibraryViews::readNames() {
    if (!restored_) return;
    on_.session.reader.ask(
        this, [](const Store& store) { return store.views(pageName); },
        [this](const std::vector<Store::View>& views) {
            std::map<std::string, Json> saved;
            for (const Store::View& view : views)
                if (!view.name.empty()) saved[view.name] = view.layout;
            if (saved == saved_) return;
            saved_ = std::move(saved);
            rebuildViews();
        });
}

}  // namespace gaplab::ui

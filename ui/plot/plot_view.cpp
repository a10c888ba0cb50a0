#include "ui/plot/plot_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMessageBox>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/plot/canvas.h"
#include "ui/plot/figure_dialog.h"
#include "ui/plot/plot_table_model.h"

namespace gaplab::ui {
namespace {

constexpr int drawEveryMilliseconds = 33;
constexpr int speakEveryMilliseconds = 5000;  // a screen reader that is told more often never finishes a sentence
constexpr double zoomStep = 1.4;
constexpr double panStep = 0.1;

/// In millimetres, of a figure with so many panels.
double heightOf(size_t panels) {
    constexpr double one = 60, more = 30;
    return one + more * static_cast<double>(std::max<size_t>(1, panels) - 1);
}

}  // namespace

PlotView::PlotView(QWidget* parent) : QWidget(parent), canvas_(new Canvas), table_(new PlotTableModel(this)) {
    setFocusPolicy(Qt::StrongFocus);
    canvas_->setFocusPolicy(Qt::NoFocus);
    drawTimer_.setSingleShot(true);
    speakTimer_.setSingleShot(true);
    connect(&drawTimer_, &QTimer::timeout, this, &PlotView::drawNow);
    connect(&speakTimer_, &QTimer::timeout, this, &PlotView::speak);
    connect(canvas_, &Canvas::rangeTouched, this, [this] {
        follow_->setChecked(canvas_->isFollowing());
        schedule();
        Q_EMIT rangeTouched();
    });
    connect(canvas_, &Canvas::bandDragged, this, &PlotView::bandDragged);
    buildCommands();
    buildLayout();
    setAccessibleName(tr("Plot"));  // until there is a sentence
}

PlotView::~PlotView() = default;

QAction* PlotView::addCommand(const QString& name, const QString& text, const QKeySequence& shortcut) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(action);
    return action;
}

void PlotView::buildCommands() {
    connect(addCommand(QStringLiteral("fit"), tr("Fit"), Qt::CTRL | Qt::Key_0), &QAction::triggered, this, [this] {
        fit();
        Q_EMIT fitted();
    });
    follow_ = addCommand(QStringLiteral("follow"), tr("Follow"), {});
    follow_->setCheckable(true);
    follow_->setToolTip(tr("Move with the newest point"));
    connect(follow_, &QAction::toggled, this, &PlotView::setFollowing);
    tableShown_ = addCommand(QStringLiteral("table"), tr("Table"), Qt::CTRL | Qt::Key_T);
    tableShown_->setCheckable(true);
    connect(tableShown_, &QAction::toggled, this, &PlotView::showTable);
    connect(addCommand(QStringLiteral("zoomIn"), tr("Zoom in"), QKeySequence::ZoomIn), &QAction::triggered, this,
            [this] { zoomByHand(zoomStep); });
    connect(addCommand(QStringLiteral("zoomOut"), tr("Zoom out"), QKeySequence::ZoomOut), &QAction::triggered, this,
            [this] { zoomByHand(1 / zoomStep); });
    connect(addCommand(QStringLiteral("export"), tr("Export figure or numbers…"), {}), &QAction::triggered, this,
            &PlotView::askForFigure);
    const auto cursorHere = [this](int which) { setCursor(which, canvas_->pointerOrMiddle()); };
    connect(addCommand(QStringLiteral("cursorA"), tr("Cursor A here\tA"), {}), &QAction::triggered, this,
            [cursorHere] { cursorHere(0); });
    connect(addCommand(QStringLiteral("cursorB"), tr("Cursor B here\tB"), {}), &QAction::triggered, this,
            [cursorHere] { cursorHere(1); });
    connect(addCommand(QStringLiteral("cursorsOff"), tr("No cursors\tEsc"), {}), &QAction::triggered, this, [this] {
        setCursor(0, {});
        setCursor(1, {});
    });
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void PlotView::buildLayout() {
    caption_ = new QLabel;
    caption_->setWordWrap(true);
    auto* view = new QTableView;
    view->setModel(table_);
    view->setObjectName(QStringLiteral("plotTable"));
    view->setAccessibleName(tr("The numbers of the plot"));
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(3 * fontMetrics().height() / 2);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    stack_ = new QStackedWidget;
    stack_->addWidget(canvas_);
    stack_->addWidget(view);
    auto* row = new QHBoxLayout;
    row->addWidget(caption_, 1);
    for (QAction* action : {actions()[0], follow_, tableShown_}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        button->setAccessibleName(action->text());
        button->setAutoRaise(true);
        row->addWidget(button);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(row);
    layout->addWidget(stack_, 1);
    cursors_ = new QLabel;
    cursors_->setObjectName(QStringLiteral("cursorText"));
    cursors_->setWordWrap(true);
    cursors_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    cursors_->hide();
    layout->addWidget(cursors_);
}

int PlotView::addPanel(const QString& yTitle, int stretch, int decimals) {
    const int panel = canvas_->addPanel(yTitle, stretch, decimals);
    schedule();
    return panel;
}

void PlotView::setPanelTitle(int panel, const QString& yTitle) {
    canvas_->panel(panel).y()->setLabel(yTitle);
    schedule();
}

void PlotView::setPanelVisible(int panel, bool visible) {
    canvas_->setPanelVisible(panel, visible);
    schedule();
}

void PlotView::setPanelLogarithmic(int panel, bool logarithmic) {
    canvas_->setPanelLogarithmic(panel, logarithmic);
    schedule();
}

bool PlotView::isPanelVisible(int panel) const {
    return canvas_->panel(panel).visible;
}

void PlotView::setXTitle(const QString& title) {
    canvas_->setXTitle(title);
    schedule();
}

void PlotView::clear() {
    canvas_->clearContent();
    showCursors();
    follow_->setChecked(false);
    schedule();
}

void PlotView::clearSeries() {
    canvas_->clearSeries();
    schedule();
}

void PlotView::addSeries(const QString& id, int panel, const SeriesStyle& style) {
    canvas_->addSeries(id, panel, style);
    schedule();
}

bool PlotView::hasSeries(const QString& id) const {
    return canvas_->find(id) != nullptr;
}

void PlotView::setPoints(const QString& id, const QVector<QPointF>& points) {
    if (PlotSeries* series = canvas_->find(id)) canvas_->setPoints(*series, points);
    schedule();
}

void PlotView::setData(const QString& id, CurveData points) {
    if (PlotSeries* series = canvas_->find(id)) canvas_->setData(*series, std::move(points));
    schedule();
}

void PlotView::append(const QString& id, QPointF point) {
    if (PlotSeries* series = canvas_->find(id)) canvas_->append(*series, point);
    schedule();
}

QVector<QPointF> PlotView::points(const QString& id) const {
    const PlotSeries* series = canvas_->find(id);
    return series ? series->curve->data().points() : QVector<QPointF>();
}

void PlotView::fillBetween(const QString& first, const QString& second) {
    PlotSeries *from = canvas_->find(first), *to = canvas_->find(second);
    if (from && to) canvas_->fillBetween(*from, *to);
    schedule();
}

void PlotView::setBand(int panel, const QVector<QPointF>& target, double halfWidth, const QString& name) {
    canvas_->setBand(panel, target, halfWidth, name);
    schedule();
}

QVector<QPointF> PlotView::band(int panel) const {
    return canvas_->panel(panel).target;
}

double PlotView::bandHalfWidth(int panel) const {
    return canvas_->panel(panel).halfWidth;
}

void PlotView::setBandGrip(int panel, std::optional<double> from) {
    canvas_->grip().offer(panel, from);
}

void PlotView::setMarkers(const QVector<PlotMarker>& markers) {
    canvas_->setMarkers(markers);
    schedule();
}

void PlotView::setXLogarithmic(bool logarithmic) {
    canvas_->setXLogarithmic(logarithmic);
    schedule();
}

void PlotView::setXNames(const QStringList& names) {
    canvas_->setXNames(names);
    schedule();
}

void PlotView::setXRange(double from, double to) {
    canvas_->showX({from, to});
    schedule();
}

void PlotView::setYRange(int panel, double from, double to) {
    canvas_->showY(panel, {from, to});
    schedule();
}

void PlotView::setSentence(const QString& sentence) {
    if (sentence_ == sentence) return;
    sentence_ = sentence;
    caption_->setText(sentence);
    if (!speakTimer_.isActive()) speak();
}

void PlotView::speak() {
    if (accessibleName() == sentence_) return;
    setAccessibleName(sentence_);
    canvas_->setAccessibleName(sentence_);
    speakTimer_.start(speakEveryMilliseconds);
}

void PlotView::fit() {
    canvas_->fit();
    follow_->setChecked(false);
    schedule();
}

void PlotView::zoomByHand(double factor) {
    zoom(factor);
    Q_EMIT rangeTouched();
}

void PlotView::zoom(double factor) {
    canvas_->zoom(factor);
    schedule();
}

void PlotView::setFollowing(bool following) {
    canvas_->setFollowing(following);
    follow_->setChecked(following);
    schedule();
}

void PlotView::showTable(bool shown) {
    tableShown_->setChecked(shown);
    stack_->setCurrentIndex(shown ? 1 : 0);
    schedule();
}

bool PlotView::isTableShown() const {
    return stack_->currentIndex() == 1;
}

QPair<double, double> PlotView::yRange(int panel) const {
    const QCPRange range = canvas_->panel(panel).y()->range();
    return {range.lower, range.upper};
}

QPair<double, double> PlotView::xRange() const {
    const QCPRange range = canvas_->panels().front().x()->range();
    return {range.lower, range.upper};
}

bool PlotView::isSettled() const {
    return !drawTimer_.isActive();
}

void PlotView::schedule() {
    if (!drawTimer_.isActive()) drawTimer_.start(drawEveryMilliseconds);
}

void PlotView::drawNow() {
    drawTimer_.stop();
    if (isTableShown()) {
        QVector<PlotTableModel::Column> columns;
        for (const auto& series : canvas_->series())
            if (canvas_->panel(series->panel).visible)
                columns += {series->style.name, canvas_->panel(series->panel).decimals, series->curve->data().points()};
        table_->setContent(canvas_->xTitle(), columns, canvas_->xNames());
    }
    canvas_->redraw();
    showCursors();
}

QString PlotView::writeFigure(const QString& path, const FigureFormat& format) {
    return ui::writeFigure(*canvas_, path, format, page_ ? page_() : FigureView());
}

void PlotView::openFigure(const FigureView& view) {
    fit();
    if (!view.x.fitted) canvas_->showX({view.x.low, view.x.high});
    const int panels = std::min(static_cast<int>(view.panels.size()), static_cast<int>(canvas_->panels().size()));
    const QString xTitle = QString::fromStdString(view.x.title);
    format_ = {.millimetres = {view.width, view.height},
               .fontPoints = view.fontPoints,
               .title = QString::fromStdString(view.title),
               .legend = view.legend};
    if (xTitle != canvas_->xTitle()) format_.xTitle = xTitle;
    for (int i = 0; i < panels; ++i) {
        const FigureAxis& axis = view.panels[static_cast<size_t>(i)];
        if (!axis.fitted) canvas_->showY(i, {axis.low, axis.high});
        const QString title = QString::fromStdString(axis.title);
        if (title != canvas_->panel(i).y()->label()) format_.yTitles[i] = title;
    }
    figureAsked_ = true;
    schedule();
}

void PlotView::askForFigure() {
    PlotTitles titles{.x = canvas_->xTitle()};
    for (int i = 0; i < static_cast<int>(canvas_->panels().size()); ++i)
        if (canvas_->panel(i).visible) titles.y[i] = canvas_->panel(i).y()->label();
    if (!std::exchange(figureAsked_, true)) format_.millimetres.setHeight(heightOf(titles.y.size()));
    FigureDialog dialog(format_, titles, this);
    if (dialog.exec() != QDialog::Accepted) return;
    format_ = dialog.format();
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the plot"), QStringLiteral("plot.pdf"),
                                                      tr("Figure (*.pdf *.svg *.png);;Numbers of the shown curves (*.csv)"));
    if (path.isEmpty()) return;
    const QString problem = writeFigure(path, format_);
    if (!problem.isEmpty()) QMessageBox::warning(this, tr("Export the plot"), problem);
}

void PlotView::setCursor(int which, std::optional<double> x) {
    canvas_->setMark(which == 0 ? Canvas::A : Canvas::B, x);
    lastCursor_ = which;
    showCursors();
}

QString PlotView::cursorText() const {
    const std::optional<double> a = canvas_->markAt(Canvas::A), b = canvas_->markAt(Canvas::B);
    if (!a && !b) return {};
    QStringList parts;
    const auto at = [this](double x) { return locale().toString(x, 'g', 4); };
    if (a) parts += tr("A at %1").arg(at(*a));
    if (b) parts += tr("B at %1").arg(at(*b));
    for (const Canvas::Reading& reading : canvas_->readings()) {
        const auto text = [&](double value) {
            return std::isfinite(value) ? locale().toString(value, 'f', reading.decimals) : QStringLiteral("NaN");
        };
        const auto& [first, second] = reading.values;
        if (first && second)
            parts += QStringLiteral("%1: %2 → %3 (%4%5)")
                         .arg(reading.name, text(*first), text(*second), *second - *first >= 0 ? QStringLiteral("+") : QString(),
                              text(*second - *first));
        else
            parts += QStringLiteral("%1: %2").arg(reading.name, text(first ? *first : *second));
    }
    return parts.join(QStringLiteral(" · "));
}

void PlotView::showCursors() {
    cursors_->setText(cursorText());
    cursors_->setVisible(!cursors_->text().isEmpty());
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    constexpr double cursorStep = 0.01;
    switch (event->key()) {
        case Qt::Key_A: return setCursor(0, canvas_->pointerOrMiddle());
        case Qt::Key_B: return setCursor(1, canvas_->pointerOrMiddle());
        case Qt::Key_Escape:
            if (canvas_->grip().cancel()) return;
            setCursor(0, {});
            return setCursor(1, {});
        default: break;
    }
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right) return QWidget::keyPressEvent(event);
    const double sign = event->key() == Qt::Key_Left ? -1 : 1;
    if (event->modifiers() & Qt::ShiftModifier) {
        const auto [low, high] = xRange();
        if (const auto x = canvas_->markAt(lastCursor_ == 0 ? Canvas::A : Canvas::B))
            setCursor(lastCursor_, *x + sign * cursorStep * (high - low));
        return;
    }
    canvas_->pan(sign * panStep);
    follow_->setChecked(false);
    schedule();
    Q_EMIT rangeTouched();
}

void PlotView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    schedule();  // the legend takes as many columns as there is room for
}

}  // namespace gaplab::ui

#pragma once

#include <QTableView>

class QFrame;

namespace gaplab::ui {

class RunFilter;

/// The table of the Library. State and name stay where they are while the others are scrolled sideways: a second view of these
/// two lies on top of them then, of the same rows and the same selection; keys and focus stay with this one. Headings of groups
/// are opened and closed by Right, Left and Return, a double click, or a click on their sign.
class RunsView : public QTableView {
    Q_OBJECT
public:
    explicit RunsView(RunFilter* filter, QWidget* parent = nullptr);

    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    /// For what both views paint.
    void setDelegate(int column, QAbstractItemDelegate* delegate);
    /// State and name; always the first two.
    static constexpr int frozenColumns = 2;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildFrozen();
    void hideOthersInFrozen();
    void placeFrozen();
    void toggle(const QModelIndex& index);

    RunFilter* filter_;
    QTableView* frozen_;
    QFrame* edge_;
};

}  // namespace gaplab::ui

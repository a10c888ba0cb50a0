#pragma once

#include <QToolButton>
#include <QVBoxLayout>
#include <QWidget>

namespace gaplab::ui {

/// A titled group that folds away.
class Section : public QWidget {
    Q_OBJECT
public:
    Section(const QString& title, const QString& objectName, QWidget* parent = nullptr);
    void add(QWidget* widget, Qt::Alignment alignment = {});
    void setOpen(bool open);
    void setTitle(const QString& title);

private:
    QToolButton* header_;
    QWidget* content_;
};

/// Makes the section around a widget unfold, so that the widget can be seen.
void reveal(QWidget* widget);

}  // namespace gaplab::ui

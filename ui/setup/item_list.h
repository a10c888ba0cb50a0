#pragma once

#include <functional>
#include <vector>

#include <QToolButton>
#include <QVBoxLayout>

#include "ui/setup/draft.h"

namespace gaplab::ui {

/// A list of the document, one card an element, with [Up] and [Remove].
class ItemList : public QWidget {
    Q_OBJECT
public:
    /// `makeItem` builds the view of the element at a path such as "knowledge[1]". `noun`: "Knowledge term", for the cards'
    /// titles.
    using MakeItem = std::function<QWidget*(const std::string& path, QWidget* parent)>;
    ItemList(Draft& draft, const std::string& path, const QString& noun, MakeItem makeItem, QWidget* parent = nullptr);

private:
    size_t count() const;
    void refresh();
    QWidget* makeCard(size_t index);
    void moveUp(size_t index);

    Draft& draft_;
    std::string path_;
    QString noun_;
    MakeItem makeItem_;
    QVBoxLayout* layout_;
    std::vector<QWidget*> cards_;
};

/// A flat icon button with a name for screen readers.
QToolButton* makeIconButton(const QString& iconName, const QString& objectName, const QString& label, QWidget* parent);

}  // namespace gaplab::ui

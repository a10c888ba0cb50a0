#pragma once

#include <QPushButton>
#include <QWidget>

namespace gaplab::ui {

/// What a page shows while it has nothing to show: one sentence and the button that changes it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& iconName, const QString& sentence, const QString& buttonText, QWidget* parent = nullptr);
    QPushButton* button() const { return button_; }
    /// Another way out, below the first one.
    QPushButton* addSecondary(const QString& buttonText);

private:
    QPushButton* button_;
};

}  // namespace gaplab::ui

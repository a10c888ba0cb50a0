#pragma once

#include <functional>

#include <QFrame>
#include <QPushButton>

class QLabel;
class QToolButton;

namespace gaplab::ui {

/// One message above the page: icon, text, one action at most, [Close]. Stays until it is closed or another one comes.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    /// `level`: "info", "warning" or "error". Without an action text there is no action button.
    void showMessage(const QString& level, const QString& text, const QString& actionText = {},
                     std::function<void()> action = {});
    QString text() const;
    QString level() const { return level_; }

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void applyColors();

    QLabel *icon_, *text_;
    QPushButton* action_;
    QToolButton* close_;
    QString level_;
    std::function<void()> onAction_;
};

}  // namespace gaplab::ui

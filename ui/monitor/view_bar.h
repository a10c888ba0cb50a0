#pragma once

#include <map>
#include <string>

#include <QWidget>

#include "ui/forms/simple_editors.h"
#include "ui/monitor/detail.h"
#include "ui/monitor/smoothing.h"
#include "ui/monitor/x_scale.h"

class QLabel;

namespace gaplab::ui {

/// How the Monitor's curves are looked at: over what, how calm, and what is shown below accuracy and gap. Names of widgets:
/// viewX, viewSmoothing, viewDetail, viewNote.
class ViewBar : public QWidget {
    Q_OBJECT
public:
    explicit ViewBar(QWidget* parent = nullptr);

    XScale::Kind x() const;
    Smoothing smoothing() const;
    const Detail& detail() const;
    /// The choices as words that are the same in every language, and what such words choose, without `changed` being emitted;
    /// unknown ones change nothing. Keys: x, smoothing, below.
    std::map<std::string, std::string> choices() const;
    void choose(const std::map<std::string, std::string>& choices);
    /// Takes the detail that fits what is shown, without `changed`, as long as no person has chosen one. Whether it is another.
    bool suggest(const Detail& detail);
    /// A word beside the choices; empty: none.
    void setNote(const QString& note);

Q_SIGNALS:
    void changed();

private:
    ComboBox* add(const QString& label, const char* name, const QStringList& choices);

    ComboBox *x_, *smoothing_, *detail_;
    QLabel* note_;
    bool detailChosen_ = false;
};

}  // namespace gaplab::ui

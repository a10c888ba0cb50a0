#pragma once

#include <functional>

#include <QAbstractItemModel>

#include "ui/forms/simple_editors.h"
#include "ui/forms/word_editor.h"

namespace gaplab::ui {

/// Where weights come from: nothing, "train", {file}, {run, epoch} or {stage, epoch}; and whether all of them have to fit.
class WeightsEditor : public Editor {
    Q_OBJECT
public:
    enum class Kind { Fresh, Train, File, Run, Stage };
    struct Options {
        std::vector<Kind> kinds;
        QString freshText;         ///< what "nothing" means here
        bool epoch = true;         ///< whether an epoch can be chosen
        bool partial = true;       ///< whether what fits can be taken over alone
        QAbstractItemModel* runs;  ///< stored runs: text, id in Qt::UserRole
        std::function<QStringList()> stages;
    };
    WeightsEditor(const Options& options, QWidget* parent);

    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return kind_; }
    void setNames(const QString& path, const QString& label, const QString& help) override;

    static Kind kindOf(const Json& value);

private:
    QString kindText(Kind kind) const;
    void layOut();
    void showKind(Kind kind);
    void chooseKind();
    void takeField(const char* key, const Json& value);
    void chooseRun(int index);

    Options options_;
    QComboBox *kind_, *run_, *stage_;
    PathEditor* file_;
    WordEditor* epoch_;
    QCheckBox* partial_;
    Json value_;
};

}  // namespace gaplab::ui

#pragma once

#include <QLabel>

#include "ui/forms/list_editor.h"
#include "ui/setup/context.h"
#include "ui/setup/member_form.h"
#include "ui/setup/rates_editor.h"
#include "ui/setup/weights_editor.h"

namespace gaplab::ui {

/// One network: architecture with its parameters, size and reference accuracy, and where its weights come from.
class NetworkCard : public QWidget {
    Q_OBJECT
public:
    enum class Part {
        Student,
        Teacher,  ///< trained before the student, unless it comes with weights
        Peer      ///< trained with the student
    };
    /// `base`: "student" or "teachers.NAME".
    NetworkCard(const SetupContext& context, const std::string& base, Part part, QWidget* parent = nullptr);

    /// {"parameters", "macs", ..}, or null while it is not known.
    void showProfile(const Json& profile);
    /// Where the document says so: fresh weights, or trained first.
    bool isTrainedFirst() const;

private:
    void bindLayerFields();
    void showFacts();

    SetupContext context_;
    std::string base_;
    MemberForm* architecture_;
    QLabel* facts_;
    Form* weights_;
    ListEditor* frozen_ = nullptr;  ///< of a student
    RatesEditor* rates_ = nullptr;
    Json profile_;
};

}  // namespace gaplab::ui

#include "ui/setup/transfer_button.h"

#include "ui/forms/editor.h"
#include "ui/setup/transfer_dialog.h"
#include "ui/setup/weights_editor.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

TransferButton::TransferButton(const SetupContext& context, const std::string& base, QWidget* parent)
    : QPushButton(ui::icon("find"), tr("How related are the tasks?…"), parent),
      context_(context),
      base_(base),
      estimates_(new LiveTransfer(context.reader, this)) {
    nameWidget(this, QString::fromStdString(base_) + QStringLiteral(".transfer"), tr("How related are the tasks?"),
               tr("Estimates, before anything is trained, what the weights that the student starts from know of this task"));
    connect(this, &QPushButton::clicked, this, &TransferButton::ask);
    connect(&context_.draft, &Draft::changed, this, &TransferButton::follow);
    follow();
}

void TransferButton::follow() {
    using Kind = WeightsEditor::Kind;
    const Json* weights = context_.draft.find(base_ + ".weights");
    const Kind kind = WeightsEditor::kindOf(weights ? *weights : Json());
    setVisible(kind == Kind::File || kind == Kind::Run || kind == Kind::Stage);
}

/// What is shown as an experiment of its own: a stage has the data of the whole where it has none, and refers to other stages.
Json TransferButton::asked() const {
    const Json& whole = context_.draft.document();
    const Json* shown = context_.prefix.empty() ? &whole : context_.experiment();
    if (!shown || !shown->is_object()) return Json::object();
    Json document = *shown;
    for (const char* key : {"schema", "data", "stages"})
        if (!document.contains(key) && whole.contains(key)) document[key] = whole[key];
    return document;
}

void TransferButton::ask() {
    auto* dialog = new TransferDialog(*estimates_, asked(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

}  // namespace gaplab::ui

#include "ui/setup/mitigation_section.h"

#include <QLabel>

#include "core/run/inspect.h"
#include "ui/forms/list_editor.h"
#include "ui/setup/member_list.h"

namespace gaplab::ui {
namespace {

/// What the chosen mitigation is and where it comes from, and the classes that it is about, where it is about some.
class About : public QWidget {
public:
    About(Draft& draft, const std::string& path, QWidget* parent)
        : QWidget(parent), draft_(draft), path_(path), help_(new QLabel(this)), classes_(new Form(draft, this)) {
        help_->setWordWrap(true);
        help_->setTextFormat(Qt::PlainText);
        help_->setTextInteractionFlags(Qt::TextSelectableByMouse);
        classes_->bind(path + ".classes", described("classes", "Classes in which no teacher is heard, by name"),
                       new ListEditor(ListEditor::Kind::Names, MitigationSection::tr("cat, dog"), classes_));
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(classes_);
        layout->addWidget(help_);
        connect(&draft, &Draft::changed, this, [this] { refresh(); });
        refresh();
    }

private:
    void refresh() {
        const Json* whole = draft_.find(path_);
        const std::string kind = whole && whole->is_string() ? whole->get<std::string>() : draft_.text(path_ + ".kind");
        const Member* chosen = catalogue().find(Registry::Mitigation, kind);
        QString help;
        if (chosen) {
            help = QString::fromStdString(chosen->help) + '.';
            help += ' ' + MitigationSection::tr("Source: %1.").arg(QString::fromStdString(chosen->source));
        }
        help_->setText(help);
        help_->setVisible(!help.isEmpty());
        // Those that do not belong there stay in sight, so that they can be taken away.
        classes_->setVisible((chosen && chosen->facts.value("classes", false)) || draft_.find(path_ + ".classes"));
    }

    Draft& draft_;
    std::string path_;
    QLabel* help_;
    Form* classes_;
};

}  // namespace

MitigationSection::MitigationSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Against bias"), QString::fromStdString(context.at("bias")), parent) {
    auto* what = new QLabel(
        tr("What training does for rare classes and for groups of images. Groups are told under Data. A bias report, after "
           "training, shows what it brought and what it cost."),
        this);
    what->setWordWrap(true);
    add(what);
    add(new MemberList(
        context, {.path = "mitigations", .registry = Registry::Mitigation, .noun = tr("Mitigation"), .add = tr("Add mitigation")},
        [draft = &context.draft](const std::string& path, QWidget* owner) { return new About(*draft, path, owner); }, this));
}

}  // namespace gaplab::ui

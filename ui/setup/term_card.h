#pragma once

#include <QLabel>

#include "ui/setup/context.h"
#include "ui/setup/member_form.h"
#include "ui/setup/stages_editor.h"

namespace gaplab::ui {

/// One knowledge term: who teaches whom, by which loss, on which stages, how strongly.
class TermCard : public QWidget {
    Q_OBJECT
public:
    TermCard(const SetupContext& context, const std::string& path, QWidget* parent = nullptr);
    const std::string& path() const { return path_; }
    /// `networks`: role -> {"stage_shapes", ..}. `adaptation`: how unlike shapes are brought together, a line a pair.
    void showNetworks(const Json& networks, const std::vector<std::string>& adaptation);

private:
    void addEnds(QLayout& layout);
    void addStages(QLayout& layout);
    void addWeight(QLayout& layout);
    void refresh();
    QString role(const char* end) const;

    SetupContext context_;
    std::string path_;
    MemberForm* loss_;
    QLabel *formula_, *families_, *adaptation_;
    Form *stagesForm_ = nullptr, *turns_ = nullptr;
    StagesEditor* stages_ = nullptr;
    Json networks_ = Json::object();
};

}  // namespace gaplab::ui

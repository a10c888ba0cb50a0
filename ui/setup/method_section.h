#pragma once

#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

class TermCard;

/// Method: the knowledge terms.
class MethodSection : public Section {
    Q_OBJECT
public:
    explicit MethodSection(const SetupContext& context, QWidget* parent = nullptr);

    /// As in an inspection.
    void showNetworks(const Json& networks, const std::vector<std::vector<std::string>>& adaptations);

private:
    void showNetworks(TermCard& card) const;
    void addTerm();

    SetupContext context_;
    Json networks_ = Json::object();
    std::vector<std::vector<std::string>> adaptations_;
};

}  // namespace gaplab::ui

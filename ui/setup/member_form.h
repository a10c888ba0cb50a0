#pragma once

#include <optional>

#include "ui/setup/form.h"

namespace gaplab::ui {

/// A registry member and its parameters: a drop-down and, below it, the fields that the chosen member declares.
class MemberForm : public Form {
    Q_OBJECT
public:
    struct Place {
        std::optional<Registry> registry = {};
        std::string base;       ///< the object that holds name and parameters, e.g. "training.optimizer"
        std::string key;        ///< the name's key in it, e.g. "kind"
        std::string label;      ///< key whose label stands before the drop-down; empty: `key`
        std::string byDefault;  ///< the member that counts where none is named
        std::string fallback;   ///< object that counts where `base` has nothing; may be empty
        bool required = false;
        std::vector<std::string> hidden = {};          ///< parameters that have a field elsewhere
        QString nothing = {};                          ///< what the drop-down shows where no member is named
        const std::vector<Member>* members = nullptr;  ///< instead of a registry's
    };
    MemberForm(Draft& draft, const Place& place, QWidget* parent = nullptr);

    /// The member that the document names; null where it is unknown.
    const Member* member() const;

Q_SIGNALS:
    void memberChanged();

protected:
    void refresh() override;
    void write(const Field& field, const Json& value) override;
    void reset(const Field& field) override;

private:
    std::string name() const;
    /// The name that counts where the document has none at its place.
    std::string otherwise() const;
    const Member* find(const std::string& name) const;
    /// The object at `base` without the name and the parameters that `after` does not declare.
    Json without(const Member* after) const;
    void showParameters();

    Place place_;
    std::string shown_;
};

/// Reference accuracies that a member's facts hold, one line each: "CIFAR-100: 69.06 % (source)"; empty where there are none.
QString referenceText(const Json& facts);

}  // namespace gaplab::ui

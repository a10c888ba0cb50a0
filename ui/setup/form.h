#pragma once

#include "ui/forms/form_grid.h"
#include "ui/setup/draft.h"

namespace gaplab::ui {

/// A form over the draft: fields write to their paths and show what is there.
class Form : public FormGrid {
    Q_OBJECT
public:
    explicit Form(Draft& draft, QWidget* parent = nullptr);

    /// `fallback`: the path that counts while there is nothing at `path`, before the declared default (a teacher's own training
    /// falls back to the experiment's).
    Field* bind(const std::string& path, const Parameter& parameter, Editor* editor = nullptr, const QString& label = {},
                const std::string& fallback = {});
    /// Forgets the fields from number `count` on.
    void unbind(size_t count);

protected:
    /// Shows the draft as it is now; also called on every change of it.
    virtual void refresh();
    Draft& draft() const { return draft_; }

    /// What the person gave goes into the draft.
    virtual void write(const Field& field, const Json& value);
    /// The field's default counts again.
    virtual void reset(const Field& field);

private:
    void offerSweep(const Field& field, QMenu& menu);
    void display(size_t index);

    Draft& draft_;
    std::vector<std::string> fallbacks_;
};

}  // namespace gaplab::ui

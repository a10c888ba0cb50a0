#pragma once

#include <QTimer>

#include "ui/setup/draft.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// Keeps the working draft in the store: saved a moment after each change, back at the next start.
class DraftKeeper : public QObject {
    Q_OBJECT
public:
    DraftKeeper(Session& session, Draft& draft, QObject* parent);

    /// The draft so far stays in the store as it is; what follows is a new one.
    void beginNew();
    /// Saves at once what is not saved yet.
    void flush();
    /// The stored drafts have been looked at, and none is waiting to be saved.
    bool isSettled() const { return looked_; }

Q_SIGNALS:
    /// The draft of the last session, for Draft::restore; not emitted when the person has already begun to edit.
    void restored(const gaplab::Json& stored);

private:
    void lookForDrafts();
    void save();

    Session& session_;
    Draft& draft_;
    QTimer timer_;
    int64_t id_ = 0;      ///< 0: not known yet, or a new one
    int64_t newest_ = 0;  ///< largest id seen: a new draft is the one beyond it
    bool looked_ = false;
    bool waitsForId_ = false;  ///< a new draft was sent to the store, its id has not come back
    bool dirty_ = false;
};

}  // namespace gaplab::ui

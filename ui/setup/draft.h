#pragma once

#include <string>
#include <vector>

#include <QObject>

#include "core/base/json.h"

namespace gaplab::ui {

/// The experiment document that Set-up works on. The forms are views of it: they write through set and remove, and read again on
/// `changed`. Paths are dotted, as in problems: "knowledge[1].loss". Beside it stands what is swept: the values that fields take
/// one after another, and whether baselines are trained beside it.
class Draft : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const Json& document() const { return state_.document; }
    /// Null where the document has nothing there.
    const Json* find(const std::string& path) const;
    /// The value, or `otherwise` where there is none or one of another kind.
    std::string text(const std::string& path, const std::string& otherwise = {}) const;

    /// Makes the objects on the way; a member given by its bare name ("crop") becomes {"kind": "crop"} when a field of it is set.
    void set(const std::string& path, const Json& value);
    /// Takes a value, or an element of a list, away; a group left empty goes with it.
    void remove(const std::string& path);
    void append(const std::string& path, const Json& value);
    void renameKey(const std::string& parent, const std::string& from, const std::string& to);
    /// The document as a whole, as one step that can be undone.
    void setDocument(const Json& document);
    /// Another document; what was done to the one before cannot be undone any more.
    void replace(const Json& document);

    /// path -> values as the command line takes them behind --sweep PATH=; an object.
    const Json& sweep() const { return state_.sweep; }
    bool isSwept(const std::string& path) const { return state_.sweep.contains(path); }
    void setSweep(const std::string& path, const std::string& values);
    void removeSweep(const std::string& path);

    /// Whether the transfer baselines are trained beside it.
    bool baselines() const { return state_.baselines; }
    void setBaselines(bool baselines);

    /// Document, sweep and baselines as one object, for the store.
    Json stored() const;
    void restore(const Json& stored);

    /// Values set one after another at the same path, as by typing, are undone together, unless a step was begun in between.
    void beginStep() { lastPath_.clear(); }
    bool canUndo() const { return !undone_.empty(); }
    bool canRedo() const { return !redone_.empty(); }
    void undo();
    void redo();

Q_SIGNALS:
    void changed();

private:
    struct State {
        Json document = Json::object(), sweep = Json::object();
        bool baselines = false;
    };
    void step(std::vector<State>& from, std::vector<State>& to);
    void take(State next, const std::string& path);
    /// Nothing of what was before can be taken back.
    void beginWith(State state);

    State state_;
    std::vector<State> undone_, redone_;  ///< states to go back to, and forward; the nearest last
    std::string lastPath_;                ///< of the value set last; empty: what comes next is a step of its own
};

/// Whether `path` is `parent` or lies inside it.
bool isInside(const std::string& path, const std::string& parent);

}  // namespace gaplab::ui

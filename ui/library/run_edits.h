#pragma once

#include <functional>
#include <memory>

#include <QUndoStack>

#include "core/run/workbench.h"
#include "core/store/store.h"
#include "ui/feed/feed_pump.h"

namespace gaplab::ui {

/// What the Library changes, each step as one that can be taken back. Steps hold numbers of runs, never rows: the table may be
/// read again at any time. An edit that the store refuses leaves its step, and a step without edits leaves the stack.
class RunEdits : public QObject {
    Q_OBJECT
public:
    RunEdits(Workbench& workbench, const FeedPump& pump, QObject* parent = nullptr);
    ~RunEdits() override;

    void rename(int64_t run, const std::string& before, const std::string& after);
    void remove(const std::vector<int64_t>& runs);
    void restore(const std::vector<int64_t>& runs);
    /// Runs that have just come in: taking that back moves them to the trash.
    void addImported(const std::vector<int64_t>& runs);
    void setNotes(int64_t run, const std::string& before, const std::string& after);
    using TagsOfRuns = std::vector<std::pair<int64_t, std::vector<std::string>>>;
    void setTags(const TagsOfRuns& before, const TagsOfRuns& after);
    using FoldersOfRuns = std::vector<std::pair<int64_t, std::string>>;
    void move(const FoldersOfRuns& before, const std::string& folder);
    /// A null layout: there is none of this name.
    void saveView(const std::string& page, const std::string& name, const Json& before, const Json& after);
    /// No runs: there is none of this name.
    void saveCompareSet(const Store::CompareSet& before, const Store::CompareSet& after);
    /// Something that no store can refuse.
    void change(const QString& text, const std::function<void()>& redo, const std::function<void()>& undo);
    void reorderQueue(const std::vector<int64_t>& before, const std::vector<int64_t>& after);
    /// Takes waiting runs out of the queue; taken back, they get their places in `order` again.
    void dequeue(const std::vector<int64_t>& runs, const std::vector<int64_t>& order);

    bool canUndo() const;
    bool canRedo() const;
    void undo();
    void redo();
    /// Nothing of what was done can be taken back any more.
    void clear() { stack_.clear(); }

Q_SIGNALS:
    /// There is something to take back now, or nothing any more.
    void changed();

private:
    /// One edit of a step: both send it and return its number.
    struct Edit {
        std::function<int64_t()> redo, undo;
    };
    struct Step;
    class Command;

    /// `done`: it has been done already.
    void push(const QString& text, std::vector<Edit> edits, bool done = false);
    void takeRefusal(int64_t number);
    void dropEmptySteps();
    const Command* commandAt(int place) const;

    Workbench& workbench_;
    std::vector<std::weak_ptr<Step>> steps_;
    QUndoStack stack_;
};

}  // namespace gaplab::ui

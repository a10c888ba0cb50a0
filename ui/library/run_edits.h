#pragma once

#include <functional>

#include <QUndoStack>

#include "core/run/workbench.h"

namespace gaplab::ui {

/// What the Library changes of stored runs, each step as one that can be taken back. Steps hold numbers of runs, never rows: the
/// table may be read again at any time.
class RunEdits : public QObject {
    Q_OBJECT
public:
    explicit RunEdits(Workbench& workbench, QObject* parent = nullptr);

    void rename(int64_t run, const std::string& before, const std::string& after);
    void remove(const std::vector<int64_t>& runs);
    void restore(const std::vector<int64_t>& runs);
    void setNotes(int64_t run, const std::string& before, const std::string& after);
    using TagsOfRuns = std::vector<std::pair<int64_t, std::vector<std::string>>>;
    void setTags(const TagsOfRuns& before, const TagsOfRuns& after);
    using FoldersOfRuns = std::vector<std::pair<int64_t, std::string>>;
    void move(const FoldersOfRuns& before, const std::string& folder);

    QUndoStack& stack() { return stack_; }
    bool canUndo() const { return stack_.canUndo(); }
    bool canRedo() const { return stack_.canRedo(); }

private:
    std::function<void()> each(const std::vector<int64_t>& runs, void (Workbench::*change)(int64_t));
    void push(const QString& text, std::function<void()> redo, std::function<void()> undo);

    Workbench& workbench_;
    QUndoStack stack_;
};

}  // namespace gaplab::ui

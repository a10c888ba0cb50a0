#include "ui/library/run_edits.h"

#include <utility>

namespace gaplab::ui {
namespace {

class Step : public QUndoCommand {
public:
    Step(const QString& text, std::function<void()> redo, std::function<void()> undo)
        : QUndoCommand(text), redo_(std::move(redo)), undo_(std::move(undo)) {}
    void redo() override { redo_(); }
    void undo() override { undo_(); }

private:
    std::function<void()> redo_, undo_;
};

}  // namespace

RunEdits::RunEdits(Workbench& workbench, QObject* parent) : QObject(parent), workbench_(workbench) {}

void RunEdits::push(const QString& text, std::function<void()> redo, std::function<void()> undo) {
    stack_.push(new Step(text, std::move(redo), std::move(undo)));  // which does it
}

void RunEdits::rename(int64_t run, const std::string& before, const std::string& after) {
    const auto to = [this, run](const std::string& name) { return [this, run, name] { workbench_.renameRun(run, name); }; };
    push(tr("Rename run %1").arg(run), to(after), to(before));
}

std::function<void()> RunEdits::each(const std::vector<int64_t>& runs, void (Workbench::*change)(int64_t)) {
    return [this, runs, change] {
        for (const int64_t run : runs)
            (workbench_.*change)(run);
    };
}

void RunEdits::remove(const std::vector<int64_t>& runs) {
    push(tr("Delete %n run(s)", "", static_cast<int>(runs.size())), each(runs, &Workbench::deleteRun),
         each(runs, &Workbench::restoreRun));
}

void RunEdits::restore(const std::vector<int64_t>& runs) {
    push(tr("Restore %n run(s)", "", static_cast<int>(runs.size())), each(runs, &Workbench::restoreRun),
         each(runs, &Workbench::deleteRun));
}

void RunEdits::setNotes(int64_t run, const std::string& before, const std::string& after) {
    const auto to = [this, run](const std::string& notes) { return [this, run, notes] { workbench_.setNotes(run, notes); }; };
    push(tr("Notes of run %1").arg(run), to(after), to(before));
}

void RunEdits::setTags(const TagsOfRuns& before, const TagsOfRuns& after) {
    const auto to = [this](const TagsOfRuns& all) {
        return [this, all] {
            for (const auto& [run, tags] : all)
                workbench_.setTags(run, tags);
        };
    };
    push(tr("Tags of %n run(s)", "", static_cast<int>(after.size())), to(after), to(before));
}

void RunEdits::move(const FoldersOfRuns& before, const std::string& folder) {
    const auto there = [this, before, folder] {
        for (const auto& [run, from] : before)
            workbench_.moveRun(run, folder);
    };
    const auto back = [this, before] {
        for (const auto& [run, from] : before)
            workbench_.moveRun(run, from);
    };
    push(tr("Move %n run(s)", "", static_cast<int>(before.size())), there, back);
}

}  // namespace gaplab::ui

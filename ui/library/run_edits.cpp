#include "ui/library/run_edits.h"

#include <algorithm>
#include <utility>

namespace gaplab::ui {

struct RunEdits::Step {
    std::vector<Edit> edits;
    std::vector<int64_t> numbers;  ///< under which the edits were last sent

    void send(std::function<int64_t()> Edit::*way) {
        numbers.clear();
        for (const Edit& edit : edits)
            numbers.push_back((edit.*way)());
    }
    bool drop(int64_t number) {
        const auto found = std::ranges::find(numbers, number);
        if (found == numbers.end()) return false;
        edits.erase(edits.begin() + (found - numbers.begin()));
        numbers.erase(found);
        return true;
    }
};

class RunEdits::Command : public QUndoCommand {
public:
    Command(const QString& text, std::shared_ptr<Step> step, bool done)
        : QUndoCommand(text), step_(std::move(step)), done_(done) {}
    void redo() override {
        if (!std::exchange(done_, false)) go(&Edit::redo);
    }
    void undo() override { go(&Edit::undo); }
    bool isEmpty() const { return step_->edits.empty(); }

private:
    void go(std::function<int64_t()> Edit::*way) {
        if (isEmpty())
            setObsolete(true);  // the stack removes it
        else
            step_->send(way);
    }

    std::shared_ptr<Step> step_;
    bool done_;  ///< before it came onto the stack, which does what is pushed
};

RunEdits::RunEdits(Workbench& workbench, const FeedPump& pump, QObject* parent) : QObject(parent), workbench_(workbench) {
    connect(&pump, &FeedPump::rejected, this, [this](qint64 number) { takeRefusal(number); });
    connect(&stack_, &QUndoStack::indexChanged, this, &RunEdits::changed);
}

RunEdits::~RunEdits() {
    stack_.disconnect(this);
}

void RunEdits::push(const QString& text, std::vector<Edit> edits, bool done) {
    auto step = std::make_shared<Step>();
    step->edits = std::move(edits);
    std::erase_if(steps_, [](const std::weak_ptr<Step>& old) { return old.expired(); });
    steps_.push_back(step);
    stack_.push(new Command(text, step, done));
}

void RunEdits::takeRefusal(int64_t number) {
    if (number == 0) return;
    for (const std::weak_ptr<Step>& step : steps_)
        if (const auto held = step.lock(); held && held->drop(number)) break;
    dropEmptySteps();
}

const RunEdits::Command* RunEdits::commandAt(int place) const {
    return static_cast<const Command*>(stack_.command(place));
}

/// Of the steps that come next in either direction; the others are dropped once they do.
void RunEdits::dropEmptySteps() {
    while (stack_.canUndo() && commandAt(stack_.index() - 1)->isEmpty())
        stack_.undo();
    while (stack_.canRedo() && commandAt(stack_.index())->isEmpty())
        stack_.redo();
    Q_EMIT changed();
}

bool RunEdits::canUndo() const {
    return stack_.canUndo();
}

bool RunEdits::canRedo() const {
    return stack_.canRedo();
}

void RunEdits::undo() {
    stack_.undo();
    dropEmptySteps();
}

void RunEdits::redo() {
    stack_.redo();
    dropEmptySteps();
}

void RunEdits::change(const QString& text, const std::function<void()>& redo, const std::function<void()>& undo) {
    const auto unnumbered = [](const std::function<void()>& call) {
        return [call]() -> int64_t {
            call();
            return 0;
        };
    };
    push(text, {{unnumbered(redo), unnumbered(undo)}});
}

void RunEdits::rename(int64_t run, const std::string& before, const std::string& after) {
    const auto to = [this, run](const std::string& name) {
        return [this, run, name] { return workbench_.renameRun(run, name); };
    };
    push(tr("Rename run %1").arg(run), {{to(after), to(before)}});
}

void RunEdits::remove(const std::vector<int64_t>& runs) {
    std::vector<Edit> edits;
    for (const int64_t run : runs)
        edits.push_back({[this, run] { return workbench_.deleteRun(run); }, [this, run] { return workbench_.restoreRun(run); }});
    push(tr("Delete %n run(s)", "", static_cast<int>(runs.size())), std::move(edits));
}

void RunEdits::restore(const std::vector<int64_t>& runs) {
    std::vector<Edit> edits;
    for (const int64_t run : runs)
        edits.push_back({[this, run] { return workbench_.restoreRun(run); }, [this, run] { return workbench_.deleteRun(run); }});
    push(tr("Restore %n run(s)", "", static_cast<int>(runs.size())), std::move(edits));
}

void RunEdits::addImported(const std::vector<int64_t>& runs) {
    std::vector<Edit> edits;
    for (const int64_t run : runs)
        edits.push_back({[this, run] { return workbench_.restoreRun(run); }, [this, run] { return workbench_.deleteRun(run); }});
    push(tr("Import %n run(s)", "", static_cast<int>(runs.size())), std::move(edits), true);
}

void RunEdits::setNotes(int64_t run, const std::string& before, const std::string& after) {
    const auto to = [this, run](const std::string& notes) {
        return [this, run, notes] { return workbench_.setNotes(run, notes); };
    };
    push(tr("Notes of run %1").arg(run), {{to(after), to(before)}});
}

void RunEdits::setTags(const TagsOfRuns& before, const TagsOfRuns& after) {
    const auto to = [this](const TagsOfRuns::value_type& one) {
        return [this, one] { return workbench_.setTags(one.first, one.second); };
    };
    std::vector<Edit> edits;
    for (size_t i = 0; i < after.size(); ++i)
        edits.push_back({to(after[i]), to(before[i])});
    push(tr("Tags of %n run(s)", "", static_cast<int>(after.size())), std::move(edits));
}

void RunEdits::move(const FoldersOfRuns& before, const std::string& folder) {
    std::vector<Edit> edits;
    for (const auto& [run, from] : before)
        edits.push_back({[this, run = run, folder] { return workbench_.moveRun(run, folder); },
                         [this, run = run, from = from] { return workbench_.moveRun(run, from); }});
    push(tr("Move %n run(s)", "", static_cast<int>(before.size())), std::move(edits));
}

void RunEdits::saveView(const std::string& page, const std::string& name, const Json& before, const Json& after) {
    const auto to = [this, page, name](const Json& layout) {
        return [this, page, name, layout] { return workbench_.saveView(page, name, layout); };
    };
    const QString shown = QString::fromStdString(name);
    push(after.is_null() ? tr("Remove view %1").arg(shown) : tr("Save view %1").arg(shown), {{to(after), to(before)}});
}

void RunEdits::saveCompareSet(const Store::CompareSet& before, const Store::CompareSet& after) {
    const auto to = [this](const Store::CompareSet& set) {
        return [this, set] { return workbench_.saveCompareSet(set.name, set.runs, set.baseline); };
    };
    const QString shown = QString::fromStdString(after.name);
    push(after.runs.empty() ? tr("Remove compare set %1").arg(shown) : tr("Save compare set %1").arg(shown),
         {{to(after), to(before)}});
}

void RunEdits::reorderQueue(const std::vector<int64_t>& before, const std::vector<int64_t>& after) {
    const auto to = [this](const std::vector<int64_t>& order) { return [this, order] { workbench_.setQueueOrder(order); }; };
    change(tr("Order of the queue"), to(after), to(before));
}

void RunEdits::dequeue(const std::vector<int64_t>& runs, const std::vector<int64_t>& order) {
    const auto out = [this, runs] {
        const std::vector<int64_t> waiting = workbench_.queue();
        for (const int64_t run : runs)  // one that has begun meanwhile goes on
            if (std::ranges::find(waiting, run) != waiting.end()) workbench_.command(run, gaplab::Command::StopAfterStep);
    };
    const auto back = [this, runs, order] {
        for (const int64_t run : runs)
            workbench_.resume(run, order);
    };
    change(tr("Take %n run(s) out of the queue", "", static_cast<int>(runs.size())), out, back);
}

}  // namespace gaplab::ui

#include "ui/setup/draft.h"

#include <utility>

#include <QStringList>

#include "core/base/names.h"

namespace gaplab::ui {
namespace {

constexpr size_t mostSteps = 200;
/// No keys of an experiment, and of no path.
constexpr const char *sweepKey = "sweep", *baselinesKey = "baselines";

/// "knowledge[1].loss" -> {"knowledge", "1", "loss"}
std::vector<std::string> steps(const std::string& path) {
    std::vector<std::string> steps;
    for (const QString& step : QString::fromStdString(path).replace('[', '.').remove(']').split('.', Qt::SkipEmptyParts))
        steps.push_back(step.toStdString());
    return steps;
}

/// The member of an object or the element of a list; null where there is none.
template <typename Node>
Node* child(Node* node, const std::string& step) {
    if (node->is_object()) {
        const auto found = node->find(step);
        return found == node->end() ? nullptr : &*found;
    }
    bool number = false;
    const auto index = QString::fromStdString(step).toULongLong(&number);
    return node->is_array() && number && index < node->size() ? &(*node)[index] : nullptr;
}

/// Emptying these means something: a teacher without fields is still a teacher.
bool isGroup(const std::vector<std::string>& path) {
    const std::string last = path.back();
    const std::string owner = path.size() > 1 ? path[path.size() - 2] : "";
    return owner != "teachers" && owner != "stages" && last.find_first_not_of("0123456789") != std::string::npos;
}

}  // namespace

bool isInside(const std::string& path, const std::string& parent) {
    return path.starts_with(parent) && (path.size() == parent.size() || path[parent.size()] == '.' || path[parent.size()] == '[');
}

const Json* Draft::find(const std::string& path) const {
    const Json* node = &state_.document;
    for (const std::string& step : steps(path))
        if (!(node = child(node, step))) return nullptr;
    return node;
}

std::string Draft::text(const std::string& path, const std::string& otherwise) const {
    const Json* found = find(path);
    return found && found->is_string() ? found->get<std::string>() : otherwise;
}

void Draft::set(const std::string& path, const Json& value) {
    State next = state_;
    Json* node = &next.document;
    for (const std::string& step : steps(path)) {
        Json* inner = child(node, step);
        if (!inner) {
            if (node->is_string()) *node = Json{{"kind", *node}};
            if (!node->is_object()) *node = Json::object();
            inner = &(*node)[step];
        }
        node = inner;
    }
    if (*node == value && node->type() == value.type()) return;
    *node = value;
    take(std::move(next), path);
}

void Draft::remove(const std::string& path) {
    std::vector<std::string> way = steps(path);
    if (way.empty() || !find(path)) return;
    State next = state_;
    while (!way.empty()) {
        const std::string last = way.back();
        way.pop_back();
        Json* parent = &next.document;
        for (const std::string& step : way)
            parent = child(parent, step);
        if (parent->is_array())
            parent->erase(std::stoul(last));
        else
            parent->erase(last);
        if (way.empty() || !parent->empty() || !isGroup(way)) break;
    }
    take(std::move(next), {});
}

void Draft::take(State next, const std::string& path) {
    if (path.empty() || path != lastPath_) undone_.push_back(state_);
    if (undone_.size() > mostSteps) undone_.erase(undone_.begin());
    redone_.clear();
    lastPath_ = path;
    state_ = std::move(next);
    Q_EMIT changed();
}

void Draft::step(std::vector<State>& from, std::vector<State>& to) {
    if (from.empty()) return;
    to.push_back(std::exchange(state_, std::move(from.back())));
    from.pop_back();
    lastPath_.clear();
    Q_EMIT changed();
}

void Draft::undo() {
    step(undone_, redone_);
}

void Draft::redo() {
    step(redone_, undone_);
}

void Draft::append(const std::string& path, const Json& value) {
    const Json* list = find(path);
    Json longer = list && list->is_array() ? *list : Json::array();
    longer.push_back(value);
    beginStep();
    set(path, longer);
}

void Draft::renameKey(const std::string& parent, const std::string& from, const std::string& to) {
    const Json* found = find(parent);
    if (!found || !found->contains(from) || found->contains(to)) return;
    Json renamed = *found;
    renamed[to] = renamed[from];
    renamed.erase(from);
    State next = state_;
    (parent.empty() ? next.document : next.document[Json::json_pointer("/" + join(steps(parent), "/"))]) = renamed;
    const std::string inside = parent.empty() ? std::string() : parent + ".", old = inside + from;
    next.sweep = Json::object();
    for (const auto& [path, values] : state_.sweep.items())
        next.sweep[isInside(path, old) ? inside + to + path.substr(old.size()) : path] = values;
    take(std::move(next), {});
}

void Draft::beginWith(State state) {
    undone_.clear();
    redone_.clear();
    lastPath_.clear();
    state_ = std::move(state);
    Q_EMIT changed();
}

void Draft::setDocument(const Json& document) {
    take({document, state_.sweep, state_.baselines}, {});
}

void Draft::replace(const Json& document) {
    beginWith({document});
}

void Draft::setSweep(const std::string& path, const std::string& values) {
    if (isSwept(path) && state_.sweep[path] == values) return;
    State next = state_;
    next.sweep[path] = values;
    take(std::move(next), sweepKey + path);
}

void Draft::removeSweep(const std::string& path) {
    if (!isSwept(path)) return;
    State next = state_;
    next.sweep.erase(path);
    take(std::move(next), {});
}

void Draft::setBaselines(bool baselines) {
    if (baselines == state_.baselines) return;
    State next = state_;
    next.baselines = baselines;
    take(std::move(next), {});
}

Json Draft::stored() const {
    Json stored = state_.document;
    if (stored.is_object() && !state_.sweep.empty()) stored[sweepKey] = state_.sweep;
    if (stored.is_object() && state_.baselines) stored[baselinesKey] = true;
    return stored;
}

void Draft::restore(const Json& stored) {
    State state{stored};
    if (state.document.is_object() && state.document.contains(sweepKey)) {
        for (const auto& [path, values] : state.document[sweepKey].items())
            if (values.is_string()) state.sweep[path] = values;
        state.document.erase(sweepKey);
    }
    if (state.document.is_object() && state.document.contains(baselinesKey)) {
        state.baselines = state.document[baselinesKey] == true;
        state.document.erase(baselinesKey);
    }
    beginWith(std::move(state));
}

}  // namespace gaplab::ui

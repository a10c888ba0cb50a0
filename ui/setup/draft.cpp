#include "ui/setup/draft.h"

#include <utility>

#include <QStringList>

namespace gaplab::ui {
namespace {

constexpr size_t mostSteps = 200;

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
    const Json* node = &document_;
    for (const std::string& step : steps(path))
        if (!(node = child(node, step))) return nullptr;
    return node;
}

std::string Draft::text(const std::string& path, const std::string& otherwise) const {
    const Json* found = find(path);
    return found && found->is_string() ? found->get<std::string>() : otherwise;
}

void Draft::set(const std::string& path, const Json& value) {
    Json next = document_;
    Json* node = &next;
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
    Json next = document_;
    while (!way.empty()) {
        const std::string last = way.back();
        way.pop_back();
        Json* parent = &next;
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

void Draft::take(Json next, const std::string& path) {
    if (path.empty() || path != lastPath_) undone_.push_back(document_);
    if (undone_.size() > mostSteps) undone_.erase(undone_.begin());
    redone_.clear();
    lastPath_ = path;
    document_ = std::move(next);
    Q_EMIT changed();
}

void Draft::step(std::vector<Json>& from, std::vector<Json>& to) {
    if (from.empty()) return;
    to.push_back(std::exchange(document_, std::move(from.back())));
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
    beginStep();
    set(parent, renamed);
}

void Draft::replace(const Json& document) {
    undone_.clear();
    redone_.clear();
    lastPath_.clear();
    document_ = document;
    Q_EMIT changed();
}

}  // namespace gaplab::ui

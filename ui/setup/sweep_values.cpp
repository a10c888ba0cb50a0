#include "ui/setup/sweep_values.h"

#include <array>
#include <utility>

#include "ui/forms/form_grid.h"
#include "ui/setup/draft.h"

namespace gaplab::ui {
namespace {

constexpr std::array<std::pair<SweepForm, const char*>, 3> keys{
    {{SweepForm::Range, "range"}, {SweepForm::Linear, "linear"}, {SweepForm::Log, "log"}}};

QString before(const char* key) {
    return QStringLiteral("{\"%1\": [").arg(QLatin1String(key));
}

const QString behind = QStringLiteral("]}");

}  // namespace

QString SweepValues::toText() const {
    for (const auto& [kind, key] : keys)
        if (kind == form) return before(key) + text + behind;
    return text;
}

SweepValues SweepValues::fromText(const QString& text) {
    for (const auto& [kind, key] : keys) {
        const QString start = before(key);
        if (text.startsWith(start) && text.endsWith(behind))
            return {kind, text.mid(start.size(), text.size() - start.size() - behind.size())};
    }
    return {SweepForm::Values, text};
}

std::string sweepText(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string() : value.is_structured() ? "[" + value.dump() + "]" : value.dump();
}

bool isSweepable(const Field& field) {
    return !QStringList{"seeds", "name", "notes", "schema"}.contains(field.path());
}

void beginSweep(Draft& draft, const std::string& path, const Json& value) {
    draft.beginStep();
    draft.setSweep(path, sweepText(value));
    draft.beginStep();  // what is typed next is taken back on its own
}

void toggleSweep(Draft& draft, const Field& field) {
    const std::string path = field.path().toStdString();
    if (draft.isSwept(path)) return draft.removeSweep(path);
    beginSweep(draft, path, field.editor()->value());
}

}  // namespace gaplab::ui

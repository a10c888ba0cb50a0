#pragma once

#include <string>

#include <QObject>

#include "core/base/json.h"

namespace gaplab::ui {

/// The experiment document that Set-up works on. The forms are views of it: they write through set and remove, and read again on
/// `changed`. Paths are dotted, as in problems: "knowledge[1].loss".
class Draft : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const Json& document() const { return document_; }
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
    void replace(const Json& document);

Q_SIGNALS:
    void changed();

private:
    Json document_ = Json::object();
};

/// Whether `path` is `parent` or lies inside it.
bool isInside(const std::string& path, const std::string& parent);

}  // namespace gaplab::ui

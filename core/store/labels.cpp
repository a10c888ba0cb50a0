// What a person puts onto a run: notes, tags, a folder.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/names.h"
#include "core/store/implementation.h"

namespace gaplab {
namespace {

void requireTag(const std::string& tag) {
    if (tag.empty() || tag.find_first_of(" \t\n,") != std::string::npos)
        throw inputError(fmt::format("\"{}\" cannot be a tag", tag),
                         "A tag is one word without commas, such as paper or to-repeat.");
}

int64_t tagId(Connection& connection, const std::string& tag) {
    Query query(connection, "INSERT INTO tag(name) VALUES(?) ON CONFLICT DO UPDATE SET name = tag.name RETURNING id", tag);
    query.next();
    return query.integer(0);
}

std::vector<std::string> partsOf(const std::string& folder) {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= folder.size();) {
        const size_t end = std::min(folder.find('/', begin), folder.size());
        parts.push_back(folder.substr(begin, end - begin));
        if (parts.back().empty())
            throw inputError(fmt::format("\"{}\" cannot be a folder: a name in it is empty", folder),
                             "Folders are written like paper/ablation.");
        begin = end + 1;
    }
    return parts;
}

std::optional<int64_t> childOf(Connection& connection, std::optional<int64_t> parent, const std::string& name) {
    Query query(connection, "SELECT id FROM folder WHERE parent_id IS ? AND name = ? AND deleted_at IS NULL", parent, name);
    return query.next() ? std::optional(query.integer(0)) : std::nullopt;
}

int64_t makeFolder(Connection& connection, const std::string& folder) {
    std::optional<int64_t> place;
    for (const std::string& name : partsOf(folder)) {
        if (const auto there = childOf(connection, place, name)) {
            place = there;
            continue;
        }
        Query query(connection, "INSERT INTO folder(uuid, parent_id, name, created) VALUES(?, ?, ?, ?) RETURNING id", newUuid(),
                    place, name, now());
        query.next();
        place = query.integer(0);
    }
    return *place;
}

void writeNotes(Connection& connection, int64_t run, const std::string& notes) {
    Query(connection, "UPDATE run SET note_md = ? WHERE id = ?", notes, run).run();
    Query(connection, "UPDATE run_fts SET note = ? WHERE rowid = ?", notes, run).run();
}

void writeFolder(Connection& connection, int64_t run, const std::string& folder) {
    const auto place = folder.empty() ? std::nullopt : std::optional(makeFolder(connection, folder));
    Query(connection, "UPDATE run SET folder_id = ? WHERE id = ?", place, run).run();
}

std::set<std::string> tagsOf(Connection& connection, int64_t run) {
    std::set<std::string> tags;
    Query query(connection, "SELECT t.name FROM run_tag rt JOIN tag t ON t.id = rt.tag_id WHERE rt.run_id = ?", run);
    while (query.next())
        tags.insert(query.text(0));
    return tags;
}

void dropUnusedTags(Connection& connection) {
    Query(connection, "DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM run_tag)").run();
}

}  // namespace

void Store::setNotes(int64_t run, const std::string& notes) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        writeNotes(connection, run, notes);
    });
}

void Store::Implementation::writeTags(int64_t run, const std::set<std::string>& tags) {
    Query(*connection, "DELETE FROM run_tag WHERE run_id = ?", run).run();
    for (const std::string& tag : tags)
        Query(*connection, "INSERT INTO run_tag(run_id, tag_id) VALUES(?, ?)", run, tagId(*connection, tag)).run();
    Query(*connection, "UPDATE run_fts SET tags = ? WHERE rowid = ?", join({tags.begin(), tags.end()}, " "), run).run();
}

void Store::setTags(int64_t run, const std::vector<std::string>& tags) {
    const std::set<std::string> wanted(tags.begin(), tags.end());
    std::ranges::for_each(wanted, requireTag);
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        implementation_->writeTags(run, wanted);
        dropUnusedTags(connection);
    });
}

void Store::moveRun(int64_t run, const std::string& folder) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        writeFolder(connection, run, folder);
    });
}

void Store::label(const std::vector<int64_t>& runs, const Labels& labels) {
    std::ranges::for_each(labels.tags, requireTag);
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        for (const int64_t run : runs) {
            implementation_->stateOf(run);
            std::set<std::string> tags = tagsOf(connection, run);
            tags.insert(labels.tags.begin(), labels.tags.end());
            for (const std::string& tag : labels.untags)
                tags.erase(tag);
            implementation_->writeTags(run, tags);
            if (labels.notes) writeNotes(connection, run, *labels.notes);
            if (labels.folder) writeFolder(connection, run, *labels.folder);
        }
        dropUnusedTags(connection);
    });
}

std::map<int64_t, std::string> Store::Implementation::folderPaths() {
    std::map<int64_t, std::string> paths;
    Query query(
        *connection,
        "WITH RECURSIVE place(id, path) AS (SELECT id, name FROM folder WHERE parent_id IS NULL AND deleted_at IS NULL "
        "UNION ALL SELECT f.id, p.path || '/' || f.name FROM folder f JOIN place p ON f.parent_id = p.id WHERE f.deleted_at IS "
        "NULL) SELECT id, path FROM place");
    while (query.next())
        paths[query.integer(0)] = query.text(1);
    return paths;
}

std::vector<std::string> Store::folders() const {
    return implementation_->connection->read([&] {
        std::vector<std::string> paths;
        for (const auto& [id, path] : implementation_->folderPaths())
            paths.push_back(path);
        std::ranges::sort(paths);
        return paths;
    });
}

void Store::removeFolder(const std::string& folder) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        for (const auto& [id, path] : implementation_->folderPaths()) {
            if (path != folder && !path.starts_with(folder + "/")) continue;
            Query(connection, "UPDATE run SET folder_id = NULL WHERE folder_id = ?", id).run();
            Query(connection, "UPDATE folder SET deleted_at = ? WHERE id = ?", now(), id).run();
        }
    });
}

}  // namespace gaplab

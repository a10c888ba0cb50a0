// What a person has given a name to: views of a page, and sets of runs to compare.

#include "core/store/implementation.h"

namespace gaplab {

std::vector<Store::View> Store::views(const std::string& page) const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<View> views;
        Query query(connection, "SELECT name, json FROM view WHERE page = ? ORDER BY name", page);
        while (query.next())
            views.push_back({query.text(0), query.json(1)});
        return views;
    });
}

void Store::saveView(const std::string& page, const View& view) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        Query(connection,
              "INSERT INTO view(page, name, json) VALUES(?, ?, ?) ON CONFLICT(page, name) DO UPDATE SET json = excluded.json",
              page, view.name, storedText(view.layout))
            .run();
    });
}

void Store::removeView(const std::string& page, const std::string& name) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat,
                     [&] { Query(connection, "DELETE FROM view WHERE page = ? AND name = ?", page, name).run(); });
}

std::vector<Store::CompareSet> Store::compareSets() const {
    Connection& connection = *implementation_->connection;
    return connection.read([&] {
        std::vector<CompareSet> sets;
        Query query(connection,
                    "SELECT c.name, c.json, coalesce(t.config_hash, '') FROM compare_set c LEFT JOIN trial t ON t.id = "
                    "c.baseline_trial ORDER BY c.name");
        while (query.next()) {
            CompareSet set{query.text(0), {}, query.text(2)};
            const Json stored = query.json(1);
            if (const auto runs = stored.is_object() ? stored.find("runs") : stored.end();
                runs != stored.end() && runs->is_array())
                for (const Json& uuid : *runs)
                    if (uuid.is_string()) set.runs.push_back(uuid.get<std::string>());
            sets.push_back(std::move(set));
        }
        return sets;
    });
}

void Store::saveCompareSet(const CompareSet& set) {
    if (set.name.empty()) throw inputError("A set of runs needs a name", "Give it one under which you will find it again.");
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        Query trial(connection, "SELECT id FROM trial WHERE config_hash = ?", set.baseline);
        const auto baseline = trial.next() ? std::optional(trial.integer(0)) : std::nullopt;
        if (!baseline && !set.baseline.empty())
            throw inputError("The trial that the set \"" + set.name + "\" compares with is not in the store");
        Query(connection,
              "INSERT INTO compare_set(name, baseline_trial, json) VALUES(?, ?, ?) ON CONFLICT(name) DO UPDATE SET "
              "baseline_trial = excluded.baseline_trial, json = excluded.json",
              set.name, baseline, storedText({{"runs", set.runs}}))
            .run();
    });
}

void Store::removeCompareSet(const std::string& name) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] { Query(connection, "DELETE FROM compare_set WHERE name = ?", name).run(); });
}

}  // namespace gaplab

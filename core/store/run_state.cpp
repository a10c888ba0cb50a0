#include <fmt/format.h>

#include "core/base/log.h"
#include "core/store/implementation.h"

namespace gaplab {
namespace {

struct Holder {
    ProcessMark process;
    double leaseUntil = 0;
};

Holder holderOf(Query& query, int firstColumn) {
    return {{query.isNull(firstColumn) ? 0 : query.integer(firstColumn), query.text(firstColumn + 1)},
            query.realOrZero(firstColumn + 2)};
}

/// A process that can be seen from here is judged by itself; any other by its lease.
bool isGone(const Holder& holder) {
    if (holder.process.pid == 0) return holder.leaseUntil <= now();
    switch (lifeOf(holder.process)) {
        case Life::Alive: return false;
        case Life::Dead: return true;
        case Life::Unknown: break;
    }
    return holder.leaseUntil <= now();
}

std::map<int64_t, Holder> liveRuns(Connection& connection) {
    std::map<int64_t, Holder> runs;
    Query query(connection,
                "SELECT id, worker_pid, worker_boot, lease_until FROM run "
                "WHERE state IN ('queued','preparing','running','paused') ORDER BY id");
    while (query.next())
        runs[query.integer(0)] = holderOf(query, 1);
    return runs;
}

/// Where resume would go on from: the place of the event "lost", which a rewind to that checkpoint then keeps.
RunEvent lostEvent(Connection& connection, int64_t run, const std::string& reason) {
    RunEvent event{.wall = now(), .level = "error", .kind = "lost", .text = reason, .details = {}};
    Query query(connection, "SELECT step, epoch FROM checkpoint WHERE run_id = ? AND kind = 'last'", run);
    if (query.next()) {
        event.step = query.integer(0);
        event.epoch = query.real(1);
    }
    return event;
}

}  // namespace

RunState Store::Implementation::stateOf(int64_t run) {
    Query query(*connection, "SELECT state FROM run WHERE id = ?", run);
    if (!query.next()) throw unknownRun(std::to_string(run), path);
    return runStateFromText(query.text(0));
}

void Store::Implementation::changeState(int64_t run, RunState state, const std::string& reason) {
    const RunState before = stateOf(run);
    if (!canFollow(before, state))
        throw std::logic_error(fmt::format("run {} cannot go from {} to {}", run, toText(before), toText(state)));
    const std::string name = toText(state);
    if (state == RunState::Queued) {
        const ProcessMark process = thisProcess();
        Query(*connection,
              "UPDATE run SET state = ?, exit_text = ?, finished = NULL, worker_pid = ?, worker_boot = ?, lease_until = NULL "
              "WHERE id = ?",
              name, reason, process.pid, process.origin, run)
            .run();
    } else if (isLive(state)) {
        Query(*connection, "UPDATE run SET state = ?, exit_text = ?, started = coalesce(started, ?) WHERE id = ?", name, reason,
              now(), run)
            .run();
    } else {
        Query(*connection,
              "UPDATE run SET state = ?, exit_text = ?, finished = ?, worker_pid = NULL, worker_boot = NULL, lease_until = NULL "
              "WHERE id = ?",
              name, reason, now(), run)
            .run();
    }
}

void Store::setState(int64_t run, RunState state, const std::string& reason) {
    implementation_->connection->write(Durability::Sure, [&] { implementation_->changeState(run, state, reason); });
}

void Store::holdLease(int64_t run, double seconds) {
    Connection& connection = *implementation_->connection;
    const ProcessMark self = thisProcess();
    connection.write(Durability::Beat, [&] {
        implementation_->stateOf(run);
        Query query(connection, "SELECT worker_pid, worker_boot, lease_until FROM run WHERE id = ?", run);
        query.next();
        const Holder holder = holderOf(query, 0);
        if (holder.process != self && !isGone(holder))
            throw inputError(fmt::format("Run {} is being worked on by another process ({})", run, holder.process.pid),
                             "Wait until it is done, or stop it first.");
        Query(connection, "UPDATE run SET heartbeat = ?, lease_until = ?, worker_pid = ?, worker_boot = ? WHERE id = ?", now(),
              now() + seconds, self.pid, self.origin, run)
            .run();
    });
}

std::vector<int64_t> Store::markLostRuns() {
    Connection& connection = *implementation_->connection;
    const auto anyGone = [](const std::map<int64_t, Holder>& runs) {
        return std::ranges::any_of(runs, [](const auto& entry) { return isGone(entry.second); });
    };
    // most of the time there is none: then the writers are not disturbed
    if (!anyGone(connection.read([&] { return liveRuns(connection); }))) return {};
    return connection.write(Durability::Sure, [&] {
        std::vector<int64_t> lost;
        for (const auto& [run, holder] : liveRuns(connection)) {
            if (!isGone(holder)) continue;
            const std::string reason =
                "Its process ended without saying so (killed, or the machine went down). What it stored is kept; resume goes "
                "on from the last checkpoint.";
            implementation_->addEvent(run, lostEvent(connection, run, reason));
            implementation_->changeState(run, RunState::Lost, reason);
            lost.push_back(run);
        }
        return lost;
    });
}

void Store::setEnvironment(int64_t run, const Json& environment) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Beat, [&] {
        implementation_->stateOf(run);
        Query(connection, "UPDATE run SET env_json = ? WHERE id = ?", storedText(environment), run).run();
    });
}

void Store::renameRun(int64_t run, const std::string& name) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        Query(connection, "UPDATE run SET name = ? WHERE id = ?", name, run).run();
        Query(connection, "UPDATE run_fts SET name = ? WHERE rowid = ?", name, run).run();
    });
}

void Store::deleteRun(int64_t run) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        if (isLive(implementation_->stateOf(run)))
            throw inputError(fmt::format("Run {} is still going on and cannot be deleted", run), "Stop it first.");
        Query(connection, "UPDATE run SET deleted_at = coalesce(deleted_at, ?) WHERE id = ?", now(), run).run();
    });
}

void Store::restoreRun(int64_t run) {
    Connection& connection = *implementation_->connection;
    connection.write(Durability::Sure, [&] {
        implementation_->stateOf(run);
        Query(connection, "UPDATE run SET deleted_at = NULL WHERE id = ?", run).run();
    });
}

}  // namespace gaplab

#include "core/base/log_lines.h"

#include <deque>
#include <mutex>

#include <spdlog/sinks/base_sink.h>

#include "core/base/kept_lines.h"

namespace gaplab {
namespace {

/// Keeps the latest lines in memory.
class KeptLines : public spdlog::sinks::base_sink<std::mutex> {
public:
    std::vector<LogLine> after(uint64_t number) {
        const std::lock_guard lock(mutex_);
        std::vector<LogLine> later;
        for (const LogLine& line : lines_)
            if (line.number > number) later.push_back(line);
        return later;
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const double wall = std::chrono::duration<double>(message.time.time_since_epoch()).count();
        lines_.push_back({++count_, wall, levelText(message.level), {message.payload.begin(), message.payload.end()}});
        if (lines_.size() > mostLogLines) lines_.pop_front();
    }
    void flush_() override {}

private:
    static std::string levelText(spdlog::level::level_enum level) {
        switch (level) {
            case spdlog::level::critical:
            case spdlog::level::err: return "error";
            case spdlog::level::warn: return "warning";
            case spdlog::level::info: return "info";
            default: return "debug";
        }
    }

    std::deque<LogLine> lines_;
    uint64_t count_ = 0;
};

const std::shared_ptr<KeptLines>& keptLines() {
    static const auto sink = std::make_shared<KeptLines>();
    return sink;
}

}  // namespace

spdlog::sink_ptr keptLinesSink() {
    return keptLines();
}

std::vector<LogLine> logLines(uint64_t after) {
    return keptLines()->after(after);
}

}  // namespace gaplab

#include "core/base/log.h"

#include <chrono>
#include <cstdlib>

#include <fmt/chrono.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include "core/base/kept_lines.h"

namespace gaplab {

void startLog() {
    auto logger = spdlog::get("gaplab");
    if (!logger) {
        logger = spdlog::stderr_color_mt("gaplab");
        logger->sinks().push_back(keptLinesSink());
    }
    const auto& terminal = logger->sinks().front();
    terminal->set_pattern("%H:%M:%S %^%l%$ %v");
    const char* level = std::getenv("GAPLAB_LOG");
    terminal->set_level(level ? spdlog::level::from_str(level) : spdlog::level::warn);
    // Lines that are kept, but not written to the terminal, can be read in the window.
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(logger);
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string formatTime(double secondsSinceEpoch) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(static_cast<std::time_t>(secondsSinceEpoch)));
}

}  // namespace gaplab

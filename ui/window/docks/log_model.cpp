#include "ui/window/docks/log_model.h"

#include <algorithm>
#include <array>

#include "ui/models/format.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

constexpr std::array<const char*, 4> levels = {"debug", "info", "warning", "error"};

auto rank(const std::string& level) {
    return std::ranges::find(levels, level) - levels.begin();
}

QString levelName(const std::string& level) {
    switch (rank(level)) {
        case 0: return LogModel::tr("detail");
        case 1: return LogModel::tr("info");
        case 2: return LogModel::tr("warning");
        default: return LogModel::tr("error");
    }
}

}  // namespace

void LogModel::setLevel(const std::string& level) {
    level_ = level;
    fill();
}

void LogModel::update() {
    std::vector<LogLine> later = logLines(all_.empty() ? 0 : all_.back().number);
    if (later.empty()) return;
    const auto count = std::ranges::count_if(later, [this](const LogLine& line) { return isShown(line); });
    if (count > 0) beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(count) - 1);
    for (LogLine& line : later) {
        if (isShown(line)) shown_.push_back(line);
        all_.push_back(std::move(line));
    }
    if (count > 0) endInsertRows();
    if (all_.size() <= mostLogLines) return;
    all_.erase(all_.begin(), all_.end() - mostLogLines);
    fill();
}

bool LogModel::isShown(const LogLine& line) const {
    return rank(line.level) >= rank(level_);
}

void LogModel::fill() {
    beginResetModel();
    shown_.clear();
    std::ranges::copy_if(all_, std::back_inserter(shown_), [this](const LogLine& line) { return isShown(line); });
    endResetModel();
}

QString LogModel::text(int row) const {
    const LogLine& line = shown_[static_cast<size_t>(row)];
    return QStringLiteral("%1  %2  %3").arg(timeText(line.wall), levelName(line.level), QString::fromStdString(line.text));
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return text(index.row());
    const std::string& level = shown_[static_cast<size_t>(index.row())].level;
    if (role == Qt::DecorationRole) return icon(level == "debug" ? QStringLiteral("info") : QString::fromStdString(level));
    return {};
}

}  // namespace gaplab::ui

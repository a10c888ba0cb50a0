#include "ui/setup/sweep_model.h"

#include "ui/forms/labels.h"
#include "ui/forms/simple_editors.h"
#include "ui/models/format.h"
#include "ui/setup/experiment_form.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

QString problemsOf(const PlannedMember& member) {
    QStringList lines;
    for (const Problem& problem : member.reviewed.problems)
        lines << (problem.path.empty() ? QString() : QString::fromStdString(problem.path) + QStringLiteral(": ")) +
                     sentenceOf(problem);
    return lines.join('\n');
}

QString seedsOf(const Json& document) {
    QStringList seeds;
    for (const Json& seed : document.is_object() ? document.value("seeds", Json::array({0})) : Json::array())
        seeds << QString::fromStdString(seed.dump());
    return seeds.join(QStringLiteral(", "));
}

}  // namespace

void SweepModel::setPlan(SweepPlan plan) {
    beginResetModel();
    plan_ = std::move(plan);
    paths_.clear();
    if (!plan_.members.empty())
        for (const auto& [path, value] : plan_.members.front().reviewed.member.values)
            paths_ << QString::fromStdString(path);
    endResetModel();
}

int SweepModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(plan_.members.size());
}

int SweepModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(paths_.size()) + 5;
}

SweepModel::Kind SweepModel::kindOf(int column) const {
    if (column == 0) return Kind::Number;
    const int behind = column - 1 - static_cast<int>(paths_.size());
    return behind < 0 ? Kind::Value : static_cast<Kind>(static_cast<int>(Kind::Seeds) + behind);
}

QString SweepModel::textOf(const PlannedMember& member, int row, int column) const {
    switch (kindOf(column)) {
        case Kind::Number: return QLocale().toString(row + 1);
        case Kind::Value: return plainText(member.reviewed.member.values[static_cast<size_t>(column - 1)].second);
        case Kind::Seeds: return seedsOf(member.reviewed.member.document);
        case Kind::Time: return member.cost.seconds ? durationText(*member.cost.seconds) : tr("not known");
        case Kind::Disk: return member.cost.bytes ? bytesText(*member.cost.bytes) : QString();
        case Kind::Problem: break;
    }
    return problemsOf(member);
}

QVariant SweepModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const PlannedMember& member = plan_.members[static_cast<size_t>(index.row())];
    const Kind kind = kindOf(index.column());
    const bool faulty = !member.reviewed.problems.empty();
    switch (role) {
        case Qt::DisplayRole:
            if (faulty && (kind == Kind::Time || kind == Kind::Disk)) return {};
            return textOf(member, index.row(), index.column());
        case Qt::ToolTipRole: return kind == Kind::Problem ? problemsOf(member) : QVariant();
        case Qt::DecorationRole: return faulty && kind == Kind::Problem ? icon("error") : QVariant();
        case Qt::TextAlignmentRole: {
            const bool words = kind == Kind::Problem || kind == Kind::Seeds;
            return QVariant::fromValue((words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        }
        default: return {};
    }
}

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (kindOf(section)) {
        case Kind::Number: return tr("No.");
        case Kind::Value: return paths_[section - 1];
        case Kind::Seeds: return tr("Seeds");
        case Kind::Time: return tr("Time");
        case Kind::Disk: return tr("Disk");
        case Kind::Problem: break;
    }
    return tr("Problem");
}

}  // namespace gaplab::ui

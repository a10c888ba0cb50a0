#include "ui/models/trial_table_model.h"

#include <cmath>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

/// In per cent or points.
QString spread(const Summary& summary) {
    return spreadText(summary, 2, 100);
}

QString signedPoints(double fraction) {
    return signedText(100 * fraction, 2);
}

QString deltaText(const Comparison& delta) {
    if (delta.n == 0) return {};
    if (!delta.interval) return signedPoints(delta.difference);
    return TrialTableModel::tr("%1 [%2, %3]")
        .arg(signedPoints(delta.difference), signedPoints(delta.interval->low), signedPoints(delta.interval->high));
}

QString verdictOf(const Comparison& delta) {
    QStringList parts = {verdictText(delta.verdict)};
    if (delta.verdict == Verdict::CannotTell && delta.detectable)
        parts += TrialTableModel::tr("%1 points would be seen").arg(numberText(100 * *delta.detectable, 2));
    if (delta.belowMargin) parts += TrialTableModel::tr("below the practical margin");
    if (!delta.note.empty()) parts += QString::fromStdString(delta.note);
    return parts.join(QStringLiteral("; "));
}

/// What stands behind a verdict, a line each.
QString evidenceText(const Comparison& delta) {
    QStringList lines;
    if (delta.looks > 1)
        lines +=
            TrialTableModel::tr("Interval at %1 %, for one of %2 looks").arg(numberText(100 * delta.level, 2)).arg(delta.looks);
    else if (delta.interval)
        lines += TrialTableModel::tr("Interval at %1 %").arg(numberText(100 * delta.level, 2));
    if (delta.pValue) lines += TrialTableModel::tr("p = %1, two-sided t test").arg(numberText(*delta.pValue, 4));
    if (delta.signFlip)
        lines += TrialTableModel::tr("p = %1, signs of %n pair(s) flipped; decides nothing", "", static_cast<int>(delta.n))
                     .arg(numberText(delta.signFlip->pValue, 4));
    if (delta.detectable)
        lines += TrialTableModel::tr("A difference of %1 points would be found four times in five")
                     .arg(numberText(100 * *delta.detectable, 2));
    return lines.join(QLatin1Char('\n'));
}

/// What the answers of two single networks say, which is nothing of other seeds.
QString answersText(const PairedAnswers& answers) {
    return TrialTableModel::tr("these two networks alone: %1 [%2, %3], p %4 (McNemar, %n test image(s))", "",
                               static_cast<int>(answers.n))
        .arg(signedPoints(answers.difference), signedPoints(answers.interval.low), signedPoints(answers.interval.high),
             numberText(answers.pValue, 3));
}

QString inBandText(const TrialFigures& trial) {
    double sum = 0;
    int count = 0;
    for (const RunFigures& run : trial.runs)
        if (run.inBand) {
            sum += *run.inBand;
            ++count;
        }
    return count > 0 ? numberText(100 * sum / count, 0) : QString();
}

QString timeOf(const TrialFigures& trial) {
    double seconds = 0;
    for (const RunFigures& run : trial.runs)
        seconds += run.seconds;
    return trial.runs.empty() ? QString() : durationText(seconds);
}

QString inOneLine(const std::vector<std::string>& sentences) {
    QStringList list;
    for (const std::string& sentence : sentences)
        list += QString::fromStdString(sentence);
    return list.join(QStringLiteral("; "));
}

}  // namespace

void TrialTableModel::setTrials(std::vector<TrialFigures> trials, double level) {
    beginResetModel();
    trials_ = std::move(trials);
    level_ = level;
    endResetModel();
}

int TrialTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(trials_.size());
}

int TrialTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString TrialTableModel::text(const TrialFigures& trial, Column column) const {
    switch (column) {
        case Trial:
            return trial.delta ? QString::fromStdString(trial.label) : tr("★ %1").arg(QString::fromStdString(trial.label));
        case Seeds: return QString::number(trial.runs.size());
        case BestValidation: return spread(trial.bestValidation);
        case TestAtBest: return spread(trial.testAtBest);
        case Last: return spread(trial.last);
        case TestAtLast: return spread(trial.testAtLast);
        case Delta: return trial.delta ? deltaText(*trial.delta) : tr("baseline");
        case TrialVerdict:
            if (!trial.delta) return {};
            return trial.answers ? verdictOf(*trial.delta) + QStringLiteral("; ") + answersText(*trial.answers)
                                 : verdictOf(*trial.delta);
        case GapLast: return spread(trial.gapLast);
        case InBand: return inBandText(trial);
        case Time: return timeOf(trial);
        case Notes: return inOneLine(trial.warnings);
        case ColumnCount: break;
    }
    return {};
}

QVariant TrialTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const TrialFigures& trial = trialAt(index.row());
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole) return text(trial, column);
    if (role == Qt::TextAlignmentRole) {
        const bool words = column == Trial || column == TrialVerdict || column == Notes;
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight)));
    }
    if (role == Qt::ToolTipRole && column == Seeds) {
        QStringList seeds;
        for (const uint64_t seed : trial.seeds)
            seeds += QString::number(seed);
        return tr("Seeds %1").arg(seeds.join(QStringLiteral(", ")));
    }
    if (role == Qt::ToolTipRole && column == TrialVerdict && trial.delta && trial.delta->interval)
        return evidenceText(*trial.delta);
    return role == Qt::ToolTipRole ? QVariant(text(trial, column)) : QVariant();
}

QVariant TrialTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount || role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
        case Trial: return tr("Trial");
        case Seeds: return tr("n");
        case TestAtBest: return tr("Test at best\nvalidation (%)");
        case Delta: return tr("Difference (points)\n[%1 % interval]").arg(numberText(100 * level_, 0));
        case TrialVerdict: return tr("Verdict");
        case BestValidation: return tr("Best\nvalidation (%)");
        case Last: return tr("Last\nvalidation (%)");
        case TestAtLast: return tr("Test at\nlast (%)");
        case GapLast: return tr("Last gap\n(points)");
        case InBand: return tr("In band\n(%)");
        case Time: return tr("Time");
        case Notes: return tr("Notes");
        case ColumnCount: break;
    }
    return {};
}

}  // namespace gaplab::ui

#pragma once

#include <map>
#include <optional>

#include <QObject>
#include <QPointF>
#include <QTimer>
#include <QVector>

#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// What makes two experiments comparable in their gap: the student, the teacher it is the difference to, and the data; and which
/// images' gap is meant.
struct GapPair {
    std::string student, teacher, data;
    std::string measure = "accuracy";

    /// Of an experiment, or of a stage. Empty names where the document does not tell them.
    static GapPair of(const Json& experiment);
    /// False as long as a name is missing.
    bool isTold() const { return !student.empty() && !teacher.empty(); }
    bool operator==(const GapPair&) const = default;
};

/// The name of the teacher whose gap is meant: the one of `gap.between`, else the one the program takes.
std::string gapTeacherOf(const Json& experiment);
std::string gapTeacherKind(const Json& experiment);

/// Validation gaps of earlier runs of a pair, in points over epochs.
struct PastGaps {
    std::vector<QVector<QPointF>> curves;        ///< newest first
    QVector<QPointF> low, middle, high;          ///< 10 %, 50 %, 90 % of the runs, where they are too many to tell apart
    std::optional<double> reached;               ///< the largest gap in the second half of a finished run without a controller
    std::map<std::string, double> disagreement;  ///< "train", "validation": share of images only one of the two gets right
};

constexpr size_t mostPastRuns = 20, mostCurves = 5;

/// Reads the newest runs of the pair that have measured this gap. Throws Error as the store does.
PastGaps readPastGaps(const Store& store, const GapPair& pair);

/// Follows a pair through the store, on the reader's thread.
class GapHistory : public QObject {
    Q_OBJECT
public:
    explicit GapHistory(StoreReader& reader, QObject* parent = nullptr);
    void follow(const GapPair& pair);
    const GapPair& pair() const { return pair_; }
    /// Null until the store has answered.
    const PastGaps* gaps() const { return gaps_ ? &*gaps_ : nullptr; }
    /// What nobody sees is not read again and again while a run writes.
    void setSeen(bool seen);

Q_SIGNALS:
    void changed();

private:
    void ask();
    void lookLater();

    StoreReader& reader_;
    QTimer later_;
    bool seen_ = false, isStale_ = false;
    GapPair pair_;
    std::optional<PastGaps> gaps_;
};

}  // namespace gaplab::ui

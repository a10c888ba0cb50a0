#pragma once

#include <deque>
#include <optional>

#include <QObject>

#include "core/run/add_seeds.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// What a study of added seeds compares.
struct SeedStudy {
    std::vector<std::string> trials;  ///< the baseline first
    SeedPlan plan;
    double level = 0.95;
    double margin = 0.003;  ///< a fraction
};

/// Queues seeds of several trials and looks at their comparison, until it is decided or the cap is reached. One trial after the
/// other, so that a stage that both need is trained once. Ends where one of its runs does not finish.
class SeedAdder : public QObject {
    Q_OBJECT
public:
    explicit SeedAdder(Session& session, QObject* parent = nullptr);

    bool isBusy() const { return study_.has_value(); }
    /// Not while it is busy.
    void start(SeedStudy study);

Q_SIGNALS:
    /// What it does and what came of it, for the message bar; at the end it is no longer busy.
    void message(const QString& level, const QString& text);
    /// Runs that it made have finished.
    void added(const std::vector<int64_t>& runs);

private:
    /// What a comparison said.
    struct Look {
        SeedStep step;
        QString verdicts;
        std::optional<Error> error;  ///< no seed can decide
    };

    void look();
    void takeLook(Look look);
    void submitNext();
    void watchRuns();
    void takeRuns(const std::vector<RunRow>& rows);
    void end(const QString& level, const QString& text);

    Session& session_;
    std::optional<SeedStudy> study_;
    int64_t looks_ = 0;
    std::deque<MissingSeeds> missing_;
    qint64 submission_ = 0;      ///< whose runs are being prepared; 0: none
    std::vector<int64_t> runs_;  ///< that are waited for
};

}  // namespace gaplab::ui

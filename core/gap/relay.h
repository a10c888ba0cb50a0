#pragma once

#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// Finds out how the gap answers to a drive before a controller takes over. First the drive is held high, then low, a few acts
/// each: the difference gives direction and authority, or that there is none beyond the scatter. Then a relay swings it between
/// the two whenever the gap crosses the middle: amplitude and period of that swing give starting gains (Astrom and Hagglund 1984;
/// constants of Tyreus and Luyben 1992).
class RelayTest {
public:
    struct Options {
        double low = 0, high = 1;  ///< drives
        int holdActs = 3;          ///< of each level; the first act of a level is transient and not counted
        int relayActs = 8;         ///< at most
    };
    struct Result {
        bool found = false;  ///< false: the difference is within twice its standard error
        double direction = 1;
        double authority = 0;  ///< points of gap for a unit of drive
        double kp = 0, ki = 0;
        double difference = 0, error = 0;  ///< points between the two levels, and its standard error
    };

    explicit RelayTest(Options options) : options_(options) {}

    bool done() const { return done_; }
    /// The drive to apply until the next act.
    double drive() const { return high_ ? options_.high : options_.low; }
    /// The gap (points) measured since the last act, which lasted so many epochs.
    void feed(double gap, double elapsed);
    const Result& result() const { return result_; }

    Json state() const;
    void restore(const Json& state);

private:
    void judgeLevels();
    void judgeSwing();

    Options options_;
    bool high_ = true, done_ = false;
    double middle_ = 0, epochs_ = 0;
    std::vector<double> levels_;                 ///< gaps while holding, high first
    std::vector<double> swing_, switches_ = {};  ///< gaps of the relay phase; epochs at which it switched
    Result result_;
};

}  // namespace gaplab

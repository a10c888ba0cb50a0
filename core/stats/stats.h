#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gaplab {

struct Interval {
    double low = 0, high = 0;
};

/// Of a sample: mean, sample standard deviation (n - 1; NaN below two values) and count.
struct Summary {
    double mean = 0, sd = 0;
    int64_t n = 0;
};
Summary summarise(const std::vector<double>& values);

/// Student's t interval of the mean; nothing below two values.
std::optional<Interval> meanInterval(const std::vector<double>& values, double level);

enum class Verdict { Better, Worse, Equal, CannotTell };
/// "better", "worse", "equal", "cannot tell"
std::string toText(Verdict verdict);

/// The difference of two trials.
struct Comparison {
    double difference = 0;                  ///< mean(b) - mean(a)
    std::optional<Interval> interval = {};  ///< nothing below two values a side (or two pairs)
    int64_t n = 0;                          ///< pairs, or the smaller side
    bool paired = false;
    std::optional<double> pValue = {};  ///< two-sided t test
    Verdict verdict = Verdict::CannotTell;
    bool belowMargin = false;  ///< |difference| < margin
    std::string note = {};     ///< "for this seed only", "seeds differ: not paired", ...
};

/// b against a. Pairs by seed where at least two seeds are on both sides, else Welch. Verdict: better where the interval lies
/// above 0, worse below 0, equal where it lies inside +-margin, else cannot tell. `level` is already corrected for the number of
/// comparisons.
Comparison compare(const std::vector<std::pair<uint64_t, double>>& a, const std::vector<std::pair<uint64_t, double>>& b,
                   double level, double margin);

/// Right answers of two networks on the same images.
struct PairedAnswers {
    int64_t onlyFirst = 0, onlySecond = 0;  ///< images that only one of them got right
    int64_t n = 0;                          ///< images
    double difference = 0;                  ///< accuracy of the second minus that of the first
    double pValue = 1;                      ///< exact, two-sided: McNemar's test
    Interval interval;                      ///< of the difference
};
/// Throws std::invalid_argument where the counts do not add up.
PairedAnswers mcnemar(int64_t onlyFirst, int64_t onlySecond, int64_t n, double level);

/// Applies Holm's step-down correction over several comparisons: recomputes each one's interval and verdict at its own level.
std::vector<Comparison> compareAll(const std::vector<std::pair<uint64_t, double>>& baseline,
                                   const std::vector<std::vector<std::pair<uint64_t, double>>>& others, double level,
                                   double margin);

}  // namespace gaplab

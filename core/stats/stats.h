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

/// How seldom signs by chance make a mean as far from 0 as the one that was seen.
struct SignFlip {
    double pValue = 1;  ///< two-sided; of n pairs never below 2 / 2^n, so below six pairs never below 0.05 either
    double error = 0;   ///< standard error of a p value from drawn signs; 0: every pattern of signs was counted
};
/// The permutation test of paired differences (R. A. Fisher, The Design of Experiments, 1935, section 21): exact up to 20 pairs,
/// beyond that from 100,000 seeded draws, counted after B. Phipson and G. K. Smyth (2010). Throws std::invalid_argument for none.
SignFlip signFlip(const std::vector<double>& differences);

/// The smallest true difference that a two-sided t test at `level` finds with probability `power`, by the non-central t
/// distribution. `error`: standard error of the difference, greater than 0; the result has its unit. Throws
/// std::invalid_argument for a level or power outside 0 to 1.
double detectableDifference(double error, double freedom, double level, double power = 0.8);

/// The level of each of at most `looks` looks at growing data that together err as seldom as one at `level` (Bonferroni): the
/// share of errors is divided by their number. Throws std::invalid_argument below one look.
double levelOfLook(double level, int64_t looks);

/// The difference of two trials.
struct Comparison {
    double difference = 0;                  ///< mean(b) - mean(a)
    std::optional<Interval> interval = {};  ///< nothing below two values a side (or two pairs)
    double level = 0.95;                    ///< of the interval: corrected for other comparisons and further looks
    int64_t looks = 1;                      ///< how many looks the level allows for
    int64_t n = 0;                          ///< pairs, or the smaller side
    bool paired = false;
    std::optional<double> pValue = {};      ///< two-sided t test
    std::optional<SignFlip> signFlip = {};  ///< of the pairs; shown beside the interval, which alone decides
    std::optional<double> detectable = {};  ///< the smallest true difference found with 80 % power, from the spread seen
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
/// `looks`: how often at most the growing data are looked at; each look is at levelOfLook.
std::vector<Comparison> compareAll(const std::vector<std::pair<uint64_t, double>>& baseline,
                                   const std::vector<std::vector<std::pair<uint64_t, double>>>& others, double level,
                                   double margin, int64_t looks = 1);

}  // namespace gaplab

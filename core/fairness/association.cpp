#include "core/fairness/association.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "core/base/error.h"
#include "core/fairness/resampling.h"
#include "core/stats/holm.h"

namespace gaplab::fairness {
namespace {

/// A table without empty classes and groups, cell by cell, with its margins.
struct Margins {
    std::vector<int64_t> rows, columns;
    int64_t total = 0;

    explicit Margins(const Contingency& table) : rows(table.size()), columns(table.front().size()) {
        for (size_t r = 0; r < rows.size(); ++r)
            for (size_t c = 0; c < columns.size(); ++c) {
                rows[r] += table[r][c];
                columns[c] += table[r][c];
                total += table[r][c];
            }
    }
    double expected(size_t r, size_t c) const {
        return static_cast<double>(rows[r]) * static_cast<double>(columns[c]) / static_cast<double>(total);
    }
    double filledRows() const { return filled(rows); }
    double filledColumns() const { return filled(columns); }

private:
    static double filled(const std::vector<int64_t>& sums) {
        return static_cast<double>(std::ranges::count_if(sums, [](int64_t sum) { return sum > 0; }));
    }
};

void checkTable(const Contingency& table) {
    if (table.empty() || table.front().empty()) throw inputError("A table of classes and groups needs at least one of each.");
    for (const auto& row : table) {
        if (row.size() != table.front().size()) throw inputError("Every class of a table has a count for each group.");
        if (std::ranges::any_of(row, [](int64_t count) { return count < 0; }))
            throw inputError("A count of images is not negative.");
    }
    if (Margins(table).total > std::numeric_limits<int32_t>::max()) throw inputError("A table tells of at most 2^31 - 1 images.");
}

/// Pearson's.
double chiSquareOf(const Contingency& table, const Margins& margins) {
    double sum = 0;
    for (size_t r = 0; r < table.size(); ++r)
        for (size_t c = 0; c < table[r].size(); ++c)
            if (const double expected = margins.expected(r, c); expected > 0)
                sum += std::pow(static_cast<double>(table[r][c]) - expected, 2) / expected;
    return sum;
}

/// V squared, bias corrected: below 0 where there is less association than chance alone gives. Nothing for one row or column.
double squaredV(const Contingency& table) {
    const Margins margins(table);
    const double n = static_cast<double>(margins.total), rows = margins.filledRows(), columns = margins.filledColumns();
    if (n < 2 || rows < 2 || columns < 2) return std::numeric_limits<double>::quiet_NaN();
    const double phi = chiSquareOf(table, margins) / n - (rows - 1) * (columns - 1) / (n - 1);
    const double freeRows = rows - (rows - 1) * (rows - 1) / (n - 1),
                 freeColumns = columns - (columns - 1) * (columns - 1) / (n - 1);
    const double most = std::min(freeRows, freeColumns) - 1;
    return most > 0 ? phi / most : std::numeric_limits<double>::quiet_NaN();
}

/// The images one by one, as (class, group), in order of class.
struct Images {
    std::vector<uint32_t> rows, columns;

    explicit Images(const Contingency& table) {
        for (size_t r = 0; r < table.size(); ++r)
            for (size_t c = 0; c < table[r].size(); ++c) {
                rows.insert(rows.end(), static_cast<size_t>(table[r][c]), static_cast<uint32_t>(r));
                columns.insert(columns.end(), static_cast<size_t>(table[r][c]), static_cast<uint32_t>(c));
            }
    }
};

Contingency emptyLike(const Contingency& table) {
    return Contingency(table.size(), std::vector<int64_t>(table.front().size()));
}

std::optional<Interval> intervalOfV(const Contingency& table, const AuditOptions& options) {
    const Images images(table);
    std::vector<double> draws;
    for (int draw = 0; draw < options.draws; ++draw) {
        Random random(deriveSeed(options.seed, "bootstrap of a table", static_cast<uint64_t>(draw)));
        Contingency drawn = emptyLike(table);
        drawWithReplacement(images.rows.size(), random, [&](size_t i) { ++drawn[images.rows[i]][images.columns[i]]; });
        draws.push_back(squaredV(drawn));
    }
    const std::optional<Interval> squared = biasCorrected(squaredV(table), std::move(draws), options.level, {0, 1}).interval;
    if (!squared) return std::nullopt;
    return Interval{std::sqrt(squared->low), std::sqrt(squared->high)};
}

/// Groups are shuffled among the images; the margins stay. Counted after B. Phipson and G. K. Smyth (2010).
double permutationPValue(const Contingency& table, const Margins& margins, double seen, const AuditOptions& options) {
    Images images(table);
    Random random(deriveSeed(options.seed, "shuffled groups"));
    int asLarge = 1;
    for (int shuffle = 0; shuffle < options.draws; ++shuffle) {
        for (size_t left = images.columns.size(); left > 1; --left)
            std::swap(images.columns[left - 1], images.columns[static_cast<size_t>(random.below(static_cast<int64_t>(left)))]);
        Contingency shuffled = emptyLike(table);
        for (size_t i = 0; i < images.rows.size(); ++i)
            ++shuffled[images.rows[i]][images.columns[i]];
        asLarge += chiSquareOf(shuffled, margins) >= seen * (1 - 1e-12);  // equal but for rounding
    }
    return asLarge / static_cast<double>(options.draws + 1);
}

double smallestExpected(const Margins& margins) {
    double least = std::numeric_limits<double>::infinity();
    for (size_t r = 0; r < margins.rows.size(); ++r)
        for (size_t c = 0; c < margins.columns.size(); ++c)
            if (const double expected = margins.expected(r, c); expected > 0) least = std::min(least, expected);
    return least;
}

double logChoose(double n, double k) {
    return boost::math::lgamma(n + 1) - boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
}

/// Twice the hypergeometric tail on the count's side of its mean. Summed outwards from the count, until nothing is added.
double fisherPValue(int64_t images, int64_t row, int64_t column, int64_t total) {
    const auto r = static_cast<double>(row), c = static_cast<double>(column), n = static_cast<double>(total);
    const bool upwards = static_cast<double>(images) >= r * c / n;
    auto k = static_cast<double>(images);
    double term = std::exp(logChoose(r, k) + logChoose(n - r, c - k) - logChoose(n, c)), tail = term;
    while (term > tail * 1e-17) {
        // the next count's probability from this one's; 0 beyond the last
        term *= upwards ? (r - k) * (c - k) / ((k + 1) * (n - r - c + k + 1)) : k * (n - r - c + k) / ((r - k + 1) * (c - k + 1));
        tail += term;
        k += upwards ? 1 : -1;
    }
    return std::min(1.0, 2 * tail);
}

CellAssociation cellOf(int64_t images, size_t r, size_t c, const Margins& margins) {
    CellAssociation cell{.images = images, .expected = margins.expected(r, c)};
    const auto total = static_cast<double>(margins.total);
    const double rest =
        (1 - static_cast<double>(margins.rows[r]) / total) * (1 - static_cast<double>(margins.columns[c]) / total);
    if (!(cell.expected * rest > 0)) return cell;  // an empty or a single class or group goes with nothing
    cell.residual = (static_cast<double>(images) - cell.expected) / std::sqrt(cell.expected * rest);
    cell.pValue = fisherPValue(images, margins.rows[r], margins.columns[c], margins.total);
    return cell;
}

void findStandingCells(Association& association, double level) {
    std::vector<double> pValues;
    for (const auto& row : association.cells)
        for (const CellAssociation& cell : row)
            pValues.push_back(cell.pValue);
    const std::vector<double> shares = holmShares(pValues, 1 - level);
    auto share = shares.begin();
    for (auto& row : association.cells)
        for (CellAssociation& cell : row)
            cell.stands = cell.pValue < *share++ && association.reported;
}

}  // namespace

Association associationOf(const Contingency& table, const AuditOptions& options) {
    checkTable(table);
    if (!(options.level > 0 && options.level < 1)) throw inputError("The level of an audit lies between 0 and 1.");
    if (options.draws < 100) throw inputError("An audit needs at least 100 resamples.");
    const Margins margins(table);
    Association association{.images = margins.total, .cells = {}};
    association.cells.resize(table.size());
    for (size_t r = 0; r < table.size(); ++r)
        for (size_t c = 0; c < table[r].size(); ++c)
            association.cells[r].push_back(margins.total > 0 ? cellOf(table[r][c], r, c, margins) : CellAssociation{});
    const double squared = squaredV(table);
    association.enough = std::isfinite(squared);
    if (!association.enough) return association;
    association.cramersV = std::sqrt(std::clamp(squared, 0.0, 1.0));
    association.interval = intervalOfV(table, options);
    association.chiSquare = chiSquareOf(table, margins);
    association.permuted = smallestExpected(margins) < 5;
    const double freedom = (margins.filledRows() - 1) * (margins.filledColumns() - 1);
    association.pValue =
        association.permuted
            ? permutationPValue(table, margins, association.chiSquare, options)
            : boost::math::cdf(boost::math::complement(boost::math::chi_squared(freedom), association.chiSquare));
    association.reported = association.pValue < 1 - options.level && *association.cramersV >= options.smallestV;
    findStandingCells(association, options.level);
    return association;
}

bool Audit::reportsAnything() const {
    const auto under = [](const Representation& each) { return each.under; };
    return association.reported || std::ranges::any_of(classes, under) || std::ranges::any_of(groups, under);
}

Audit audit(const Contingency& table, const AuditOptions& options) {
    Audit result{.association = associationOf(table, options)};
    const Margins margins(table);
    result.classes = representationOf(margins.rows, options.level, options.leastShare);
    result.groups = representationOf(margins.columns, options.level, options.leastShare);
    return result;
}

}  // namespace gaplab::fairness

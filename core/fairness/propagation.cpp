#include "core/fairness/propagation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/fairness/movement.h"
#include "core/fairness/resampling.h"

namespace gaplab::fairness {
namespace {

/// The images of a class or group: right answers of the teacher (mean over seeds), and of the students minus those of the
/// baselines.
struct Part {
    int index = 0;
    std::vector<double> teacher = {}, shift = {};
};

double shiftOf(size_t image, const std::vector<Answers>& baselines, const std::vector<Answers>& students) {
    int sum = 0;
    for (size_t s = 0; s < students.size(); ++s)
        sum += students[s].isRight(image) - baselines[s].isRight(image);
    return static_cast<double>(sum) / static_cast<double>(students.size());
}

double shareRight(size_t image, const std::vector<Answers>& teachers) {
    int sum = 0;
    for (const Answers& teacher : teachers)
        sum += teacher.isRight(image);
    return static_cast<double>(sum) / static_cast<double>(teachers.size());
}

std::vector<Part> partsOf(const std::vector<int>& partOfImage, const std::vector<Answers>& teachers,
                          const std::vector<Answers>& baselines, const std::vector<Answers>& students, int64_t leastImages) {
    std::vector<Part> parts;
    for (size_t i = 0; i < partOfImage.size(); ++i) {
        if (partOfImage[i] < 0) continue;
        const auto index = static_cast<size_t>(partOfImage[i]);
        while (parts.size() <= index)
            parts.push_back({static_cast<int>(parts.size())});
        parts[index].teacher.push_back(shareRight(i, teachers));
        parts[index].shift.push_back(shiftOf(i, baselines, students));
    }
    const auto least = static_cast<size_t>(std::max<int64_t>(2, leastImages));
    std::erase_if(parts, [&](const Part& part) { return part.teacher.size() < least; });
    return parts;
}

/// The parts as a resample of their images shows them. Its noise comes on top of that of the images, so twice as much is taken
/// off.
std::vector<Unit> resampled(const std::vector<Part>& parts, const std::vector<Unit>& units, Random& random) {
    std::vector<Unit> drawn;
    drawn.reserve(parts.size());
    for (size_t p = 0; p < parts.size(); ++p) {
        double x = 0, y = 0;
        const size_t images = parts[p].teacher.size();
        drawWithReplacement(images, random, [&](size_t i) { x += parts[p].teacher[i], y += parts[p].shift[i]; });
        const auto n = static_cast<double>(images);
        drawn.push_back({x / n, y / n, 2 * units[p].noiseOfX, 2 * units[p].noiseOfXY});
    }
    return drawn;
}

std::optional<Interval> intervalOverImages(const std::vector<Part>& parts, const std::vector<Unit>& units,
                                           const PropagationOptions& options) {
    std::vector<double> slopes;
    for (int draw = 0; draw < options.draws; ++draw) {
        Random random(deriveSeed(options.seed, "bootstrap of images within parts", static_cast<uint64_t>(draw)));
        if (const auto slope = correctedSlope(resampled(parts, units, random))) slopes.push_back(*slope);
    }
    return percentileInterval(std::move(slopes), static_cast<size_t>(options.draws), options.level);
}

void judge(PropagationResult& result, double smallestSlope) {
    const auto& interval = result.slope.interval;
    if (result.slope.units < leastUnits)
        result.doubt = Doubt::TooFewParts;
    else if (!interval)
        result.doubt = Doubt::TeacherIsEven;
    else if (interval->low > 0)
        result.verdict = Propagation::PassesOn;
    else if (interval->high < smallestSlope)
        result.verdict = Propagation::DoesNot;
    else
        result.doubt = Doubt::IntervalIsWide;
}

void checkOptions(const PropagationOptions& options) {
    if (!(options.level > 0 && options.level < 1)) throw inputError("The level of an interval lies between 0 and 1.");
    if (options.draws < 100) throw inputError("An interval by resampling needs at least 100 resamples.");
    if (!(options.smallestSlope >= 0)) throw inputError("The smallest slope that matters is not negative.");
}

}  // namespace

PropagationResult propagationOver(const std::vector<int>& partOfImage, const std::vector<Answers>& teachers,
                                  const std::vector<Answers>& baselines, const std::vector<Answers>& students, int classes,
                                  const PropagationOptions& options) {
    checkPairs(baselines, students, classes);
    checkTeachers(teachers, students, classes);
    checkOptions(options);
    if (partOfImage.size() != students.front().images())
        throw inputError(
            fmt::format("There are {} classes or groups for {} images.", partOfImage.size(), students.front().images()));
    const std::vector<Part> parts = partsOf(partOfImage, teachers, baselines, students, options.leastImages);
    std::vector<Unit> units;
    double mean = 0;
    for (const Part& part : parts) {
        units.push_back(unitOf(part.teacher, part.shift));
        mean += units.back().x / static_cast<double>(parts.size());
    }
    PropagationResult result{.slope = slopeOf(units, options.level), .seeds = static_cast<int>(students.size())};
    for (size_t p = 0; p < parts.size(); ++p)
        result.points.push_back({parts[p].index, units[p].x - mean, units[p].y});
    if (result.slope.value) result.imagesInterval = intervalOverImages(parts, units, options);
    judge(result, options.smallestSlope);
    return result;
}

}  // namespace gaplab::fairness

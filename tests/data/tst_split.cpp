#include <algorithm>
#include <numeric>
#include <rapidcheck.h>

#include <QtTest>

#include "core/data/split.h"
#include "tests/data/expect.h"

using namespace gaplab;

namespace {

std::vector<int64_t> anyLabels(int64_t classes, int fewest) {
    std::vector<int64_t> labels;
    for (int64_t c = 0; c < classes; ++c)
        labels.insert(labels.end(), static_cast<size_t>(*rc::gen::inRange(fewest, 60)), c);
    return labels;
}

std::vector<std::string> names(int64_t count) {
    std::vector<std::string> all;
    for (int64_t i = 0; i < count; ++i)
        all.push_back("class" + std::to_string(i));
    return all;
}

std::vector<int64_t> tally(const Rows& rows, const std::vector<int64_t>& labels, int64_t classes) {
    std::vector<int64_t> counts(static_cast<size_t>(classes));
    for (const int64_t row : rows)
        ++counts[static_cast<size_t>(labels[static_cast<size_t>(row)])];
    return counts;
}

Rows everything(const std::vector<int64_t>& labels) {
    Rows rows(labels.size());
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

}  // namespace

class SplitTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsAreDisjointStratifiedAndRepeatable() {
        VERIFY_PROPERTY("hold back", [] {
            const int64_t classes = *rc::gen::inRange(2, 6);
            const auto labels = anyLabels(classes, 10);
            const double fraction = *rc::gen::inRange(5, 80) / 100.0;
            const auto seed = *rc::gen::arbitrary<uint64_t>();
            const Rows all = everything(labels);
            const Split split = holdBack(all, labels, names(classes), fraction, seed, "validation");
            Rows both = split.kept;
            both.insert(both.end(), split.held.begin(), split.held.end());
            RC_ASSERT(std::ranges::is_sorted(split.kept) && std::ranges::is_sorted(split.held));
            std::ranges::sort(both);
            RC_ASSERT(both == all);
            const auto before = tally(all, labels, classes), held = tally(split.held, labels, classes);
            for (size_t c = 0; c < before.size(); ++c)
                RC_ASSERT(std::abs(static_cast<double>(held[c]) - fraction * static_cast<double>(before[c])) <= 0.5 + 1e-9);
            const Split again = holdBack(all, labels, names(classes), fraction, seed, "validation");
            RC_ASSERT(again.held == split.held);
        });
    }

    void anotherSeedOrPurposeIsAnotherSplit() {
        const std::vector<int64_t> labels = [] {
            std::vector<int64_t> l;
            for (int64_t i = 0; i < 200; ++i)
                l.push_back(i % 2);
            return l;
        }();
        const Rows all = everything(labels);
        const Rows held = holdBack(all, labels, names(2), 0.2, 0, "validation").held;
        QVERIFY(held != holdBack(all, labels, names(2), 0.2, 1, "validation").held);
        QVERIFY(held != holdBack(all, labels, names(2), 0.2, 0, "test").held);
    }

    void aClassLeftEmptyIsNamed() {
        const std::vector<int64_t> labels = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
        QVERIFY(refuses(
            [&] {
                holdBack(everything(labels), labels, {"many", "few"}, 0.1, 0, "validation");
            },
            Fault::Input, {"\"few\"", "validation"}));
        QVERIFY(refuses(
            [&] {
                holdBack(everything(labels), labels, {"many", "few"}, 0.9, 0, "validation");
            },
            Fault::Input, {"\"few\""}));
    }

    void aLimitKeepsTheProportions() {
        VERIFY_PROPERTY("limit", [] {
            const int64_t classes = *rc::gen::inRange(2, 6);
            const auto labels = anyLabels(classes, 1);
            const int64_t limit = *rc::gen::inRange<int64_t>(1, 200), size = static_cast<int64_t>(labels.size());
            const Rows kept = selectRows(labels, static_cast<size_t>(classes), {.limit = limit, .seed = 3});
            RC_ASSERT(static_cast<int64_t>(kept.size()) == std::min(limit, size));
            RC_ASSERT(std::ranges::adjacent_find(kept, std::greater_equal()) == kept.end());
            const auto before = tally(everything(labels), labels, classes), after = tally(kept, labels, classes);
            for (size_t c = 0; c < before.size(); ++c)
                RC_ASSERT(std::abs(static_cast<double>(after[c]) -
                                   static_cast<double>(before[c]) *
                                       std::min(1.0, static_cast<double>(limit) / static_cast<double>(size))) < 1.0);
        });
    }

    void perClassIsAppliedBeforeTheLimit() {
        std::vector<int64_t> labels(100, 0);
        labels.insert(labels.end(), 10, 1);
        QVERIFY(tally(selectRows(labels, 2, {.perClass = 20}), labels, 2) == std::vector<int64_t>({20, 10}));
        QVERIFY(tally(selectRows(labels, 2, {.perClass = 20, .limit = 15}), labels, 2) == std::vector<int64_t>({10, 5}));
        QCOMPARE(selectRows(labels, 2, {}).size(), size_t{110});
    }

    void aSmallerLimitOfOneClassIsPartOfALargerOne() {
        const std::vector<int64_t> labels(50, 0);
        const Rows few = selectRows(labels, 1, {.perClass = 5, .seed = 9}),
                   more = selectRows(labels, 1, {.perClass = 20, .seed = 9});
        QVERIFY(std::ranges::includes(more, few));
    }
};

int runSplitTests(int argc, char** argv) {
    SplitTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_split.moc"

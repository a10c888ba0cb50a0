#include <algorithm>
#include <rapidcheck.h>

#include <QtTest>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/near_duplicates.h"
#include "tests/data/small_pictures.h"

using namespace gaplab;

// What the threshold is taken from: the 60,000 JPEG images of CIFAR-10 give 1,671 pairs of a likeness of 0.92 and more, 495 of
// them across training and test (275 of 10,000 test images have a copy in training; 3.3 % are known, cropped ones included: B.
// Barz and J. Denzler, Do we train on test data?, 2020). Looked at by eye: of 96 drawn from all of them 2 are doubtful, of 96
// between 0.92 and 0.93 some 6 show something else, of 96 between 0.86 and 0.88 about 25. Of 2,000 images changed on purpose
// these were found: JPEG of quality 50 100 %, of quality 20 99 %, brighter by a fifth 100 %, darker by 30 % 99 %, moved by 1 or 2
// of 32 pixels in one or both directions 100 %, with noise of 8 levels 100 %, without colour 88 %.

class TestNearDuplicates : public QObject {
    Q_OBJECT

    const std::vector<Planes> unlike_ = drawnPictures(400);

    static bool holds(const std::vector<NearDuplicate>& pairs, int64_t first, int64_t second) {
        return std::ranges::any_of(pairs,
                                   [&](const NearDuplicate& pair) { return pair.first == first && pair.second == second; });
    }

private Q_SLOTS:
    void unlikePicturesAreNotReported() {
        const auto pairs = nearDuplicates(rowsOf(unlike_));
        QVERIFY2(pairs.empty(), qPrintable(QString::number(pairs.size())));
    }

    void changedCopiesAreFound_data() {
        QTest::addColumn<int>("way");
        for (const auto& [name, way] : {std::pair("the same bytes", 0),
                                        {"JPEG 50", 1},
                                        {"brighter", 2},
                                        {"darker", 3},
                                        {"paler", 4},
                                        {"moved right", 5},
                                        {"moved left and down", 6},
                                        {"moved up by 2", 7},
                                        {"brighter and moved", 8}})
            QTest::newRow(name) << way;
    }
    void changedCopiesAreFound() {
        QFETCH(int, way);
        const auto changed = [&](const Planes& picture) {
            switch (way) {
                case 1: return reencoded(picture, 50);
                case 2: return mapped(picture, 1.15, 5);
                case 3: return mapped(picture, 0.8, 0);
                case 4: return mapped(picture, 0.8, 25);
                case 5: return moved(picture, 1, 0);
                case 6: return moved(picture, -2, 1);
                case 7: return moved(picture, 0, -2);
                case 8: return mapped(moved(picture, 1, 1), 1.1, 0);
                default: return picture;
            }
        };
        std::vector<Planes> pictures = unlike_;
        const size_t count = 100;
        for (size_t i = 0; i < count; ++i)
            pictures.push_back(changed(unlike_[i]));
        const auto pairs = nearDuplicates(rowsOf(pictures));
        size_t found = 0;
        for (const NearDuplicate& pair : pairs) {
            QVERIFY2(pair.second - pair.first == std::ssize(unlike_), "an unlike pair");
            QCOMPARE(pair.exact, way == 0);
            ++found;
        }
        QVERIFY2(found >= count * 97 / 100, qPrintable(QString::number(found)));
    }

    void whateverTheChangeItIsTheRightPicture() {
        rc::check("a planted copy is found at its place, and nothing else", [&] {
            const auto source = *rc::gen::inRange<size_t>(0, 60), place = *rc::gen::inRange<size_t>(0, 61);
            const int right = *rc::gen::inRange(-2, 3), down = *rc::gen::inRange(-2, 3);
            std::vector<Planes> pictures(unlike_.begin(), unlike_.begin() + 60);
            const Planes copy = mapped(moved(pictures[source], right, down), *rc::gen::inRange(9, 12) / 10.0, 0);
            pictures.insert(pictures.begin() + static_cast<ptrdiff_t>(place), copy);
            const auto original = static_cast<int64_t>(source < place ? source : source + 1);
            const auto planted = static_cast<int64_t>(place);
            const auto pairs = nearDuplicates(rowsOf(pictures), {.threads = 1});
            RC_ASSERT(pairs.size() == 1);
            RC_ASSERT(pairs[0].first == std::min(original, planted) && pairs[0].second == std::max(original, planted));
        });
    }

    void flatPicturesAreNoFalseAlarms() {
        // Of noise around one colour every hash is as good as any other, and all the colours agree.
        Random random(3);
        std::vector<Planes> pictures(300, Planes(3072));
        for (Planes& picture : pictures)
            for (uint8_t& value : picture)
                value = static_cast<uint8_t>(120 + random.below(5));
        QVERIFY(nearDuplicates(rowsOf(pictures)).empty());
        const std::vector<Planes> skies = {Planes(3072, 200), Planes(3072, 201)};
        QVERIFY(nearDuplicates(rowsOf(skies)).empty());
    }

    void equalOnesAreOneChain() {
        std::vector<Planes> pictures(50, Planes(3072, 7));  // flat, but equal
        pictures.push_back(unlike_[0]);
        pictures.insert(pictures.begin(), unlike_[0]);
        const auto pairs = nearDuplicates(rowsOf(pictures));
        QCOMPARE(pairs.size(), size_t{50});
        QVERIFY(holds(pairs, 0, 51) && holds(pairs, 1, 2) && holds(pairs, 1, 50) && !holds(pairs, 2, 3));
        QVERIFY(std::ranges::all_of(pairs, &NearDuplicate::exact));
    }

    void anySizeAndGreyPicturesToo() {
        std::vector<Planes> large = drawnPictures(60, 96);
        large.push_back(moved(large[7], 4, -5, 96));
        const auto pairs = nearDuplicates(rowsOf(large, 96));
        QCOMPARE(pairs.size(), size_t{1});
        QVERIFY(holds(pairs, 7, 60));
        std::vector<Planes> grey;
        for (int i = 0; i < 60; ++i)
            grey.emplace_back(unlike_[static_cast<size_t>(i)].begin(), unlike_[static_cast<size_t>(i)].begin() + 1024);
        grey.push_back(mapped(grey[9], 0.9, 10));
        QVERIFY(holds(nearDuplicates(rowsOf(grey, 32, 1)), 9, 60));
        std::vector<Planes> tiny = {Planes(3 * 16, 0), Planes(3 * 16, 255)};  // 4 x 4
        QVERIFY(nearDuplicates(rowsOf(tiny, 4)).empty());
        QVERIFY(nearDuplicates(ImageRows{}).empty());
    }

    void threadsChangeNothing() {
        std::vector<Planes> pictures = unlike_;
        for (size_t i = 0; i < 50; ++i)
            pictures.push_back(moved(unlike_[i], 1, 1));
        const auto one = nearDuplicates(rowsOf(pictures), {.threads = 1}),
                   four = nearDuplicates(rowsOf(pictures), {.threads = 4});
        QVERIFY(!one.empty() && one.size() == four.size());
        for (size_t i = 0; i < one.size(); ++i)
            QVERIFY(one[i].first == four[i].first && one[i].second == four[i].second && one[i].likeness == four[i].likeness);
    }

    void itStopsAndTellsHowFarItIs() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Error, nearDuplicates(rowsOf(unlike_), {.stop = stop.get_token()}));
        double last = 0;
        nearDuplicates(rowsOf(unlike_), {.threads = 1, .advanced = [&](double fraction) {
                                             QVERIFY(fraction >= last && fraction <= 1);
                                             last = fraction;
                                         }});
        QCOMPARE(last, 1.0);
    }
};

int runNearDuplicateTests(int argc, char** argv) {
    TestNearDuplicates tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_near_duplicates.moc"

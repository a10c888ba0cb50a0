#include <algorithm>
#include <map>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/error.h"
#include "core/data/groups.h"
#include "tests/data/pictures.h"

using namespace gaplab;

namespace {

std::vector<int64_t> valuesOf(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<int64_t>(), tensor.const_data_ptr<int64_t>() + tensor.numel()};
}

/// Random images of two classes in turn.
RawImages colourful(int64_t train, int64_t test) {
    const auto set = [](int64_t count, int64_t first) {
        const at::Tensor values = (at::arange(count * 3 * 16, at::kLong) * 7919 + first).remainder(251).to(at::kByte);
        return ImageSet{values.view({count, 3, 4, 4}), at::arange(count, at::kLong).remainder(2), {}};
    };
    RawImages raw{.train = set(train, 1), .test = set(test, 5), .classes = {"a", "b"}};
    raw.fingerprint = "before";
    return raw;
}

}  // namespace

class GroupTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    const std::vector<std::string> train_ = {"train/cat/in/1.jpg", "train/cat/out/2.jpg", "train/dog/3.jpg"},
                                   test_ = {"test/cat/out/4.jpg"};

    std::filesystem::path table(const std::string& text) const {
        const std::filesystem::path path = folder_.filePath("groups.csv").toStdString();
        writeString(path, text);
        return path;
    }

private Q_SLOTS:
    void foldersBelowTheClassNameGroups() {
        const GroupLabels labels = groupsOfFolders(train_, test_);
        QCOMPARE(labels.names, (std::vector<std::string>{"in", "out"}));
        QCOMPARE(valuesOf(labels.train), (std::vector<int64_t>{0, 1, -1}));
        QCOMPARE(valuesOf(labels.test), (std::vector<int64_t>{1}));
        // Without train/ and test/ the class comes first.
        QCOMPARE(groupsOfFolders({"cat/in/1.jpg"}, {}).names, (std::vector<std::string>{"in"}));
        QVERIFY_THROWS_EXCEPTION(Error, groupsOfFolders({"train/cat/1.jpg"}, {}));
    }

    void aTableNamesGroups() {
        const auto path =
            table("file,sex,age\ntrain/cat/in/1.jpg,f,young\n./test/cat/out/4.jpg,\"m, x\",old\ntrain/dog/3.jpg,,old\n");
        const GroupLabels labels = groupsOfTable(path, "sex", train_, test_);
        QCOMPARE(labels.names, (std::vector<std::string>{"f", "m, x"}));
        QCOMPARE(valuesOf(labels.train), (std::vector<int64_t>{0, -1, -1}));
        QCOMPARE(valuesOf(labels.test), (std::vector<int64_t>{1}));
        QCOMPARE(groupsOfTable(path, "age", train_, test_).names, (std::vector<std::string>{"old", "young"}));
    }

    void faultyTablesAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("no such column") << QByteArray("file,age\ntrain/dog/3.jpg,old\n") << "no column \"sex\"";
        QTest::newRow("no files") << QByteArray("name,sex\nx,f\n") << "no column \"file\"";
        QTest::newRow("not an image") << QByteArray("file,sex\ntrain/cow/9.jpg,f\n") << "train/cow/9.jpg";
        QTest::newRow("twice") << QByteArray("file,sex\ntrain/dog/3.jpg,f\ntrain/dog/../dog/3.jpg,m\n") << "line 3";
        QTest::newRow("a short row") << QByteArray("file,sex\ntrain/dog/3.jpg\n") << "line 2";
        QTest::newRow("no group") << QByteArray("file,sex\ntrain/dog/3.jpg,\n") << "names no group";
        QTest::newRow("empty") << QByteArray() << "empty";
        QTest::newRow("not UTF-8") << QByteArray("file,sex\ntrain/dog/3.jpg,\xff\n") << "UTF-8";
    }
    void faultyTablesAreRefused() {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const auto path = table(text.toStdString());
        try {
            groupsOfTable(path, "sex", train_, test_);
            QFAIL("It was taken.");
        } catch (const Error& error) {
            QVERIFY2(QString::fromStdString(error.describe()).contains(words), error.what());
            QCOMPARE(error.fault(), Fault::Input);
        }
    }

    void aFolderIsLoadedWithItsGroups_data() {
        QTest::addColumn<bool>("withTest");
        QTest::newRow("train and test") << true;
        QTest::newRow("test cut from it") << false;
    }
    void aFolderIsLoadedWithItsGroups() {
        QFETCH(bool, withTest);
        const QTemporaryDir place;
        const std::filesystem::path root = place.filePath("images").toStdString();
        makeFolder(root, withTest ? std::vector<std::string>{"train", "test"} : std::vector<std::string>{"."}, {"cat", "dog"},
                   10);
        // One is broken: the images behind it are still of their own files.
        const std::string part = withTest ? "train/" : "";
        std::vector<std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            if (entry.is_regular_file()) files.push_back(std::filesystem::relative(entry.path(), root).generic_string());
        std::ranges::sort(files);
        writeBytes(root / files[2], brokenImage("truncated"));
        // Every second dog is "b"; all cats are "a", but that the broken one is in the table too would be an error.
        std::string text = "file,kind\n";
        std::map<std::string, std::string> kinds;
        for (size_t i = 0; i < files.size(); ++i) {
            if (i == 2) continue;
            const bool dog = files[i].find("dog") != std::string::npos;
            kinds[files[i]] = dog && i % 2 == 1 ? "b" : "a";
            text += files[i] + "," + kinds[files[i]] + "\n";
        }
        writeString(root / "groups.csv", text);
        DataSpec spec{.source = "folder", .path = root.string(), .parameters = Json::object()};
        spec.skipBroken = true;
        spec.groups = {{"from", "csv"}, {"path", "groups.csv"}, {"column", "kind"}};
        LoadOptions options;
        options.cacheFolder = place.filePath("cache").toStdString();
        for (const bool cached : {false, true}) {
            Q_UNUSED(cached);
            const auto dataset = loadDataset(spec, options);
            QCOMPARE(dataset->groups, (std::vector<std::string>{"a", "b"}));
            int64_t images = 0, second = 0;
            for (const ImageSet* set : {&dataset->train, &dataset->test})
                for (int64_t i = 0; i < set->size(); ++i, ++images) {
                    const int64_t group = set->groups[i].item<int64_t>();
                    QVERIFY(group == 0 || (group == 1 && set->labels[i].item<int64_t>() == 1));  // no cat is "b"
                    second += group;
                }
            QCOMPARE(images, static_cast<int64_t>(kinds.size()));
            QCOMPARE(second,
                     static_cast<int64_t>(std::ranges::count_if(kinds, [](const auto& one) { return one.second == "b"; })));
        }
    }

    void whatTellsNoGroupIsRefused() {
        DataSpec spec{.source = "shapes", .parameters = {{"size", 16}, {"train", 60}, {"test", 20}}};
        spec.groups = {{"from", "attribute"}};
        QCOMPARE(loadDataset(spec)->groups, (std::vector<std::string>{"colour", "grey"}));
        spec.groups = {{"from", "folder"}};
        QVERIFY_THROWS_EXCEPTION(Error, loadDataset(spec));
        spec.groups = {{"from", "skewed"}, {"skew", 1.0}};
        const auto skewed = loadDataset(spec), plain = loadDataset({.source = "shapes", .parameters = spec.parameters});
        QCOMPARE(skewed->test.size(), 2 * plain->test.size());
        QVERIFY(skewed->fingerprint != plain->fingerprint);
    }

    void greyImagesAreTold() {
        RawImages raw = colourful(4, 2);
        raw.train.images[2].copy_(raw.train.images[2].select(0, 0).unsqueeze(0).expand({3, 4, 4}).clone());
        const GroupLabels labels = groupsOfColour(raw.train, raw.test);
        QCOMPARE(valuesOf(labels.train), (std::vector<int64_t>{0, 0, 1, 0}));
        QCOMPARE(valuesOf(labels.test), (std::vector<int64_t>{0, 0}));
    }

    void brightnessIsThirdsOfTheTrainingImages() {
        ImageSet train{at::empty({9, 1, 2, 2}, at::kByte), at::zeros({9}, at::kLong), {}};
        for (int64_t i = 0; i < 9; ++i)
            train.images[i].fill_(20 * i);
        const ImageSet test{at::full({1, 1, 2, 2}, 255, at::kByte), at::zeros({1}, at::kLong), {}};
        const GroupLabels labels = groupsOfBrightness(train, test);
        QCOMPARE(valuesOf(labels.train), (std::vector<int64_t>{0, 0, 0, 1, 1, 1, 2, 2, 2}));
        QCOMPARE(valuesOf(labels.test), (std::vector<int64_t>{2}));
    }

    void plantedColoursAreAnExactShareOfEachClass() {
        RawImages raw = colourful(400, 10);
        const at::Tensor before = raw.train.images.clone(), tests = raw.test.images.clone();
        skewColours(raw, 0.95, 3);
        int64_t even = 0, odd = 0;
        for (int64_t i = 0; i < 400; ++i) {
            const bool grey = raw.train.groups[i].item<int64_t>() == 1;
            (i % 2 == 0 ? even : odd) += grey ? 1 : 0;
            if (!grey) {
                QVERIFY(raw.train.images[i].equal(before[i]));
                continue;
            }
            const int64_t r = before[i][0][1][2].item<int64_t>(), g = before[i][1][1][2].item<int64_t>(),
                          b = before[i][2][1][2].item<int64_t>();
            for (int64_t c = 0; c < 3; ++c)
                QCOMPARE(raw.train.images[i][c][1][2].item<int64_t>(), (299 * r + 587 * g + 114 * b + 500) / 1000);
        }
        QCOMPARE(even, 10);
        QCOMPARE(odd, 190);
        QCOMPARE(raw.test.size(), 20);
        QVERIFY(raw.test.images.slice(0, 0, 10).equal(tests));
        QVERIFY(raw.test.labels.slice(0, 10).equal(raw.test.labels.slice(0, 0, 10)));
        QCOMPARE(raw.test.groups.sum().item<int64_t>(), 10);
        QVERIFY(raw.fingerprint.empty());
        QVERIFY(groupsOfColour(raw.train, raw.test).test.equal(raw.test.groups));
    }

    void anotherSeedPlantsOthers() {
        RawImages one = colourful(100, 2), same = colourful(100, 2), other = colourful(100, 2);
        skewColours(one, 0.8, 1);
        skewColours(same, 0.8, 1);
        skewColours(other, 0.8, 2);
        QVERIFY(one.train.groups.equal(same.train.groups));
        QVERIFY(!one.train.groups.equal(other.train.groups));
        QVERIFY_THROWS_EXCEPTION(Error, skewColours(one, 0.4, 1));
        RawImages grey = colourful(4, 2);
        grey.train.images = grey.train.images.slice(1, 0, 1);
        QVERIFY_THROWS_EXCEPTION(Error, skewColours(grey, 0.9, 1));
    }
};

QTEST_GUILESS_MAIN(GroupTests)
#include "tst_groups.moc"

#include <algorithm>
#include <numeric>
#include <set>

#include <QtTest>

#include "core/data/augment/augmentation.h"
#include "core/data/source.h"
#include "tests/data/expect.h"

using namespace gaplab;

namespace {

DataSpec small() {
    DataSpec spec;
    spec.source = "shapes";
    spec.parameters = {{"size", 16}, {"train", 300}, {"test", 60}};
    spec.validation = 0.2;
    return spec;
}

}  // namespace

class DatasetTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void membersAreDescribedWithoutTouchingFiles() {
        Catalogue catalogue;
        addDataMembers(catalogue);
        QVERIFY(catalogue.names(Registry::Source) ==
                std::vector<std::string>({"folder", "cifar10", "cifar100", "idx", "shapes"}));
        QVERIFY(catalogue.names(Registry::Augmentation, true) ==
                std::vector<std::string>({"crop", "flip", "cutout", "random_resized_crop", "colour_jitter", "randaugment",
                                          "erasing", "mixup", "cutmix", "repeated"}));
        for (const Registry registry : {Registry::Source, Registry::Augmentation})
            for (const Member& member : catalogue.members(registry)) {
                QVERIFY(!member.help.empty());
                for (const Parameter& parameter : member.parameters) {
                    QVERIFY2(!parameter.help.empty(), parameter.name.c_str());
                    if (!parameter.defaultValue.is_null())
                        QVERIFY2(!checkValue(parameter, parameter.defaultValue), parameter.name.c_str());
                }
            }
    }

    void partsAreApartAndSteady() {
        const auto first = loadDataset(small()), second = loadDataset(small());
        QCOMPARE(first->trainIndices.size(), size_t{240});
        QCOMPARE(first->validationIndices.size(), size_t{60});
        std::set<int64_t> all(first->trainIndices.begin(), first->trainIndices.end());
        all.insert(first->validationIndices.begin(), first->validationIndices.end());
        QCOMPARE(all.size(), size_t{300});
        QVERIFY(first->trainIndices == second->trainIndices && first->validationIndices == second->validationIndices);
        DataSpec other = small();
        other.splitSeed = 1;
        QVERIFY(loadDataset(other)->validationIndices != first->validationIndices);
        QCOMPARE(loadDataset(other)->fingerprint, first->fingerprint);
    }

    void limitsChooseRowsAndLeaveTheRestAlone() {
        DataSpec spec = small();
        spec.limit = 100;
        const auto limited = loadDataset(spec);
        QCOMPARE(limited->trainIndices.size() + limited->validationIndices.size(), size_t{100});
        QCOMPARE(limited->train.size(), int64_t{300});
        spec.limit = 0;
        spec.perClass = 5;
        const auto few = loadDataset(spec);
        QCOMPARE(few->trainIndices.size(), size_t{40});
        QCOMPARE(few->validationIndices.size(), size_t{10});
    }

    void aTooSmallClassIsNamed() {
        DataSpec spec = small();
        spec.perClass = 1;
        QVERIFY(refuses([&] { loadDataset(spec); }, Fault::Input, {"Class \"striped pentagon\"", "validation"}));
        spec.perClass = 0;
        spec.limit = 9;
        QVERIFY(refuses([&] { loadDataset(spec); }, Fault::Input, {"Class"}));
    }

    void meanAndDeviationAreThoseOfTheTrainingRows() {
        const auto dataset = loadDataset(small());
        const at::Tensor rows =
            dataset->train.images.index_select(0, at::tensor(dataset->trainIndices, at::kLong)).to(at::kDouble) / 255;
        const at::Tensor mean = rows.mean({0, 2, 3}), deviation = rows.permute({1, 0, 2, 3}).flatten(1).std(1, false);
        for (int64_t c = 0; c < 3; ++c) {
            QVERIFY(std::abs(mean[c].item<double>() - static_cast<double>(dataset->mean[static_cast<size_t>(c)])) < 1e-6);
            QVERIFY(std::abs(deviation[c].item<double>() - static_cast<double>(dataset->deviation[static_cast<size_t>(c)])) <
                    1e-6);
        }
    }

    void anUnknownSourceListsTheKnownOnes() {
        DataSpec spec = small();
        spec.source = "imagenet";
        QVERIFY(refuses([&] { loadDataset(spec); }, Fault::Input, {"imagenet", "folder", "shapes"}));
    }

    void everySourceNamesAMissingPath() {
        for (const Source& source : sources()) {
            if (source.member.name == "shapes") continue;
            DataSpec spec;
            spec.source = source.member.name;
            spec.path = "/no/such/folder";
            QVERIFY(refuses([&] { loadDataset(spec); }, Fault::Input, {"/no/such/folder"}));
        }
    }

    void aStopIsHeard() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(
            refuses([&] { loadDataset(small(), {.threads = 2, .cacheFolder = {}, .progress = {}, .stop = stop.get_token()}); },
                    Fault::Stopped, {}));
    }
};

int runDatasetTests(int argc, char** argv) {
    DatasetTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_dataset.moc"

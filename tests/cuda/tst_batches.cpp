#include "core/base/random.h"
#include "core/data/augment/augmentation.h"
#include "core/data/dataset.h"
#include "tests/cuda/support.h"

using namespace gaplab;

namespace {

Dataset smoothPictures(int64_t count, int64_t channels, int64_t height, int64_t width) {
    Dataset dataset;
    for (ImageSet* set : {&dataset.train, &dataset.test}) {
        set->images = (120 + 60 * someImages({count, channels, height, width})).clamp(0, 255).to(at::kByte);
        set->labels = at::arange(count, at::kLong) * 3 % 5;
        set->groups = at::arange(count, at::kLong) % 2;
    }
    dataset.classes.resize(5);
    dataset.mean = {0.4F, 0.5F, 0.6F};
    dataset.deviation = {0.2F, 0.25F, 0.3F};
    dataset.mean.resize(static_cast<size_t>(channels));
    dataset.deviation.resize(static_cast<size_t>(channels));
    return dataset;
}

Json withDefaults(const std::string& name) {
    for (const Augmentation& augmentation : augmentations()) {
        if (augmentation.member.name != name) continue;
        Json options = {{"kind", name}};
        for (const Parameter& parameter : augmentation.member.parameters)
            options[parameter.name] = parameter.defaultValue;
        return options;
    }
    throw std::logic_error("no augmentation " + name);
}

std::vector<Json> chosen(const QString& names) {
    std::vector<Json> augment;
    for (const QString& name : names.split(' ', Qt::SkipEmptyParts))
        augment.push_back(withDefaults(name.toStdString()));
    return augment;
}

}  // namespace

class BatchTests : public QObject {
    Q_OBJECT

    static void addLists() {
        QTest::addColumn<QString>("names");
        QTest::addColumn<bool>("exact");
        for (const char* names : {"", "crop", "flip", "crop flip", "flip crop", "crop flip cutout", "erasing"})
            QTest::newRow(*names ? names : "nothing") << names << true;
        for (const Augmentation& augmentation : augmentations())
            QTest::newRow(("alone: " + augmentation.member.name).c_str())
                << QString::fromStdString(augmentation.member.name) << false;
    }

private Q_SLOTS:
    void init() {
        if (!hasGpu()) QSKIP("There is no GPU on this machine");
    }

    void aBatchIsTheProcessors_data() { addLists(); }
    void aBatchIsTheProcessors() {
        QFETCH(QString, names);
        QFETCH(bool, exact);
        try {
            for (const int64_t channels : {1, 3}) {
                const Dataset dataset = smoothPictures(40, channels, 11, 13);
                const BatchMaker host(dataset, chosen(names), at::kCPU), device(dataset, chosen(names), gpu());
                const at::Tensor rows = (at::arange(64, at::kLong) * 7).remainder(40);
                const TrainingBatch expected = host.trainingBatch(rows, 5), found = device.trainingBatch(rows, 5);
                QVERIFY(found.images.is_contiguous(at::MemoryFormat::ChannelsLast));
                QVERIFY(found.labels.cpu().equal(expected.labels) && found.groups.cpu().equal(expected.groups));
                const at::Tensor difference = (found.images.cpu() - expected.images).abs();
                if (exact)
                    QVERIFY2(difference.max().item<double>() < 1e-6,
                             qPrintable(QString::number(difference.max().item<double>())));
                QVERIFY2(difference.mean().item<double>() < 2e-3, qPrintable(QString::number(difference.mean().item<double>())));
                const at::Tensor seen = device.evaluationImages(dataset.test, rows);
                GAPLAB_CLOSE(seen, host.evaluationImages(dataset.test, rows), 1e-6, "for evaluation");
            }
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void nothingWaitsForTheGpu_data() { addLists(); }
    void nothingWaitsForTheGpu() {
        QFETCH(QString, names);
        try {
            const Dataset dataset = smoothPictures(40, 3, 11, 13);
            const BatchMaker device(dataset, chosen(names), gpu());
            const at::Tensor rows = at::arange(32, at::kLong);
            device.trainingBatch(rows, 4);
            const NoWaiting error;
            device.trainingBatch(rows, 5);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }
};

int runBatchTests(int argc, char** argv) {
    BatchTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_batches.moc"

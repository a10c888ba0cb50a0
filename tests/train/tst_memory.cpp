#include <mutex>
#include <unordered_map>

#include <QtTest>
#include <c10/core/CPUAllocator.h>

#include "core/run/inspect.h"
#include "core/train/host_memory.h"
#include "core/train/trainer.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

/// Stands before the allocator and counts: what the program's own count is held against.
class CountingAllocator : public c10::Allocator {
public:
    static CountingAllocator& instance() {
        static CountingAllocator allocator;
        return allocator;
    }

    c10::DataPtr allocate(size_t bytes) override {
        c10::DataPtr data = below_->allocate(bytes);
        const std::lock_guard lock(mutex_);
        void* pointer = data.get();
        held_ += static_cast<int64_t>(sizes_[pointer] = bytes);
        peak_ = std::max(peak_, held_);
        data.release_context();
        return {pointer, pointer, &release, at::kCPU};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, size_t count) const override { below_->copy_data(to, from, count); }

    void begin() {
        const std::lock_guard lock(mutex_);
        base_ = peak_ = held_;
    }
    int64_t peak() const {
        const std::lock_guard lock(mutex_);
        return peak_ - base_;
    }

private:
    static void release(void* pointer) {
        CountingAllocator& self = instance();
        {
            const std::lock_guard lock(self.mutex_);
            const auto known = self.sizes_.find(pointer);
            if (known != self.sizes_.end()) {
                self.held_ -= static_cast<int64_t>(known->second);
                self.sizes_.erase(known);
            }
        }
        self.below_->raw_deleter()(pointer);
    }

    KeptHostMemory program_;  // the program's own allocator has to be there first
    c10::Allocator* below_ = c10::GetCPUAllocator();
    mutable std::mutex mutex_;
    std::unordered_map<void*, size_t> sizes_;
    int64_t held_ = 0, peak_ = 0, base_ = 0;
};

Json document(const char* patch) {
    Json document = Json::parse(R"({
      "schema": 1, "name": "memory",
      "data": {"source": "shapes", "size": 32, "classes": 4, "train": 150, "test": 40, "validation": 0.2, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8"},
      "training": {"epochs": 1, "batch": 96, "optimizer": {"kind": "sgd", "lr": 0.05}, "threads": 2},
      "seeds": [0]})");
    document.merge_patch(Json::parse(patch));
    return document;
}

double deviation(int64_t told, int64_t counted) {
    return std::abs(static_cast<double>(told) / static_cast<double>(counted) - 1.0);
}

}  // namespace

class TestMemory : public QObject, private TrainingPlace {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { c10::SetCPUAllocator(&CountingAllocator::instance()); }

    void checkTellsTheFullestMomentOfTraining_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("alone") << QByteArray("{}");
        QTest::newRow("dynamic teacher") << QByteArray(R"({"teachers": {"dynamic": {"kind": "gpd"}},
            "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}]})");
        QTest::newRow("dynamic and static teacher") << QByteArray(R"({
            "teachers": {"static": {"architecture": "resnet20", "weights": "train"}, "dynamic": {"kind": "gpd", "expansion": 3}},
            "knowledge": [{"from": "static", "to": "dynamic", "loss": "dkd"}, {"from": "static", "to": "student", "loss": "dkd"},
                          {"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}], "training": {"ema": 0.99}})");
        QTest::newRow("branches alone, bfloat16")
            << QByteArray(R"({"teachers": {"dynamic": {"kind": "gpd", "expansion": 1}}, "training": {"precision": "bfloat16"}})");
        for (const char* precision : {"float32", "bfloat16"})
            QTest::newRow(qPrintable(QStringLiteral("transformer, %1").arg(precision)))
                << QByteArray(
                       R"({"student": {"architecture": "deit", "dim": 64, "depth": 4, "heads": 2}, "teachers": {"dynamic": {"kind": "gpd"}},
                    "training": {"optimizer": {"kind": "adamw", "lr": 0.001}, "ema": 0.99, "precision": "PRECISION"},
                    "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}]})")
                       .replace("PRECISION", precision);
    }

    void checkTellsTheFullestMomentOfTraining() {
        QFETCH(QByteArray, patch);
        const Json made = document(patch.constData());
        const int64_t counted = inspect(made, {.threads = 2}).memoryBytes;
        const int64_t estimated = inspect(made, {.time = false, .threads = 2}).memoryBytes;
        const TrainingPlan plan = this->plan(made, QTest::currentDataTag());
        CountingAllocator::instance().begin();
        train(plan);  // with its evaluations and checkpoints
        const int64_t held = CountingAllocator::instance().peak();
        const QString told =
            QStringLiteral("held %1, told by trying %2, without trying %3").arg(held).arg(counted).arg(estimated);
        qInfo() << qPrintable(told);
        QVERIFY2(deviation(counted, held) < 0.05, qPrintable(told));
        QVERIFY2(deviation(estimated, held) < 0.15, qPrintable(told));
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "tst_memory.moc"

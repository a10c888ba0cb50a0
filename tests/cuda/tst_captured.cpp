#include "core/train/steps/captured.h"
#include "tests/cuda/support.h"
#include "tests/cuda/training.h"

using namespace gaplab;

/// Steps that are recorded and started as a whole, against the same steps kernel by kernel.
class CapturedTests : public QObject, private TrainingPlace {
    Q_OBJECT

    struct Made {
        std::vector<double> losses;
        std::vector<at::Tensor> parameters;
        int64_t recordings = 0, replays = 0;
        std::string obstacle;
    };

    /// Plain steps on batches that change from step to step; the last of every five is smaller. `change` may turn a lever.
    Made steps(const std::string& kind, const std::string& precision, CapturedStep::Wish wish, int count,
               const std::function<void(int, StepSettings&)>& change = {}) {
        TrainingPlan made = plan(trainingDocument(kind, "cuda", precision), "captured");
        const EnvironmentScope scope(made.environment);
        const std::vector<Role> roles = rolesOf(made);
        const std::vector<Term> terms = makeTerms(made.experiment, roles, 160, made.seed);
        const std::vector<at::Tensor>& parameters = roles.front().state.parameters;
        const auto optimizer = makeOptimizer(made.experiment.training.optimizer, parameters);
        CapturedStep captured(gpu(), wish);
        Made result;
        std::vector<at::Tensor> losses;
        for (int i = 0; i < count; ++i) {
            const int64_t size = i % 5 == 4 ? 24 : 32;
            const Batch batch{
                (someImages({size, 3, 16, 16}) * (1 + 0.1 * i)).contiguous(at::MemoryFormat::ChannelsLast).to(gpu()),
                (at::arange(size, at::kLong) + i).remainder(4).to(gpu()),
                {}};
            StepSettings settings;
            if (roles.size() > 1 && !roles[1].apart) settings.levers.teacher = &roles[1];
            if (change) change(i, settings);
            const StepOutputs outputs = captured.run(roles, terms, batch, settings, {}, parameters);
            losses.push_back(outputs.networks.front().loss.clone());
            optimizer->step(0.02);
        }
        for (const at::Tensor& loss : losses)
            result.losses.push_back(loss.item<double>());
        for (const at::Tensor& parameter : parameters)
            result.parameters.push_back(parameter.detach().clone());
        result.recordings = captured.recordings();
        result.replays = captured.replays();
        result.obstacle = captured.obstacle();
        return result;
    }

    static void compare(const Made& found, const Made& expected, double tolerance) {
        QVERIFY2(found.obstacle.empty(), found.obstacle.c_str());
        for (size_t i = 0; i < expected.losses.size(); ++i) {
            const double error = std::abs(found.losses[i] - expected.losses[i]) / std::abs(expected.losses[i]);
            QVERIFY2(error < tolerance, ("step " + std::to_string(i) + ": " + std::to_string(error)).c_str());
        }
    }

private Q_SLOTS:
    void init() {
        if (!hasGpu()) QSKIP("There is no GPU on this machine");
    }

    void lossesAreTheSame_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("precision");
        for (const char* kind : {"plain", "kd", "gpd"})
            for (const char* precision : {"float32", "bfloat16"})
                QTest::addRow("%s %s", kind, precision) << kind << precision;
    }
    void lossesAreTheSame() {
        QFETCH(QString, kind);
        QFETCH(QString, precision);
        try {
            const auto made = [&](CapturedStep::Wish wish) {
                return steps(kind.toStdString(), precision.toStdString(), wish, 20);
            };
            const Made expected = made(CapturedStep::Wish::Off), found = made(CapturedStep::Wish::On);
            compare(found, expected, precision == "float32" ? 1e-2 : 5e-2);
            QCOMPARE(found.recordings, int64_t{1});
            QVERIFY2(found.replays >= 10, std::to_string(found.replays).c_str());
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void aLeverThatIsTurnedCounts() {
        try {
            const auto turn = [](int step, StepSettings& settings) { settings.levers.teachingWeight = step < 11 ? 1.0 : 4.0; };
            const auto made = [&](CapturedStep::Wish wish) { return steps("gpd", "float32", wish, 20, turn); };
            const Made expected = made(CapturedStep::Wish::Off), found = made(CapturedStep::Wish::On);
            compare(found, expected, 1e-2);
            QVERIFY(found.recordings >= 1);
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void memoryStays() {
        try {
            steps("gpd", "float32", CapturedStep::Wish::On, 12);
            const int64_t before = bytesOnGpu();
            steps("gpd", "float32", CapturedStep::Wish::On, 12);
            QVERIFY2(bytesOnGpu() <= before + (1 << 20), std::to_string(bytesOnGpu() - before).c_str());
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }

    void aWholeRunLearnsTheSame_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"plain", "kd", "gpd"})
            QTest::newRow(kind) << kind;
    }
    void aWholeRunLearnsTheSame() {
        QFETCH(QString, kind);
        try {
            Json document = trainingDocument(kind.toStdString(), "cuda");
            document["training"]["epochs"] = 4;
            const auto trained = [&](const char* wish) {
                qputenv("GAPLAB_CUDA_GRAPH", wish);
                Memory memory = train(document, QString("run-%1").arg(wish));
                qunsetenv("GAPLAB_CUDA_GRAPH");
                return memory;
            };
            const Memory expected = trained("0"), found = trained("1");
            const auto &a = found.series.at("student/train/loss"), &b = expected.series.at("student/train/loss");
            QCOMPARE(a.size(), b.size());
            for (size_t i = 0; i < a.size(); ++i) {
                const double error = std::abs(a[i].second - b[i].second) / std::abs(b[i].second);
                QVERIFY2(error < 5e-2, (std::to_string(i) + ": " + std::to_string(error)).c_str());
            }
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }
};

int runCapturedTests(int argc, char** argv) {
    CapturedTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_captured.moc"

#include <QtTest>

#include "core/reparam/widening.h"
#include "tests/reparam/gpd_steps.h"

using namespace gaplab;

namespace {

/// An expanded network whose copies are unlike already.
Model unlikeCopies(const std::string& architecture, int ratio) {
    return expand(smallModel(architecture), {.ratio = ratio, .privateNoise = ratio > 1, .seed = 3});
}

Model wider(const Model& model, uint64_t seed = 7) {
    const Widening widening(*model.network, seed);
    return {widening.network(), widening.widened(model.state)};
}

Model inFloat(const Model& model) {
    return {model.network, model.state.to(at::kFloat)};
}

}  // namespace

/// A dynamic teacher that gets another copy in mid-training. Numbers in brackets: the section of the method.
class WideningTests : public QObject {
    Q_OBJECT

    at::Tensor images_ = someImages({4, 3, 32, 32}, at::kDouble);

    /// Every family; resnet8 in every width.
    static void addCases() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("ratio");
        for (const char* name : {"resnet8", "wrn_16_1", "vgg8", "resnet18", "resnet50", "mobilenet_v1", "mobilenet_v2",
                                 "shufflenet_v2", "deit", "rvt_tiny", "plane4"})
            for (const int ratio : {1, 2})
                QTest::addRow("%s, r = %d", name, ratio) << name << ratio;
        for (const int ratio : {3, 4})
            QTest::addRow("resnet8, r = %d", ratio) << "resnet8" << ratio;
    }

private Q_SLOTS:
    void theTeachersFunctionIsKeptAndTheStudentUntouched_data() { addCases(); }
    void theTeachersFunctionIsKeptAndTheStudentUntouched() {  // 3.8
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        Model model = unlikeCopies(name.toStdString(), ratio);
        for (int times = 0; times < 2; ++times) {
            const Model after = wider(model);
            QCOMPARE(after.network->expansion(), ratio + times + 1);
            for (const bool training : {true, false}) {
                const at::Tensor expected = logitsOf(model, images_, View::Teacher, training);
                const double error = largestDifference(logitsOf(after, images_, View::Teacher, training), expected);
                QVERIFY2(error < exactFor(expected), qPrintable(QString("%1, training %2").arg(error).arg(training)));
                QVERIFY(at::equal(logitsOf(after, images_, View::Student, training),
                                  logitsOf(model, images_, View::Student, training)));
            }
            for (size_t i = 0; i < model.state.parameters.size(); ++i) {
                const TensorSlot &before = model.network->parameters()[i], &slot = after.network->parameters()[i];
                QCOMPARE(after.state.parameters[i].sizes().vec(), slot.shape);
                QVERIFY2(at::equal(studentPart(after.state.parameters[i], slot.layout),
                                   studentPart(model.state.parameters[i], before.layout)),
                         slot.name.c_str());
            }
            model = after;
            // What a training would do to the copies, so that the next widening meets none that are alike.
            for (at::Tensor& parameter : model.state.parameters)
                parameter.add_(0.02 * someImages(parameter.sizes(), at::kDouble));
        }
    }

    void inFloat32BothFunctionsStayWithinRounding_data() { addCases(); }
    void inFloat32BothFunctionsStayWithinRounding() {  // 3.8
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        const Model model = inFloat(unlikeCopies(name.toStdString(), ratio)), after = wider(model);
        const at::Tensor images = images_.to(at::kFloat);
        const at::Tensor expected = logitsOf(model, images, View::Teacher);
        const double scale = expected.abs().max().item<double>();
        QVERIFY(largestDifference(logitsOf(after, images, View::Teacher), expected) < 1e-5 * scale);
        QVERIFY(at::equal(logitsOf(after, images), logitsOf(model, images)));
    }

    void theHalvesComeApartInTraining_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("ratio");
        for (const char* name : {"resnet8", "mobilenet_v2", "deit"})
            for (const int ratio : {1, 2, 3})
                QTest::addRow("%s, r = %d", name, ratio) << name << ratio;
    }
    void theHalvesComeApartInTraining() {  // 3.8
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model before = expand(smallModel(name.toStdString()), {.ratio = ratio, .privateNoise = ratio > 1});
        const int split = before.network->nextSplit();
        const Model model = wider(before);
        const auto distance = [&] {
            double largest = 0;
            for (size_t i = 0; i < model.state.parameters.size(); ++i) {
                const TensorSlot& slot = model.network->parameters()[i];
                if (slot.role != ParameterRole::Kernel || slot.layout.copies[0] == 1) continue;
                const int64_t rows = slot.studentShape[0], last = (slot.layout.copies[0] - 1) * rows;
                const at::Tensor values = model.state.parameters[i].detach();
                // The columns are shared out unequally from the first: their sums say whether the rows are still the same.
                const auto rowsFrom = [&](int64_t first) {
                    const at::Tensor block = values.narrow(0, first, rows);
                    return slot.layout.inputAxis == 1 ? block.flatten(1).sum(1) : block;
                };
                largest = std::max(largest, largestDifference(rowsFrom(split * rows), rowsFrom(last)));
            }
            return largest;
        };
        QVERIFY(distance() < 1e-12);
        train(model, images_, at::arange(4, at::kLong), 50, 0.02);
        QVERIFY2(distance() > 1e-6, qPrintable(QString::number(distance())));
    }

    void velocitiesFollowTheWeightsAndSquaresAreDuplicated() {  // 3.8
        const Model model = unlikeCopies("resnet8", 2);
        const Widening widening(*model.network, 7);
        const at::NoGradGuard noGradient;
        for (size_t i = 0; i < model.state.parameters.size(); ++i) {
            const at::Tensor& values = model.state.parameters[i];
            QVERIFY(at::equal(widening.widened(i, 2 * values), 2 * widening.widened(i, values)));
            const at::Tensor squares = widening.duplicated(i, at::ones_like(values));
            QCOMPARE(squares.sizes().vec(), widening.network()->parameters()[i].shape);
            QVERIFY(at::equal(squares, at::ones_like(squares)));
        }
    }

    void theOldestWholeCopyIsSplitFirst() {
        const auto network = buildElastic(smallModel("resnet8").network->plan(), {.ratio = 2, .branches = 1});
        QCOMPARE(network->copyWeights(), (std::vector<double>{1, 1}));
        QCOMPARE(withExpansion(*network, 3)->copyWeights(), (std::vector<double>{1, 0.5, 0.5}));
        QCOMPARE(withExpansion(*network, 4)->copyWeights(), (std::vector<double>{1, 0.25, 0.5, 0.25}));
        QCOMPARE(withExpansion(*network, 4)->nextSplit(), 2);
        QCOMPARE(withExpansion(*network, 4)->storage(), 2);
    }

    void noTeacherBecomesWiderThanEightTimes() {
        const Model model = expand(smallModel("resnet8"), {.ratio = 8, .branches = 1});
        QVERIFY(inputErrorOf([&] { Widening(*model.network, 1); }).what());
    }
};

int runWideningTests(int argc, char** argv) {
    WideningTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_widening.moc"

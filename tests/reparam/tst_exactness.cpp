#include <QtTest>

#include "tests/reparam/support.h"

using namespace gaplab;

/// Expanding and extracting keep the function, for every architecture. Numbers in brackets: the properties of the method's
/// checklist.
class ExactnessTests : public QObject {
    Q_OBJECT

    at::Tensor images_ = someImages({3, 3, 32, 32}, at::kDouble);

    static void addArchitectures() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("ratio");
        for (const std::string& name : buildableNames())
            for (const int ratio : {2, 3})
                QTest::addRow("%s, r = %d", name.c_str(), ratio) << QString::fromStdString(name) << ratio;
        QTest::addRow("resnet8, r = 4") << "resnet8" << 4;
    }

private Q_SLOTS:
    void spreadingAndTakingThePartAreInverse_data() { addArchitectures(); }
    void spreadingAndTakingThePartAreInverse() {  // [1]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model plain = smallModel(name.toStdString());
        const auto elastic = buildElastic(plain.network->plan(), {.ratio = ratio, .branches = 6});
        for (const TensorSlot& slot : elastic->parameters()) {
            const at::Tensor student = someImages(slot.studentShape, at::kDouble);
            const at::Tensor stored = spread(student, slot.layout);
            QCOMPARE(stored.sizes().vec(), slot.shape);
            QVERIFY2(largestDifference(studentPart(stored, slot.layout), student) < 1e-15, slot.name.c_str());
        }
    }

    void bothViewsAreTheStudentsFunction_data() { addArchitectures(); }
    void bothViewsAreTheStudentsFunction() {  // [2], [28]: shufflenet_v2 concatenates
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        const Model plain = smallModel(name.toStdString());
        const Model elastic = expand(plain, {.ratio = ratio, .scales = Scales::OneHot});
        for (const bool training : {true, false}) {
            const at::Tensor expected = logitsOf(plain, images_, View::Student, training);
            QVERIFY(expected.abs().max().item<double>() > 1e-3);
            for (const View view : {View::Student, View::Teacher}) {
                const double error = largestDifference(logitsOf(elastic, images_, view, training), expected);
                QVERIFY2(error < exactFor(expected), qPrintable(QString("%1, training %2").arg(error).arg(training)));
            }
        }
    }

    void withPublishedScalesBothViewsAgree_data() { addArchitectures(); }
    void withPublishedScalesBothViewsAgree() {  // [2]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        const Model plain = smallModel(name.toStdString());
        const Model elastic = expand(plain, {.ratio = ratio, .scales = Scales::Published});
        for (const bool training : {true, false}) {
            const at::Tensor student = logitsOf(elastic, images_, View::Student, training);
            QVERIFY(largestDifference(logitsOf(elastic, images_, View::Teacher, training), student) < exactFor(student));
        }
        const bool branched = !elastic.network->madeKernels().empty();
        const auto trained = [&](const Model& model) { return logitsOf(model, images_, View::Student, true); };
        QCOMPARE(largestDifference(trained(elastic), trained(plain)) > 1e-6, branched);
    }

    void extractingIsTheInverse_data() { addArchitectures(); }
    void extractingIsTheInverse() {  // [3]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model plain = smallModel(name.toStdString());
        const Model again = extract(expand(plain, {.ratio = ratio, .scales = Scales::OneHot}));
        QCOMPARE(again.state.parameters.size(), plain.state.parameters.size());
        QCOMPARE(again.state.buffers.size(), plain.state.buffers.size());
        for (size_t i = 0; i < plain.state.parameters.size(); ++i) {
            const std::string& slot = plain.network->parameters()[i].name;
            QCOMPARE(again.network->parameters()[i].name, slot);
            if (ratio == 3)
                QVERIFY2(largestDifference(again.state.parameters[i], plain.state.parameters[i]) < 1e-12, slot.c_str());
            else
                QVERIFY2(again.state.parameters[i].equal(plain.state.parameters[i]), slot.c_str());
        }
        QVERIFY(bitwiseEqual(again.state.buffers, plain.state.buffers));
    }

    void aLittleNoiseChangesLittle_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"resnet8", "mobilenet_v1", "deit", "rvt_tiny"})
            QTest::newRow(name) << name;
    }
    void aLittleNoiseChangesLittle() {  // [5]
        QFETCH(QString, name);
        const at::NoGradGuard noGradient;
        const Model plain = smallModel(name.toStdString());
        const ExpandOptions options{.ratio = 2, .scales = Scales::OneHot, .noise = 1e-6, .seed = 7};
        const Model elastic = expand(plain, options);
        const at::Tensor expected = logitsOf(plain, images_), noisy = logitsOf(elastic, images_, View::Teacher);
        const double relative = largestDifference(noisy, expected) / expected.abs().max().item<double>();
        QVERIFY2(relative > 0 && relative < 5e-3, qPrintable(QString::number(relative)));
        QVERIFY(noisy.argmax(1).equal(expected.argmax(1)));
        QVERIFY(bitwiseEqual(expand(plain, options).state.parameters, elastic.state.parameters));
        ExpandOptions other = options;
        other.seed = 8;
        QVERIFY(!bitwiseEqual(expand(plain, other).state.parameters, elastic.state.parameters));
    }

    void aDeployedStudentIsPlainAndTheSame_data() { addArchitectures(); }
    void aDeployedStudentIsPlainAndTheSame() {  // [24]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        const Model plain = smallModel(name.toStdString());
        Model elastic = expand(plain, {.ratio = ratio});
        for (at::Tensor& parameter : elastic.state.parameters)  // as if trained
            parameter.detach().add_(0.05 * someImages(parameter.sizes(), at::kDouble));
        const at::Tensor expected = logitsOf(elastic, images_);
        const Model deployed = deploy(elastic, false), folded = deploy(elastic, true);
        QVERIFY(largestDifference(logitsOf(deployed, images_), expected) < exactFor(expected));
        QVERIFY(largestDifference(logitsOf(folded, images_), expected) < exactFor(expected));
        QCOMPARE(deployed.network->parameterCount(), plain.network->parameterCount());
        QCOMPARE(profile(*deployed.network).perImage.macs, profile(*plain.network).perImage.macs);
        QCOMPARE(profile(*folded.network).perImage.macs, profile(*plain.network).perImage.macs);
        QVERIFY(folded.network->parameterCount() <= plain.network->parameterCount());
        if (!plain.network->folds().empty()) QVERIFY(folded.state.buffers.size() < plain.state.buffers.size());
    }

    void aFoldedStudentAgreesInFloat32() {  // [24]
        const at::NoGradGuard noGradient;
        Model elastic = expand(smallModel("resnet8"), {.ratio = 2});
        elastic.state = elastic.state.to(at::kFloat);
        const at::Tensor images = images_.to(at::kFloat), expected = logitsOf(elastic, images);
        QVERIFY(logitsOf(deploy(elastic, true), images).allclose(expected, 1e-5, 1e-5));
    }

    void theTeacherIsAsLargeAsAWiderNetwork_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<QString>("mega");
        QTest::newRow("resnet8") << "resnet8" << qint64{320260} << "49.13";
        QTest::newRow("resnet20") << "resnet20" << qint64{1096196} << "162.38";
        QTest::newRow("resnet32") << "resnet32" << qint64{1872132} << "275.62";
        QTest::newRow("resnet56") << "resnet56" << qint64{3424004} << "502.12";
        QTest::newRow("resnet8x4") << "resnet8x4" << qint64{4875428} << "706.46";
    }
    void theTeacherIsAsLargeAsAWiderNetwork() {
        QFETCH(QString, name);
        QFETCH(qint64, parameters);
        QFETCH(QString, mega);
        const auto elastic = buildElastic({.architecture = name.toStdString(), .classes = 100}, {.ratio = 2, .branches = 1});
        QCOMPARE(qint64{elastic->parameterCount()}, parameters);
        QCOMPARE(QString::number(static_cast<double>(profile(*elastic, View::Teacher).perImage.macs) * 1e-6, 'f', 2), mega);
        QCOMPARE(profile(*elastic, View::Student).perImage.macs,
                 profile(name.toStdString(), Json::object(), {}, 100).perImage.macs);
    }

    void theStatisticsOfBothViewsStartAsTheStudents() {
        const Model plain = smallModel("resnet8");
        const Model elastic = expand(plain, {.ratio = 3});
        const size_t mean = indexOf(elastic.network->buffers(), "bn1.running_mean");
        const size_t teacher = indexOf(elastic.network->buffers(), "bn1.teacher_running_mean");
        QVERIFY(elastic.state.buffers[teacher].equal(elastic.state.buffers[mean].repeat({3})));
        QVERIFY(elastic.state.buffers[mean].equal(plain.state.buffers[indexOf(plain.network->buffers(), "bn1.running_mean")]));
    }

    void whatCannotBeBuiltIsRefused_data() {
        QTest::addColumn<int>("ratio");
        QTest::addColumn<int>("branches");
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("says");
        QTest::newRow("r = 0") << 0 << 6 << ""
                               << "1 to 8 times as wide";
        QTest::newRow("r = 9") << 9 << 6 << ""
                               << "1 to 8 times as wide";
        QTest::newRow("M = 0") << 2 << 0 << ""
                               << "1 to 6 branches";
        QTest::newRow("M = 7") << 2 << 7 << ""
                               << "1 to 6 branches";
        QTest::newRow("no such layer") << 2 << 6 << "layer9"
                                       << "no convolution is called \"layer9\"";
        QTest::newRow("not eligible") << 2 << 6 << "layer2.0.conv1"
                                      << "layer2.0.conv1 cannot get branches, its stride is 2";
    }
    void whatCannotBeBuiltIsRefused() {
        QFETCH(int, ratio);
        QFETCH(int, branches);
        QFETCH(QString, layer);
        QFETCH(QString, says);
        ExpandOptions options{.ratio = ratio, .branches = branches};
        if (!layer.isEmpty()) options.layers = {layer.toStdString()};
        const Error error = inputErrorOf([&] { buildElastic({.architecture = "resnet8"}, options); });
        QVERIFY2(contains(error.what(), says.toStdString()), error.what());
    }

    void layersChosenByNameAloneGetBranches() {
        std::vector<BranchedLayer> layers;
        buildElastic({.architecture = "resnet8"}, {.ratio = 2, .layers = {"layer1", "layer3.0.conv2"}}, &layers);
        std::vector<std::string> branched;
        for (const BranchedLayer& layer : layers) {
            QVERIFY(layer.branched != !layer.reason.empty());
            if (layer.branched) branched.push_back(layer.name);
        }
        QCOMPARE(branched, (std::vector<std::string>{"layer1.0.conv1", "layer1.0.conv2", "layer3.0.conv2"}));
    }

    void theRuleOfThePublishedCodeHolds_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("branched");
        QTest::newRow("resnet18") << "resnet18" << 13;
        QTest::newRow("mobilenet_v1") << "mobilenet_v1" << 9;
        QTest::newRow("rvt_tiny") << "rvt_tiny" << 0;
    }
    void theRuleOfThePublishedCodeHolds() {
        QFETCH(QString, name);
        QFETCH(int, branched);
        std::vector<BranchedLayer> layers;
        buildElastic({.architecture = name.toStdString(), .input = {3, 224, 224}, .classes = 1000}, {.ratio = 2}, &layers);
        QCOMPARE(std::ranges::count(layers, true, &BranchedLayer::branched), std::ptrdiff_t{branched});
    }

    void theCostOfTrainingIsThePublishedOne_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("ratio");
        QTest::addColumn<double>("millions");
        QTest::addColumn<double>("gigaMacs");
        QTest::newRow("resnet18, r = 1") << "resnet18" << 1 << 42.33 << 1.81;
        QTest::newRow("resnet18, r = 2") << "resnet18" << 2 << 167.8 << 7.02;
        QTest::newRow("resnet18, r = 3") << "resnet18" << 3 << 376.0 << 15.6;
        QTest::newRow("mobilenet_v1, r = 2") << "mobilenet_v1" << 2 << 15.6 << 2.22;
        QTest::newRow("rvt_tiny, r = 2") << "rvt_tiny" << 2 << 33.4 << 4.69;
    }
    void theCostOfTrainingIsThePublishedOne() {
        QFETCH(QString, name);
        QFETCH(int, ratio);
        QFETCH(double, millions);
        QFETCH(double, gigaMacs);
        const auto elastic = buildElastic({.architecture = name.toStdString(), .input = {3, 224, 224}, .classes = 1000},
                                          {.ratio = ratio, .branches = 6});
        const double counted = static_cast<double>(elastic->parameterCount()) * 1e-6;
        const double macs = static_cast<double>(profile(*elastic, View::Teacher).perImage.macs) * 1e-9;
        QVERIFY2(std::abs(counted / millions - 1) < 0.005, qPrintable(QString::number(counted)));
        QVERIFY2(std::abs(macs / gigaMacs - 1) < 0.005, qPrintable(QString::number(macs)));
    }
};

int runExactnessTests(int argc, char** argv) {
    ExactnessTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_exactness.moc"

#include <QSet>
#include <QtTest>

#include "core/nn/network.h"
#include "tests/nn/support.h"

using namespace gaplab;

namespace {

struct Row {
    const char* name;
    int64_t parameters10, parameters100;
    const char* mega;  ///< millions of MACs for 100 classes, as published
    const char* parameters = "{}";
};

// Parameter counts and MACs of the usual implementations, 32x32x3.
constexpr Row table[] = {
    {"resnet8", 78042, 83892, "12.51"},           {"resnet14", 175258, 181108, "26.66"},
    {"resnet20", 272474, 278324, "40.82"},        {"resnet32", 466906, 472756, "69.13"},
    {"resnet44", 661338, 667188, "97.44"},        {"resnet56", 855770, 861620, "125.75"},
    {"resnet110", 1730714, 1736564, "253.16"},    {"resnet8x4", 1210410, 1233540, "177.07"},
    {"resnet32x4", 7410730, 7433860, "1083.04"},  {"plane2", 13082, 215172, "3.45"},
    {"plane4", 37338, 475652, "24.89"},           {"plane6", 82778, 1107204, "39.45"},
    {"plane8", 327962, 1246276, "52.86"},         {"plane10", 2487850, 2931460, "72.24"},
    {"wrn_16_1", 175066, 180916, "26.66"},        {"wrn_16_2", 691674, 703284, "101.12"},
    {"wrn_40_1", 563930, 569780, "83.29"},        {"wrn_40_2", 2243546, 2255156, "327.61"},
    {"vgg8", 3918858, 3965028, "96.19"},          {"vgg11", 9231114, 9277284, "209.44"},
    {"vgg13", 9416010, 9462180, "284.94"},        {"vgg16", 14728266, 14774436, "398.18"},
    {"vgg19", 20040522, 20086692, "511.43"},      {"mobilenet_v2", 697546, 812836, "6.52", R"({"width": 0.5})"},
    {"shufflenet_v2", 1263278, 1355528, "44.50"}, {"resnet18", 11173962, 11220132, "555.47"},
    {"resnet50", 23520842, 23705252, "1298.01"},
};

// The same for images of 224 x 224 pixels and 1000 classes, in thousand millions.
struct LargeRow {
    const char* name;
    int64_t parameters;
    const char* giga;
};
constexpr LargeRow imageNet[] = {
    {"resnet18", 11689512, "1.814"},    {"resnet34", 21797672, "3.664"},     {"resnet50", 25557032, "4.089"},
    {"resnet101", 44549160, "7.801"},   {"resnet152", 60192808, "11.514"},   {"mobilenet_v1", 4231976, "0.569"},
    {"mobilenet_v2", 3504872, "0.301"}, {"shufflenet_v2", 2278604, "0.145"}, {"deit_tiny", 5717416, "1.25"},
    {"deit_small", 22050664, "4.60"},   {"rvt_tiny", 8646376, "1.284"},      {"rvt_small", 22148392, "4.645"},
};

using Shapes = std::vector<std::vector<int64_t>>;

Shapes stagesOf(const std::string& name, const Json& parameters = Json::object(), InputShape input = {}) {
    return profile(name, parameters, input, 10).perImage.stageShapes;
}

}  // namespace

class ArchitectureTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTableHasEveryArchitecture() {
        QSet<QString> published, built;
        for (const Row& row : table)
            published.insert(row.name);
        for (const LargeRow& row : imageNet)
            published.insert(row.name);
        published.insert("deit");  // below
        for (const std::string& name : buildableNames())
            built.insert(QString::fromStdString(name));
        QCOMPARE(built, published);
    }

    void countsEqualThePublishedOnes_data() {
        QTest::addColumn<qint64>("parameters10");
        QTest::addColumn<qint64>("parameters100");
        QTest::addColumn<QString>("mega");
        QTest::addColumn<QString>("parameters");
        for (const Row& row : table)
            QTest::newRow(row.name) << qint64{row.parameters10} << qint64{row.parameters100} << QString(row.mega)
                                    << QString(row.parameters);
    }
    void countsEqualThePublishedOnes() {
        QFETCH(qint64, parameters10);
        QFETCH(qint64, parameters100);
        QFETCH(QString, mega);
        QFETCH(QString, parameters);
        const Json declared = Json::parse(parameters.toStdString());
        const NetworkProfile ten = profile(QTest::currentDataTag(), declared, {}, 10);
        const NetworkProfile hundred = profile(QTest::currentDataTag(), declared, {}, 100);
        QCOMPARE(qint64{ten.parameters}, parameters10);
        QCOMPARE(qint64{hundred.parameters}, parameters100);
        QCOMPARE(QString::number(static_cast<double>(hundred.perImage.macs) * 1e-6, 'f', 2), mega);
    }

    void countsForImageNetEqualThePublishedOnes_data() {
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<QString>("giga");
        for (const LargeRow& row : imageNet)
            QTest::newRow(row.name) << qint64{row.parameters} << QString(row.giga);
    }
    void countsForImageNetEqualThePublishedOnes() {
        QFETCH(qint64, parameters);
        QFETCH(QString, giga);
        const NetworkProfile counted = profile(QTest::currentDataTag(), Json::object(), {3, 224, 224}, 1000);
        QCOMPARE(qint64{counted.parameters}, parameters);
        const int digits = static_cast<int>(giga.size() - 1 - giga.indexOf('.'));
        QCOMPARE(QString::number(static_cast<double>(counted.perImage.macs) * 1e-9, 'f', digits), giga);
    }

    void aTransformerForSmallImagesCountsByFormula() {
        // Four by four pixels a patch: 64 tokens and the class token; the formulas of knowledge distillation's literature.
        const NetworkProfile ten = profile("deit_tiny", Json::object(), {}, 10);
        QCOMPARE(ten.parameters, int64_t{5'362'762});
        QCOMPARE(profile("deit_tiny", Json::object(), {}, 100).parameters, int64_t{5'380'132});
        const int64_t tokens = 65, features = 192;
        const int64_t block = 12 * features * features * tokens + 2 * tokens * tokens * features;
        QCOMPARE(ten.perImage.macs, 12 * block + 64 * 48 * features + features * 10);
        // The same net by its sizes.
        const Json sizes = {{"patch", 4}, {"dim", 192}, {"depth", 12}, {"heads", 3}};
        QCOMPARE(profile("deit", sizes, {}, 10).parameters, ten.parameters);
        QCOMPARE(profile("deit", sizes, {}, 10).perImage.macs, ten.perImage.macs);
    }

    void resnet20OnCifar10CountsExactly() {
        QCOMPARE(profile("resnet20", Json::object(), {}, 10).perImage.macs, int64_t{40'813'184});
    }

    void activationsAreWhatTheBackwardPassKeeps() {
        // Two convolutions with their ReLUs and poolings: 2 * 16 * 32^2 + 16 * 16^2, 2 * 16 * 16^2 + 16 * 8^2; ten logits.
        const int64_t values = 2 * 16 * 1024 + 16 * 256 + 2 * 16 * 256 + 16 * 64 + 10;
        QCOMPARE(profile("plane2", Json::object(), {}, 10).perImage.activationBytes, 4 * values);
    }

    void stagesHaveTheirShapes() {
        QCOMPARE(stagesOf("resnet20"), (Shapes{{16, 32, 32}, {16, 32, 32}, {32, 16, 16}, {64, 8, 8}}));
        QCOMPARE(stagesOf("resnet8x4"), (Shapes{{32, 32, 32}, {64, 32, 32}, {128, 16, 16}, {256, 8, 8}}));
        QCOMPARE(stagesOf("wrn_16_2"), (Shapes{{16, 32, 32}, {32, 32, 32}, {64, 16, 16}, {128, 8, 8}}));
        QCOMPARE(stagesOf("vgg8"), (Shapes{{64, 32, 32}, {128, 16, 16}, {256, 8, 8}, {512, 4, 4}, {512, 4, 4}}));
        QCOMPARE(stagesOf("mobilenet_v2", {{"width", 0.5}}),
                 (Shapes{{16, 16, 16}, {12, 16, 16}, {16, 8, 8}, {48, 4, 4}, {160, 2, 2}}));
        QCOMPARE(stagesOf("shufflenet_v2"), (Shapes{{24, 32, 32}, {116, 16, 16}, {232, 8, 8}, {464, 4, 4}}));
        QCOMPARE(stagesOf("resnet50"), (Shapes{{64, 32, 32}, {256, 32, 32}, {512, 16, 16}, {1024, 8, 8}, {2048, 4, 4}}));
        QCOMPARE(stagesOf("mobilenet_v1", Json::object(), {3, 224, 224}),
                 (Shapes{{64, 112, 112}, {128, 56, 56}, {256, 28, 28}, {512, 14, 14}, {1024, 7, 7}}));
        QCOMPARE(stagesOf("rvt_tiny", Json::object(), {3, 224, 224}),
                 (Shapes{{192, 14, 14}, {192, 14, 14}, {192, 14, 14}, {192, 14, 14}, {192, 14, 14}, {384, 7, 7}}));
        QCOMPARE(stagesOf("deit_tiny"), (Shapes{{65, 192}, {65, 192}, {65, 192}, {65, 192}}));
        QCOMPARE(stagesOf("plane4"), (Shapes{{16, 32, 32}, {32, 16, 16}}));
        QCOMPARE(stagesOf("plane6", {{"layout", "c100"}}), (Shapes{{32, 32, 32}, {64, 16, 16}, {128, 8, 8}}));
        QCOMPARE(stagesOf("resnet8", Json::object(), {1, 33, 50}),
                 (Shapes{{16, 33, 50}, {16, 33, 50}, {32, 17, 25}, {64, 9, 13}}));
    }

    void widthScalesEveryLayerButTheClasses() {
        QCOMPARE(stagesOf("resnet8", {{"width", 2.0}}), (Shapes{{32, 32, 32}, {32, 32, 32}, {64, 16, 16}, {128, 8, 8}}));
        QCOMPARE(stagesOf("resnet8", {{"width", 0.35}}), (Shapes{{6, 32, 32}, {6, 32, 32}, {11, 16, 16}, {22, 8, 8}}));
        // Published counts of dynamic teachers of expansion 2, which are these networks.
        QCOMPARE(profile("resnet20", {{"width", 2.0}}, {}, 100).parameters, int64_t{1'096'196});
        QCOMPARE(profile("resnet56", {{"width", 2}}, {}, 100).parameters, int64_t{3'424'004});
    }

    void layoutOverridesTheClassCount() {
        QCOMPARE(profile("plane2", {{"layout", "c10"}}, {}, 10).parameters, profile("plane2", Json::object(), {}, 10).parameters);
        QVERIFY(profile("plane2", {{"layout", "c100"}}, {}, 10).parameters >
                profile("plane2", {{"layout", "c10"}}, {}, 10).parameters);
        QVERIFY(profile("plane2", {{"layout", "c10"}}, {}, 100).parameters <
                profile("plane2", Json::object(), {}, 100).parameters);
    }

    void profileShapesEqualThoseOfARealPass_data() { addNames(); }
    void profileShapesEqualThoseOfARealPass() {
        const std::string name = QTest::currentDataTag();
        const InputShape input = name.starts_with("deit") ? InputShape{1, 20, 28} : InputShape{1, 18, 25};
        const auto network = buildNetwork(name, Json::object(), input, 7);
        const at::NoGradGuard noGradient;
        const State state = initialState(*network, 0);
        Profile counted;
        const Outputs outputs =
            network->forward(someImages({2, 1, input.height, input.width}), {.state = state, .taps = true, .profile = &counted});
        Shapes real;
        for (const at::Tensor& stage : outputs.stages)
            real.push_back(stage.sizes().slice(1).vec());
        const NetworkProfile meta = profile(name, Json::object(), input, 7);
        QCOMPARE(meta.perImage.stageShapes, real);
        QCOMPARE(meta.perImage.macs, counted.macs);
        QCOMPARE(meta.perImage.activationBytes, counted.activationBytes);
    }

    void membersAreDescribed() {
        Catalogue catalogue;
        addArchitectures(catalogue);
        QSet<QString> names;
        for (const Member& member : catalogue.members(Registry::Architecture)) {
            QVERIFY2(!member.help.empty() && member.facts.contains("family"), member.name.c_str());
            names.insert(QString::fromStdString(member.name));
            for (const Parameter& parameter : member.parameters)
                QVERIFY(!checkValue(parameter, parameter.defaultValue));
        }
        QCOMPARE(names.size(), static_cast<qsizetype>(catalogue.members(Registry::Architecture).size()));
        QCOMPARE(catalogue.find(Registry::Architecture, "resnet56")->facts["reference"]["cifar100"].get<double>(), 0.7234);
        QVERIFY(!catalogue.find(Registry::Architecture, "resnet44")->facts.contains("reference"));
    }

    void whatCannotBeBuiltIsRefused_data() {
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("classes");
        QTest::addColumn<QString>("says");
        QTest::newRow("resnet21") << "{}" << 32 << 3 << 10 << "no architecture \"resnet21\"";
        QTest::newRow("deit_small") << "{}" << 30 << 3 << 10 << "patches of 4";
        QTest::newRow("deit") << R"({"dim": 20, "heads": 3})" << 32 << 3 << 10 << "20 features";
        QTest::newRow("resnet18") << R"({"stem": "imagenet"})" << 31 << 3 << 10 << "31 x 31";
        QTest::newRow("resnet8 ") << "{}" << 32 << 3 << 10 << "no architecture";
        QTest::newRow("plane8") << "{}" << 15 << 3 << 10 << "15 x 15";
        QTest::newRow("resnet20") << "{}" << 7 << 3 << 10 << "7 x 7";
        QTest::newRow("resnet8") << "{}" << 32 << 0 << 10 << "channels";
        QTest::newRow("resnet14") << "{}" << 32 << 3 << 1 << "classes";
        QTest::newRow("resnet32") << "{}" << 1000000 << 3 << 10 << "too large";
        QTest::newRow("resnet44") << "{\"width\": 0}" << 32 << 3 << 10 << "width of resnet44";
        QTest::newRow("resnet56") << "{\"widht\": 1}" << 32 << 3 << 10 << "widht";
        QTest::newRow("plane2") << "{\"layout\": \"c20\"}" << 32 << 3 << 10 << "layout of plane2";
        QTest::newRow("plane4") << "{\"layout\": null}" << 32 << 3 << 10 << "layout of plane4";
        QTest::newRow("plane6") << "[1]" << 32 << 3 << 10 << "no parameter";
    }
    void whatCannotBeBuiltIsRefused() {
        QFETCH(QString, parameters);
        QFETCH(int, size);
        QFETCH(int, channels);
        QFETCH(int, classes);
        QFETCH(QString, says);
        const Error error = inputErrorOf([&] {
            buildNetwork(QTest::currentDataTag(), Json::parse(parameters.toStdString()), {channels, size, size}, classes);
        });
        QVERIFY2(contains(error.what(), says.toStdString()), error.what());
    }

    void aMisspeltNameGetsTheNearestOne() {
        const Error error = inputErrorOf([] { buildNetwork("resnet2O", Json::object(), {}, 10); });
        QVERIFY2(contains(error.hint(), "resnet20"), error.hint().c_str());
    }

private:
    static void addNames() {
        QTest::addColumn<int>("unused");
        for (const std::string& name : buildableNames())
            QTest::newRow(name.c_str()) << 0;
    }
};

int runArchitectureTests(int argc, char** argv) {
    ArchitectureTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_architectures.moc"

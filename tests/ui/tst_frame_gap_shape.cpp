#include <rapidcheck.h>

#include "tests/ui/frame_tests.h"
#include "ui/setup/gap_shape.h"

namespace gaplab::ui {
namespace {

constexpr GapShape::Grid tenEpochs{0.5, 10};

GapShape shapeOf(const char* target, double band = 1.5) {
    const auto shape = GapShape::read(Json::parse(target), band);
    if (!shape) qFatal("%s cannot be read.", target);
    return *shape;
}

QString written(const GapShape& shape) {
    return QString::fromStdString(shape.target().dump());
}

bool ascends(const GapShape& shape) {
    return std::ranges::adjacent_find(shape.curve().points, std::greater_equal{}, &std::pair<double, double>::first) ==
           shape.curve().points.end();
}

/// Points at epochs that need not lie on a beat.
rc::Gen<std::vector<int>> tenthsOfEpochs() {
    return rc::gen::nonEmpty(rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, 200)));
}

GapShape shapeAt(std::vector<int> tenths) {
    std::ranges::sort(tenths);
    Json points = Json::array();
    for (const int tenth : tenths)
        points.push_back({tenth / 10.0, 3.0});
    return *GapShape::read(points, 1.0);
}

}  // namespace

class TestGapShape : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatCannotBeDrawnIsNotRead_data();
    void whatCannotBeDrawnIsNotRead();
    void pointsSnapToBeatAndTenths_data();
    void pointsSnapToBeatAndTenths();
    void numbersThatAreNotMovedStayAsTheyWereWritten();
    void beatOfStepsLeavesTheUsualGrid();
    void aConstantHasALevelAndNoEpoch();
    void aPointOnAConstantMakesALine();
    void anAddedPointLiesOnTheLine_data();
    void anAddedPointLiesOnTheLine();
    void theLastPointStays();
    void theBandKeepsSomeWidth();
    void movingNeverPassesANeighbour();
    void addingAndRemovingComesBack();
};

void TestGapShape::whatCannotBeDrawnIsNotRead_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("read");
    const auto row = [](const char* target, bool read) { QTest::newRow(target) << target << read; };
    row("3", true);
    row("[[0,3]]", true);
    row("[[0,3],[2.5,1]]", true);
    row("{\"shape\":\"cosine\",\"points\":[[0,3],[2,1]]}", true);
    row("{\"shape\":\"spline\",\"points\":[[0,3],[2,1]]}", false);
    row("{\"shape\":\"steps\"}", false);
    row("null", false);
    row("\"3\"", false);
    row("[]", false);
    row("[[0,3],[0,1]]", false);
    row("[[2,3],[0,1]]", false);
    row("[[0,3],[2]]", false);
    row("[[0,3],[2,\"\"]]", false);
}

void TestGapShape::whatCannotBeDrawnIsNotRead() {
    QFETCH(QString, target);
    QFETCH(bool, read);
    QCOMPARE(GapShape::read(Json::parse(target.toStdString()), 1.5).has_value(), read);
    QVERIFY(!GapShape::read(Json::parse(target.toStdString()), "wide"));
}

void TestGapShape::pointsSnapToBeatAndTenths_data() {
    QTest::addColumn<double>("epoch");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("target");
    const auto row = [](const char* name, double epoch, double value, const char* target) {
        QTest::newRow(name) << epoch << value << target;
    };
    row("down", 4.2, 2.04, "[[0,9],[4,2.0],[8,1]]");
    row("up", 4.3, 2.06, "[[0,9],[4.5,2.1],[8,1]]");
    row("to the point before", -3, 2, "[[0,9],[0.5,2.0],[8,1]]");
    row("to the point behind", 30, 2, "[[0,9],[7.5,2.0],[8,1]]");
    row("up without end", 4, 1e9, "[[0,9],[4,100.0],[8,1]]");
    row("down without end", 4, -1e9, "[[0,9],[4,-100.0],[8,1]]");
}

void TestGapShape::pointsSnapToBeatAndTenths() {
    QFETCH(double, epoch);
    QFETCH(double, value);
    QFETCH(QString, target);
    GapShape shape = shapeOf("[[0,9],[4,4],[8,1]]");
    shape.movePoint(1, epoch, value, tenEpochs);
    QCOMPARE(written(shape), target);
}

void TestGapShape::numbersThatAreNotMovedStayAsTheyWereWritten() {
    GapShape shape = shapeOf("{\"shape\":\"cosine\",\"points\":[[0.3,2.75],[7.1,1]]}");
    shape.movePoint(0, 0.3, 4.0, tenEpochs);
    QCOMPARE(written(shape), QString("{\"points\":[[0.3,4.0],[7.1,1]],\"shape\":\"cosine\"}"));
    shape = shapeOf("[[0.3,2.75],[7.1,1]]");
    shape.movePoint(0, 1.2, 2.75, tenEpochs);
    QCOMPARE(written(shape), QString("[[1,2.75],[7.1,1]]"));
}

void TestGapShape::beatOfStepsLeavesTheUsualGrid() {
    const auto grid = [](const char* experiment) { return gridOf(Json::parse(experiment)); };
    QCOMPARE(grid("{\"gap\":{\"every\":2},\"training\":{\"epochs\":12}}").beat, 2.0);
    QCOMPARE(grid("{\"gap\":{\"every\":2},\"training\":{\"epochs\":12}}").epochs, 12.0);
    QCOMPARE(grid("{\"gap\":{\"every\":\"epoch\"}}").beat, 1.0);
    QCOMPARE(grid("{\"gap\":{\"every\":\"2 epochs\"}}").beat, 2.0);
    QCOMPARE(grid("{\"gap\":{\"every\":\"20 steps\"}}").beat, 0.5);
    QCOMPARE(grid("{\"gap\":{\"every\":\"often\"},\"training\":{\"epochs\":\"many\"}}").beat, 0.5);
    QCOMPARE(grid("{}").epochs, static_cast<double>(Training().epochs));
    QCOMPARE(beatOf(Json::parse("{\"gap\":{\"every\":\"20 steps\"}}")).steps, int64_t{20});
}

void TestGapShape::aConstantHasALevelAndNoEpoch() {
    GapShape shape = shapeOf("3");
    QCOMPARE(shape.handleCount(), size_t{2});
    shape.movePoint(0, 7, 3, tenEpochs);
    QCOMPARE(written(shape), QString("3"));
    shape.movePoint(0, 7, 1.26, tenEpochs);
    QCOMPARE(written(shape), QString("1.3"));
}

void TestGapShape::aPointOnAConstantMakesALine() {
    GapShape shape = shapeOf("3");
    QVERIFY(!shape.addPoint(0.1, tenEpochs));
    QCOMPARE(written(shape), QString("3"));
    QVERIFY(shape.addPoint(4.1, tenEpochs) == size_t{1});
    QCOMPARE(written(shape), QString("[[0,3],[4,3.0]]"));
}

void TestGapShape::anAddedPointLiesOnTheLine_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<double>("epoch");
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("after");
    const auto row = [](const char* name, const char* before, double epoch, int index, const char* after) {
        QTest::newRow(name) << before << epoch << index << after;
    };
    row("between", "[[0,8],[4,4]]", 2, 1, "[[0,8],[2,6.0],[4,4]]");
    row("before", "[[2,8],[4,4]]", 0, 0, "[[0,8.0],[2,8],[4,4]]");
    row("behind", "[[0,8],[4,4]]", 99, 2, "[[0,8],[4,4],[10,4.0]]");
    row("on a point", "[[0,8],[4,4]]", 3.9, -1, "[[0,8],[4,4]]");
    row("of steps", "{\"points\":[[0,8],[4,4]],\"shape\":\"steps\"}", 2, 1,
        "{\"points\":[[0,8],[2,8.0],[4,4]],\"shape\":\"steps\"}");
}

void TestGapShape::anAddedPointLiesOnTheLine() {
    QFETCH(QString, before);
    QFETCH(double, epoch);
    QFETCH(int, index);
    QFETCH(QString, after);
    GapShape shape = shapeOf(qUtf8Printable(before));
    const auto added = shape.addPoint(epoch, tenEpochs);
    QCOMPARE(added ? static_cast<int>(*added) : -1, index);
    QCOMPARE(written(shape), after);
}

void TestGapShape::theLastPointStays() {
    GapShape shape = shapeOf("[[0,8],[4,4]]");
    QVERIFY(!shape.removePoint(2));  // the band
    QVERIFY(shape.removePoint(0));
    QVERIFY(!shape.removePoint(0));
    QCOMPARE(written(shape), QString("[[4,4]]"));
    GapShape constant = shapeOf("3");
    QVERIFY(!constant.removePoint(0));
    QCOMPARE(written(constant), QString("3"));
}

void TestGapShape::theBandKeepsSomeWidth() {
    GapShape shape = shapeOf("3");
    shape.setBand(-2);
    QCOMPARE(shape.band(), 0.1);
    shape.setBand(2.04);
    QCOMPARE(shape.band(), 2.0);
}

void TestGapShape::movingNeverPassesANeighbour() {
    QVERIFY(rc::check("points ascend wherever one is moved", [] {
        GapShape shape = shapeAt(*tenthsOfEpochs());
        const auto point = *rc::gen::inRange<size_t>(0, shape.pointCount());
        const GapShape::Grid grid{*rc::gen::element(0.1, 0.25, 0.3, 0.5, 1.0, 7.0), *rc::gen::element(1.0, 10.0, 12.5, 30.0)};
        const auto before = shape.curve().points;
        const double epoch = *rc::gen::inRange(-300, 500) / 10.0;
        shape.movePoint(point, epoch, *rc::gen::inRange(-2000, 2000) / 7.0, grid);
        RC_ASSERT(shape.pointCount() == before.size());
        RC_ASSERT(ascends(shape));
        RC_ASSERT(shape.curve().points.front().first >= 0);
        RC_ASSERT(shape.curve().points.back().first <= std::max(grid.epochs, before.back().first));
        for (size_t other = 0; other < before.size(); ++other)
            if (other != point) RC_ASSERT(shape.curve().points[other] == before[other]);
    }));
}

void TestGapShape::addingAndRemovingComesBack() {
    QVERIFY(rc::check("an added point is taken away again", [] {
        const GapShape before = shapeAt(*tenthsOfEpochs());
        GapShape shape = before;
        const auto added = shape.addPoint(*rc::gen::inRange(-50, 300) / 10.0, {0.5, 20});
        RC_ASSERT(ascends(shape));
        if (added) RC_ASSERT(shape.removePoint(*added));
        RC_ASSERT(shape == before);
    }));
}

int testGapShape(const QStringList& arguments) {
    TestGapShape tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_gap_shape.moc"

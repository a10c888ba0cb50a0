#include <cmath>
#include <limits>
#include <rapidcheck.h>
#include <zlib.h>

#include <QTest>

#include "core/interop/figure_file.h"
#include "core/interop/packed.h"
#include "tests/interop/incoming.h"
#include "tests/interop/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

FigureFile someFigure() {
    FigureView view{.page = "monitor", .app = "0.1.0"};
    view.runs = {{.uuid = newUuid(), .name = "a \"run\" <&> \xE7\x9F\xA5\xE8\xAD\x98", .seed = 18'446'744'073'709'551'615U},
                 {.uuid = newUuid(), .name = "hidden", .hidden = true}};
    view.runs[0].series["student/validation/accuracy"] = heldOf({{0, 0, 0.1, 0}, {10, 1, std::nan(""), 0}});
    view.choices = {{"x", "epoch"}, {"smoothing", "average 0.9"}};
    view.title = "A </gaplab:figure> title";
    view.x = {"Epoch", -0.5, 12.25, false};
    view.panels = {{"Accuracy (%)", 0, 100, true}, {"Gap (points)", 1e-3, 7, false}};
    view.legend = false;
    return {view, "panel,curve,x,y\n\"Accuracy (%)\",\"A, \"\"b\"\"\",0,10\n\"Accuracy (%)\",\"A, \"\"b\"\"\",1,nan\n"};
}

/// The smallest picture: one white dot.
std::string smallPng() {
    const unsigned char bytes[] = {0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
                                   0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
                                   0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
                                   0x9c, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00, 0x1b, 0xb6, 0xee, 0x56, 0x00,
                                   0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
    return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

const std::string smallSvg = "<?xml version=\"1.0\"?>\n<svg width=\"1mm\" height=\"1mm\"><path d=\"M0 0\"/></svg>\n";

std::string fileOf(const QString& kind, const FigureFile& figure) {
    if (kind == "png") return pngWithFigure(smallPng(), figure);
    if (kind == "svg") return svgWithFigure(smallSvg, figure);
    return "%PDF-1.4\n1 0 obj\nstream\n" + xmpWithFigure(figure) + "endstream\n%%EOF\n";
}

/// An SVG file that carries this document.
std::string svgWith(const Json& document) {
    return "<svg><metadata><gaplab:figure>" + packed(document.dump()) + "</gaplab:figure></metadata></svg>";
}

Json documentOf(const FigureFile& figure) {
    return {{"gaplab_figure", 1}, {"view", toJson(figure.view)}, {"data", figure.data}};
}

std::string bigEndian(size_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

/// What is said of the content; empty: it was read.
std::string refusalOf(const std::string& content) {
    try {
        figureIn(content, "the file");
        return {};
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        return error.what();
    }
}

}  // namespace

class TestFigureFile : public QObject {
    Q_OBJECT
    const Place place_;

private Q_SLOTS:
    void whatIsPackedComesBack() {
        QVERIFY(rc::check("any bytes", [](const std::string& text) { RC_ASSERT(unpacked(packed(text), text.size()) == text); }));
        QVERIFY_THROWS_EXCEPTION(Error, unpacked(packed(std::string(100'000, 'a')), 99'999));
    }

    void figuresComeBack_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"png", "svg", "pdf"})
            QTest::newRow(kind) << kind;
    }
    void figuresComeBack() {
        QFETCH(QString, kind);
        const FigureFile figure = someFigure();
        const auto path = place_.path("figure." + kind.toStdString());
        writeFile(path, fileOf(kind, figure));
        QVERIFY(hasFigureName(path));
        QVERIFY(readFigure(path) == figure);
    }

    /// Other programs make the one text chunk of PNG from the other.
    void plainTextChunkIsRead() {
        const FigureFile figure = someFigure();
        std::string png = smallPng();
        const std::string chunk = std::string("tEXtgaplab-figure") + '\0' + packed(documentOf(figure).dump());
        const auto check = crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size()));
        const std::string end = png.substr(png.size() - 12);
        png.resize(png.size() - 12);
        png += bigEndian(chunk.size() - 4) + chunk;
        QVERIFY(figureIn(png + bigEndian(check) + end, "") == figure);
        QVERIFY(QByteArray::fromStdString(refusalOf(png + bigEndian(check ^ 1) + end)).contains("check sum"));
    }

    void damagedFilesAreRefused_data() { figuresComeBack_data(); }
    void damagedFilesAreRefused() {
        QFETCH(QString, kind);
        const FigureFile figure = someFigure();
        const std::string content = fileOf(kind, figure);
        QVERIFY(rc::check("cut off: refused, or all that matters is still there", [&] {
            const auto length = *rc::gen::inRange<size_t>(0, content.size());
            const std::string part = content.substr(0, length);
            if (refusalOf(part).empty()) RC_ASSERT(figureIn(part, "") == figure);
        }));
        QVERIFY(rc::check("one byte changed: refused, or read as it was, or as something that can be drawn", [&] {
            std::string other = content;
            const auto place = *rc::gen::inRange<size_t>(0, content.size());
            other[place] = static_cast<char>(other[place] ^ *rc::gen::inRange(1, 256));
            const bool read = refusalOf(other).empty();
            if (read && kind == "png") RC_ASSERT(figureIn(other, "") == figure);
        }));
        QVERIFY(rc::check("any bytes", [](const std::string& bytes) { RC_ASSERT(!refusalOf(bytes).empty()); }));
    }

    void hostileViewsAreRefused_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* name, const char* pointer, const char* value) {
            QTest::newRow(name) << QByteArray(pointer) << QByteArray(value);
        };
        row("a newer program", "/gaplab_figure", "2");
        row("no number of a program", "/gaplab_figure", "\"1\"");
        row("no view", "/view", "null");
        row("a list", "/view", "[]");
        row("data that are no text", "/data", "7");
        row("page", "/view/page", "{}");
        row("runs that are a number", "/view/runs", "3");
        row("a run's number", "/view/runs/0/uuid", "\"3\"");
        row("a path", "/view/runs/0/uuid", "\"../../../../../../../../../etc/passwd\"");
        row("a seed below zero", "/view/runs/0/seed", "-1");
        row("points below zero", "/view/runs/0/series/student~1validation~1accuracy/points", "-5");
        row("points without end", "/view/runs/0/series/student~1validation~1accuracy/points", "1e300");
        row("choices", "/view/choices", "{\"x\": 1}");
        row("an axis of nothing", "/view/x/range", "[1, 1]");
        row("an axis that goes back", "/view/x/range", "[2, 1]");
        row("an axis without ticks", "/view/x/range", "[1e15, 1000000000000000.2]");
        row("an endless axis", "/view/panels/0/range", "[0, 1e308]");
        row("no number", "/view/panels/0/range", "[null, 1]");
        row("half a range", "/view/panels/0/range", "[1]");
        row("a size of nothing", "/view/size_mm", "[0, 0]");
        row("a size of a house", "/view/size_mm", "[100000, 60]");
        row("giant letters", "/view/font_pt", "1e9");
    }
    void hostileViewsAreRefused() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        Json document = documentOf(someFigure());
        QVERIFY(refusalOf(svgWith(document)).empty());
        document[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        QVERIFY(!refusalOf(svgWith(document)).empty());
    }

    void otherFilesAreToldApart() {
        QVERIFY(QByteArray::fromStdString(refusalOf(smallPng())).contains("carries no view"));
        QVERIFY(QByteArray::fromStdString(refusalOf(smallSvg)).contains("carries no view"));
        QVERIFY(!refusalOf("<gaplab:figure>" + packed(std::string(200'000, '[')) + "</gaplab:figure>").empty());
        QVERIFY_THROWS_EXCEPTION(Error, readFigure(place_.path("none.png")));
        QVERIFY_THROWS_EXCEPTION(Error, readFigure(place_.path("")));
        QVERIFY(!hasFigureName("figure.json") && hasFigureName("FIGURE.PNG"));
    }

    void curvesAreTakenApart() {
        const auto curves = figureCurves("panel,curve,x,y\nA,a,0,1\nA,a,1,nan\nA,a,0,5\nB,a,0,2\n");
        QCOMPARE(curves.size(), size_t(3));
        QCOMPARE(curves[0].points.size(), size_t(2));
        QVERIFY(std::isnan(curves[0].points[1].second));
        QCOMPARE(curves[2].panel, std::string("B"));
        for (const char* bad : {"panel,curve,x,y\nA,a,zero,1\n", "panel,curve,x,y\nA,a,nan,1\n", "a,b\n1,2\n", "panel,\"curve\n"})
            QVERIFY_THROWS_EXCEPTION(Error, figureCurves(bad));
        std::string many = "panel,curve,x,y\n";
        for (int i = 0; i < 3000; ++i)
            many += "A," + std::to_string(i) + ",0,0\n";
        QVERIFY_THROWS_EXCEPTION(Error, figureCurves(many));
    }

    void storesAreCheckedAgainstTheFigure() {
        Store store = place_.make();
        const int64_t id = store.addWholeRuns(std::vector{finishedRun()}).front();
        const std::string loss = "student/train/loss";
        FigureView view{.page = "monitor"};
        view.runs = {{.uuid = store.run(id).uuid}};
        view.runs[0].series[loss] = heldOf(store.points(id, loss));
        const auto only = [&] { return checkFigure(store, view).front(); };
        QVERIFY(only().match == FigureMatch::Equal && only().id == id && only().series.empty());

        const std::vector<SeriesPoint> later = {{loss, {30, 1.5, 0.25, 1003}}};
        store.append(id, later);
        QVERIFY(only().match == FigureMatch::Grown && only().series == std::vector{loss});

        auto points = store.points(id, loss);
        points[0].value = std::nextafter(points[0].value, 1);
        view.runs[0].series[loss] = heldOf(points);
        QVERIFY(only().match == FigureMatch::Changed);

        view.runs[0].uuid = newUuid();
        QVERIFY(only().match == FigureMatch::Missing && only().id == 0);
    }
};

int testFigureFile(int argc, char** argv) {
    TestFigureFile tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_figure_file.moc"

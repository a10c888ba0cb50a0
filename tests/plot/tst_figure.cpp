#include <cmath>
#include <limits>

#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "ui/plot/curve_data.h"
#include "ui/plot/plot_view.h"

using namespace gaplab::ui;

class TestFigure : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    QByteArray read(const QString& name) const {
        QFile file(folder_.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void fill(PlotView& plot) {
        const int panel = plot.addPanel("Accuracy (%)"), hidden = plot.addPanel("Loss");
        plot.setPanelVisible(hidden, false);
        plot.addSeries("a", panel, {"Student, \"small\"", studentInk()});
        plot.addSeries("b", hidden, {"Hidden", teacherInk()});
        plot.append("b", {0, 1});
        for (int i = 0; i < 5000; ++i)
            plot.append("a", {i / 391.0, i == 7 ? std::numeric_limits<double>::quiet_NaN() : 50 + 10 * std::sin(i / 3.0)});
    }

private Q_SLOTS:
    void filesHaveTheSizeThatWasAskedFor() {
        PlotView plot;
        fill(plot);
        const FigureFormat format{{127, 76.2}, 8};
        for (const char* name : {"plot.png", "plot.svg", "plot.pdf"})
            QCOMPARE(plot.writeFigure(folder_.filePath(name), format), QString());
        const QImage image(folder_.filePath("plot.png"));
        QCOMPARE(image.size(), QSize(1500, 900));
        QCOMPARE(image.dotsPerMeterX(), 11811);
        QXmlStreamReader svg(read("plot.svg"));
        QVERIFY(svg.readNextStartElement());
        QVERIFY(std::abs(svg.attributes().value("width").chopped(2).toDouble() - 127) < 0.3);
        QVERIFY(std::abs(svg.attributes().value("height").chopped(2).toDouble() - 76.2) < 0.3);
        QVERIFY(svg.attributes().value("width").endsWith(QStringLiteral("mm")));
        QVERIFY(read("plot.pdf").contains("/MediaBox [0 0 360.000000 216.000000]"));
    }

    void lettersGrowWithTheFontAndTheViewStaysAsItWas() {
        PlotView plot;
        fill(plot);
        plot.drawNow();
        const QFont before = plot.findChildren<QWidget*>().first()->font();
        const auto range = plot.xRange();
        const auto ink = [&](double points) {
            const QString path = folder_.filePath("letters.svg");
            plot.writeFigure(path, {{120, 80}, points});
            return read("letters.svg").count(QByteArray("font-size=\"%1\"").replace("%1", QByteArray::number(points * 96 / 72)));
        };
        QVERIFY(ink(6) > 0);
        QVERIFY(ink(12) > 0);
        QCOMPARE(plot.findChildren<QWidget*>().first()->font(), before);
        QCOMPARE(plot.xRange(), range);
    }

    void numbersReadBackAsTheSame() {
        PlotView plot;
        fill(plot);
        QCOMPARE(plot.writeFigure(folder_.filePath("plot.csv"), {}), QString());
        const QList<QByteArray> lines = read("plot.csv").trimmed().split('\n');
        QCOMPARE(lines.first(), QByteArray("curve,x,y"));
        const QVector<QPointF> points = plot.points("a");
        QCOMPARE(lines.size(), points.size() + 1);
        CurveData back;
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const QByteArray name = "\"Student, \"\"small\"\"\",";
            QVERIFY(lines[i].startsWith(name));
            const QList<QByteArray> numbers = lines[i].mid(name.size()).split(',');
            back.append(numbers[0].toDouble(), numbers[1] == "nan" ? std::nan("") : numbers[1].toDouble());
            const QPointF point = back.at(back.size() - 1), given = points[i - 1];
            QVERIFY(point.x() == given.x());
            QVERIFY(point.y() == given.y() || (std::isnan(point.y()) && std::isnan(given.y())));
        }
    }

    void unknownEndingAndMissingFolderAreRefused() {
        PlotView plot;
        fill(plot);
        QVERIFY(!plot.writeFigure(folder_.filePath("plot.bmp"), {}).isEmpty());
        QVERIFY(!QFile::exists(folder_.filePath("plot.bmp")));
        QVERIFY(!plot.writeFigure(folder_.filePath("none/plot.png"), {}).isEmpty());
    }
};

int runFigureTests(int argc, char** argv) {
    TestFigure tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_figure.moc"

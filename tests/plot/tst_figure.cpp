#include <cmath>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QImage>
#include <QLineEdit>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "ui/plot/curve_data.h"
#include "ui/plot/figure_dialog.h"
#include "ui/plot/plot_view.h"
#include "ui/window/theme.h"

using namespace gaplab::ui;

class TestFigure : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    QByteArray read(const QString& name) const {
        QFile file(folder_.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// Without what it carries.
    static QByteArray drawnIn(QByteArray svg) {
        const qsizetype begin = svg.indexOf("<metadata>"), end = svg.indexOf("</metadata>");
        return svg.remove(begin, end - begin);
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
        QCOMPARE(lines.first(), QByteArray("panel,curve,x,y"));
        const QVector<QPointF> points = plot.points("a");
        QCOMPARE(lines.size(), points.size() + 1);
        CurveData back;
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const QByteArray name = "\"Accuracy (%)\",\"Student, \"\"small\"\"\",";
            QVERIFY(lines[i].startsWith(name));
            const QList<QByteArray> numbers = lines[i].mid(name.size()).split(',');
            back.append(numbers[0].toDouble(), numbers[1] == "nan" ? std::nan("") : numbers[1].toDouble());
            const QPointF point = back.at(back.size() - 1), given = points[i - 1];
            QVERIFY(point.x() == given.x());
            QVERIFY(point.y() == given.y() || (std::isnan(point.y()) && std::isnan(given.y())));
        }
    }

    void figuresAreLightWhateverTheWindow() {
        applyTheme(Theme::Dark);
        PlotView plot;
        fill(plot);
        plot.resize(500, 300);
        plot.show();
        plot.setCursor(0, 3.0);
        plot.drawNow();
        QCOMPARE(plot.writeFigure(folder_.filePath("dark.png"), {}), QString());
        QCOMPARE(plot.writeFigure(folder_.filePath("dark.svg"), {}), QString());
        const QImage screen = plot.grab().toImage();
        QVERIFY(screen.pixelColor(screen.width() / 2, screen.height() - 3).lightness() < 80);  // the window stays as it was
        applyTheme(Theme::Light);
        QCoreApplication::processEvents();
        QCOMPARE(plot.writeFigure(folder_.filePath("light.png"), {}), QString());
        QCOMPARE(plot.writeFigure(folder_.filePath("light.svg"), {}), QString());
        QVERIFY(QImage(folder_.filePath("dark.png")) == QImage(folder_.filePath("light.png")));
        QCOMPARE(drawnIn(read("dark.svg")), drawnIn(read("light.svg")));
    }

    void titlesAndLegendAreThoseThatWereAskedFor() {
        PlotView plot;
        fill(plot);
        plot.setXTitle("Epoch");
        plot.drawNow();
        FigureFormat format;
        format.title = "What was found";
        format.xTitle = "Passes";
        format.yTitles[0] = "Right answers (%)";
        format.legend = false;
        const auto texts = [&](const FigureFormat& wanted) {
            plot.writeFigure(folder_.filePath("titles.svg"), wanted);
            return drawnIn(read("titles.svg"));
        };
        const QByteArray own = texts({}), asked = texts(format);
        for (const char* text : {"Epoch", "Accuracy (%)", "small"})
            QVERIFY2(own.contains(text) && !asked.contains(text), text);
        for (const char* text : {"What was found", "Passes", "Right answers (%)"})
            QVERIFY2(asked.contains(text) && !own.contains(text), text);
        QCOMPARE(texts({}), own);  // the plot has its own again
    }

    void whatHasNoRoomIsRefusedWithTheSizeItNeeds() {
        PlotView plot;
        for (int i = 0; i < 4; ++i) {
            const int panel = plot.addPanel(QString("Panel %1").arg(i));
            for (int j = 0; j < 4; ++j) {
                plot.addSeries(QString("%1 %2").arg(i).arg(j), panel,
                               {QString("A curve with a long name %1 %2").arg(i).arg(j), studentInk()});
                plot.append(QString("%1 %2").arg(i).arg(j), {0, 1});
            }
        }
        plot.drawNow();
        const QString path = folder_.filePath("small.png");
        const QString problem = plot.writeFigure(path, {{60, 40}, 8});
        const QRegularExpressionMatch needed = QRegularExpression("at least (\\d+) × (\\d+) mm").match(problem);
        QVERIFY2(needed.hasMatch(), qPrintable(problem));
        QVERIFY(!QFile::exists(path));
        const QSizeF size(std::max(60, needed.captured(1).toInt()), needed.captured(2).toInt() + 1);
        QVERIFY(size.height() > 40);
        QCOMPARE(plot.writeFigure(path, {size, 8}), QString());
    }

    void dialogIsWorkedByKeys() {
        FigureFormat format;
        FigureDialog dialog(format, {"Epoch", {{0, "Accuracy (%)"}, {2, "Gap (points)"}}});
        dialog.show();
        const auto find = [&]<typename Widget>(Widget*& widget, const char* name) { widget = dialog.findChild<Widget*>(name); };
        QComboBox *columns = nullptr, *unit = nullptr;
        QDoubleSpinBox* width = nullptr;
        QLineEdit *title = nullptr, *gap = nullptr;
        QCheckBox* legend = nullptr;
        find(columns, "figureColumns");
        find(unit, "figureUnit");
        find(width, "figureWidth");
        find(title, "figureTitle");
        find(gap, "figureY2");
        find(legend, "figureLegend");
        QCOMPARE(columns->currentIndex(), 0);
        QTest::keyClick(columns, Qt::Key_Down);
        QCOMPARE(width->value(), 178.0);
        QTest::keyClick(unit, Qt::Key_End);
        QVERIFY(std::abs(width->value() - 178 / 25.4) < 1e-3);
        QCOMPARE(dialog.format().millimetres, QSizeF(178, 60));  // to the last digit: another unit is not another size
        width->setFocus();
        width->selectAll();
        QTest::keyClicks(width, "4");
        QTest::keyClick(width, Qt::Key_Tab);
        QCOMPARE(columns->currentIndex(), 2);
        QVERIFY(std::abs(dialog.format().millimetres.width() - 4 * 25.4) < 1e-9);
        QTest::keyClicks(title, "Mine");
        gap->selectAll();
        QTest::keyClicks(gap, "d");
        QTest::keyClick(legend, Qt::Key_Space);
        const FigureFormat chosen = dialog.format();
        QCOMPARE(chosen.title, QString("Mine"));
        QVERIFY(!chosen.xTitle && chosen.yTitles == (std::map<int, QString>{{2, "d"}}));
        QVERIFY(!chosen.legend && chosen.carries);
        QTest::keyClick(&dialog, Qt::Key_Return);
        QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
        for (const QWidget* widget : dialog.findChildren<QWidget*>())
            if (widget->objectName().startsWith("figure") && !qobject_cast<const QCheckBox*>(widget))
                QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
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

#include <QApplication>

int runCurveDataTests(int argc, char** argv);
int runCurveTests(int argc, char** argv);
int runFigureTests(int argc, char** argv);

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    return runCurveDataTests(argc, argv) + runCurveTests(argc, argv) + runFigureTests(argc, argv);
}

#include <QCoreApplication>

#include "tests/interop/suites.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (argc == 3 && QByteArray(argv[1]) == "--import-until-killed") return importUntilKilled(argv[2]);
    return testFormats(argc, argv) + testHostileFiles(argc, argv) + testImport(argc, argv) + testFigureFile(argc, argv);
}

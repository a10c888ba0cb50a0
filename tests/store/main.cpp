#include <QCoreApplication>

#include "tests/store/suites.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (argc == 3 && QByteArray(argv[1]) == "--append-until-killed") return appendUntilKilled(argv[2]);
    if (argc == 3 && QByteArray(argv[1]) == "--open-and-close") return openAndClose(argv[2]);
    return testRecords(argc, argv) + testRuns(argc, argv) + testSeries(argc, argv) + testChunks(argc, argv) +
           testQuery(argc, argv) + testOpening(argc, argv) + testFaults(argc, argv) + testFullDisk(argc, argv) +
           testWholeRun(argc, argv);
}

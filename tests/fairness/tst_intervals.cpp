#include <QTest>
int runIntervalTests(int, char**) {
    return 0;
}

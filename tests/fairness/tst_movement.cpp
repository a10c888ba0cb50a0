#include <QTest>
int runMovementTests(int, char**) {
    return 0;
}

#include <QTest>
int runAssociationTests(int, char**) {
    return 0;
}

#include <QTest>
int runPropagationTests(int, char**) {
    return 0;
}

#include <QtTest>

#include "core/base/log.h"
#include "core/base/log_lines.h"

using namespace gaplab;

class LogLineTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("GAPLAB_LOG", "off");  // the terminal's level is not that of the kept lines
        startLog();
    }

    void linesOfEveryLevelAreKeptInOrder() {
        const uint64_t before = last();
        spdlog::debug("a");
        spdlog::info("b {}", 2);
        spdlog::warn("c");
        spdlog::error("d");
        const std::vector<LogLine> lines = logLines(before);
        QCOMPARE(lines.size(), size_t{4});
        const char* const levels[] = {"debug", "info", "warning", "error"};
        for (size_t i = 0; i < lines.size(); ++i) {
            QCOMPARE(lines[i].number, before + i + 1);
            QCOMPARE(lines[i].level, std::string(levels[i]));
            QVERIFY(std::abs(lines[i].wall - now()) < 60);
        }
        QCOMPARE(lines[1].text, std::string("b 2"));
        QVERIFY(logLines(last()).empty());
    }

    void startingTheLogAgainKeepsEachLineOnce() {
        startLog();
        const uint64_t before = last();
        spdlog::warn("once");
        QCOMPARE(logLines(before).size(), size_t{1});
    }

    void theOldestLinesGo() {
        for (size_t i = 0; i < mostLogLines + 10; ++i)
            spdlog::debug("line {}", i);
        QCOMPARE(logLines().size(), mostLogLines);
        QCOMPARE(logLines().back().text, "line " + std::to_string(mostLogLines + 9));
    }

private:
    static uint64_t last() {
        const std::vector<LogLine> lines = logLines();
        return lines.empty() ? 0 : lines.back().number;
    }
};

int runLogLineTests(int argc, char** argv) {
    LogLineTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_log_lines.moc"

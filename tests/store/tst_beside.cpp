#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include "core/base/log.h"
#include "tests/store/processes.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// Looks at the store as the window does: at whether anybody has written, then at what the runs have that it does not know.
class Window {
public:
    explicit Window(const std::filesystem::path& path) : store_(path, Store::Mode::Read) {}

    void look() {
        using Clock = std::chrono::steady_clock;
        const Clock::time_point begin = Clock::now();
        const int64_t version = store_.dataVersion();
        if (version != version_) read();
        version_ = version;
        longest_ = std::max(longest_, std::chrono::duration<double>(Clock::now() - begin).count());
        ++looks_;
    }

    int64_t points(int64_t run) const { return points_.contains(run) ? points_.at(run) : 0; }
    double oldest() const { return oldest_; }
    double longest() const { return longest_; }
    int looks() const { return looks_; }

private:
    void read() {
        std::vector<int64_t> changed;
        for (const auto& [run, stamp] : store_.stamps())
            if (std::exchange(stamps_[run], stamp) != stamp) changed.push_back(run);
        for (const RunRow& run : store_.runs(changed))
            for (const SeriesSummary& series : run.series)
                follow(run, series);
    }

    /// The points that have come to it, without a gap.
    void follow(const RunRow& run, const SeriesSummary& series) {
        int64_t& last = last_.try_emplace({run.id, series.name}, -1).first->second;
        for (const Point& point : store_.points(run.id, series.name, last)) {
            if (point.step != last + 1) qFatal("the window misses points of run %lld", static_cast<long long>(run.id));
            last = point.step;
            ++points_[run.id];
        }
        if (run.state == RunState::Running && last > 0) oldest_ = std::max(oldest_, now() - series.last.wall);
    }

    Store store_;
    int64_t version_ = -1;
    std::map<int64_t, uint64_t> stamps_;
    std::map<std::pair<int64_t, std::string>, int64_t> last_;
    std::map<int64_t, int64_t> points_;
    double oldest_ = 0;   ///< that the newest point it could read ever was, in seconds
    double longest_ = 0;  ///< that a look ever took, in seconds
    int looks_ = 0;
};

}  // namespace

/// Two processes train into one store while a window looks at it, for GAPLAB_SECONDS: nobody hears of a lock, and no point is
/// missing.
class BesideTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void twoProcessesAndAWindowLoseNoPoint() {
        const int seconds = qEnvironmentVariableIsSet("GAPLAB_SECONDS") ? qEnvironmentVariableIntValue("GAPLAB_SECONDS") : 5;
        const Place place = onTheDisk();
        place.make();
        std::array<QProcess, 2> writers;
        for (QProcess& writer : writers)
            writer.start(QCoreApplication::applicationFilePath(),
                         {"--record", QString::fromStdString(place.path().string()), QString::number(seconds)});
        Window window(place.path());
        const auto goOn = [&] {
            // Of one that has ended already waitForFinished says that it has not.
            return std::ranges::any_of(
                writers, [](QProcess& writer) { return writer.state() != QProcess::NotRunning && !writer.waitForFinished(1); });
        };
        while (goOn()) {
            window.look();
            QTest::qSleep(500);
        }
        window.look();

        int64_t all = 0;
        for (QProcess& writer : writers) {
            const QByteArray heard = writer.readAllStandardError();
            QVERIFY2(writer.exitStatus() == QProcess::NormalExit && writer.exitCode() == 0 && heard.isEmpty(), heard);
            const QByteArray told = writer.readAllStandardOutput();
            QVERIFY2(told.startsWith("recorded "), told);
            all += 20 * told.mid(9).trimmed().toLongLong();
        }
        const Store store = place.open(Store::Mode::Read);
        int64_t stored = 0;
        for (const RunRow& run : store.runs()) {
            QCOMPARE(run.state, RunState::Finished);
            QCOMPARE(run.series.size(), size_t{20});
            for (const SeriesSummary& series : run.series) {
                const std::vector<Point> points = store.points(run.id, series.name);
                QCOMPARE(std::ssize(points), series.count);
                QCOMPARE(points.back().step, series.count - 1);
                stored += series.count;
            }
        }
        QCOMPARE(stored, all);
        QCOMPARE(window.points(1) + window.points(2), all);
        QVERIFY(all > 2 * 20 * 10 * seconds);
        QVERIFY(store.check().ok);
        qInfo(
            "%d s: %lld points of two processes; %d looks of at most %.0f ms; the newest point that a look found was at most "
            "%.0f "
            "ms old",
            seconds, static_cast<long long>(all), window.looks(), 1000 * window.longest(), 1000 * window.oldest());
    }
};

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (const auto code = startedWork(argc, argv)) return *code;
    BesideTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_beside.moc"

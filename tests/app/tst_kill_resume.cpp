#include <algorithm>
#include <cmath>

#include <QRandomGenerator>

#include "core/base/log.h"
#include "core/store/store.h"
#include "tests/app/support.h"

using namespace gaplab;

namespace {

/// At most so much may be missing: the commit beat of the store.
constexpr double beat = 0.250;

using Series = std::map<std::string, std::vector<Point>>;

Series seriesOf(const Workplace& workplace, int64_t run) {
    const Store store(workplace.store().toStdString(), Store::Mode::Read);
    Series all;
    for (const SeriesSummary& summary : store.run(run).series)
        all[summary.name] = store.points(run, summary.name);
    return all;
}

/// When the points of a run came, ascending.
std::vector<double> wallTimes(const Series& series) {
    std::vector<double> times;
    for (const auto& [name, points] : series)
        for (const Point& point : points)
            times.push_back(point.wall);
    std::ranges::sort(times);
    return times;
}

double longestGap(const std::vector<double>& times) {
    double longest = 0;
    for (size_t i = 1; i < times.size(); ++i)
        longest = std::max(longest, times[i] - times[i - 1]);
    return longest;
}

/// (step, value) of everything, for a comparison bit by bit.
std::map<std::string, std::vector<std::pair<int64_t, uint64_t>>> bits(const Series& series) {
    std::map<std::string, std::vector<std::pair<int64_t, uint64_t>>> all;
    for (const auto& [name, points] : series)
        for (const Point& point : points)
            all[name].emplace_back(point.step, std::bit_cast<uint64_t>(point.value));
    return all;
}

}  // namespace

/// A training process that is killed at a random moment costs at most the last quarter of a second of points, and goes on
/// exactly.
class KillResumeTests : public QObject {
    Q_OBJECT

    const QStringList train_ = {"train", "tiny.json", "--set", "training.epochs=30", "--set", "data.train=400"};
    std::unique_ptr<Workplace> whole_;  ///< holds a run that nobody disturbed
    Series expected_;
    double seconds_ = 0;  ///< from its first point to its last

    /// Starts a run, kills it between its first and its last point, and returns when that was.
    double killAtRandom(const Workplace& workplace) {
        const auto process = workplace.start(train_);
        QByteArray seen;
        if (!awaitWords(*process, "student", seen)) return 0;  // the evaluation at step 0
        QTest::qWait(static_cast<int>(1000 * seconds_ * QRandomGenerator::global()->bounded(0.9)));
        const double time = now();
        process->kill();
        process->waitForFinished();
        return time;
    }

private Q_SLOTS:
    void initTestCase() {
        whole_ = std::make_unique<Workplace>();
        const Answer answer = whole_->run(train_);
        QVERIFY2(answer.code == 0, answer.told());
        expected_ = seriesOf(*whole_, 1);
        const std::vector<double> times = wallTimes(expected_);
        seconds_ = times.back() - times.front();
        qInfo("The undisturbed run takes %.1f s", seconds_);
    }

    void killedRunsLoseLittleAndGoOnExactly_data() {
        QTest::addColumn<int>("kill");
        const int kills = qEnvironmentVariableIsSet("GAPLAB_KILLS") ? qEnvironmentVariableIntValue("GAPLAB_KILLS") : 3;
        for (int i = 0; i < kills; ++i)
            QTest::addRow("kill %d", i + 1) << i;
    }
    void killedRunsLoseLittleAndGoOnExactly() {
        const Workplace workplace;
        const double killed = killAtRandom(workplace);
        QVERIFY(killed > 0);

        const Answer check = workplace.run({"store", "check"});
        QVERIFY2(check.code == 0, check.told());
        const std::vector<double> stored = wallTimes(seriesOf(workplace, 1));
        QVERIFY(!stored.empty());
        const double missing = killed - stored.back();
        const Json run = workplace.runJson({"show", "1"}).json().at("runs").at(0);
        if (run.at("state") == "finished") QSKIP("the run was done before it was killed");
        QCOMPARE(run.at("state").get<std::string>(), std::string("lost"));

        const Answer resumed = workplace.runJson({"resume", "1"});
        QVERIFY2(resumed.code == 0, resumed.told());
        QCOMPARE(resumed.json().at("runs").at(0).at("state").get<std::string>(), std::string("finished"));
        const Series series = seriesOf(workplace, 1);
        QVERIFY2(bits(series) == bits(expected_), "the resumed run differs from the undisturbed one");

        // A point that came earlier than a beat before the kill is stored. How long the trainer may have been without a new point
        // is seen in the runs themselves.
        const double quiet = std::max({longestGap(wallTimes(expected_)), longestGap(stored)});
        qInfo("%.3f s before the kill without a stored point; longest gap between points %.3f s", missing, quiet);
        QVERIFY2(missing <= beat + quiet,
                 qPrintable(QString("%1 s of points are missing; longest gap %2 s").arg(missing).arg(quiet)));
    }
};

QTEST_GUILESS_MAIN(KillResumeTests)

#include "tst_kill_resume.moc"

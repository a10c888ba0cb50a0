#include <cmath>

#include <ATen/Parallel.h>
#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/feature_cases.h"

using namespace gaplab;

namespace {

double plainSp(const Rows& source, const Rows& own) {
    const size_t n = own.size();
    double sum = 0;
    for (size_t i = 0; i < n; ++i) {
        std::vector<double> t, s;
        for (size_t j = 0; j < n; ++j) {
            t.push_back(dot(source[i], source[j]));
            s.push_back(dot(own[i], own[j]));
        }
        scaleToOne(t);
        scaleToOne(s);
        for (size_t j = 0; j < n; ++j)
            sum += std::pow(t[j] - s[j], 2);
    }
    return sum / static_cast<double>(n * n);
}

double plainPkt(const Rows& source, const Rows& own) {
    const auto neighbours = [](const Rows& rows, size_t i) {
        std::vector<double> p;
        double sum = 0;
        for (const std::vector<double>& other : rows) {
            p.push_back((1 + dot(rows[i], other) / std::sqrt(dot(rows[i], rows[i]) * dot(other, other))) / 2);
            sum += p.back();
        }
        for (double& value : p)
            value /= sum;
        return p;
    };
    double sum = 0;
    for (size_t i = 0; i < own.size(); ++i) {
        const auto t = neighbours(source, i), s = neighbours(own, i);
        for (size_t j = 0; j < own.size(); ++j)
            sum += t[j] * std::log((t[j] + 1e-7) / (s[j] + 1e-7));
    }
    return sum / static_cast<double>(own.size() * own.size());
}

double plainRkd(const Rows& source, const Rows& own) {
    const size_t n = own.size();
    const auto smooth = [](double x) { return std::abs(x) < 1 ? x * x / 2 : std::abs(x) - 0.5; };
    const auto between = [](const Rows& rows, size_t i, size_t j) {
        std::vector<double> difference;
        for (size_t k = 0; k < rows[i].size(); ++k)
            difference.push_back(rows[j][k] - rows[i][k]);
        return difference;
    };
    const auto length = [&](const Rows& rows, size_t i, size_t j) {
        const auto difference = between(rows, i, j);
        return std::sqrt(dot(difference, difference));
    };
    const auto cosine = [&](const Rows& rows, size_t i, size_t j, size_t k) {
        if (i == j || i == k) return 0.0;
        return dot(between(rows, i, j), between(rows, i, k)) / (length(rows, i, j) * length(rows, i, k));
    };
    double meanT = 0, meanS = 0, distances = 0, angles = 0;
    const auto count = static_cast<double>(n);
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) {
            meanT += length(source, i, j) / (count * (count - 1));
            meanS += length(own, i, j) / (count * (count - 1));
        }
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) {
            distances += smooth(length(own, i, j) / meanS - length(source, i, j) / meanT);
            for (size_t k = 0; k < n; ++k)
                angles += smooth(cosine(own, i, j, k) - cosine(source, i, j, k));
        }
    return 25 * distances / (count * count) + 50 * angles / (count * count * count);
}

double plainMfd(const Rows& source, const Rows& own, const std::vector<int>& labels, const std::vector<int>& groups) {
    const size_t n = own.size();
    const auto distance = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (size_t k = 0; k < a.size(); ++k)
            sum += std::pow(a[k] - b[k], 2);
        return sum;
    };
    double width = 0;
    for (const auto& t : source)
        for (const auto& s : own)
            width += distance(t, s) / static_cast<double>(n * n);
    const auto meanKernel = [&](const Rows& a, const Rows& b) {
        double sum = 0;
        for (const auto& x : a)
            for (const auto& y : b)
                sum += std::exp(-distance(x, y) / (2 * width));
        return sum / static_cast<double>(a.size() * b.size());
    };
    double sum = 0;
    for (int c = 0; c < 3; ++c)
        for (int g = 0; g < 2; ++g) {
            Rows ofTeacher, ofStudent;
            for (size_t i = 0; i < n; ++i) {
                if (labels[i] == c) ofTeacher.push_back(source[i]);
                if (labels[i] == c && groups[i] == g) ofStudent.push_back(own[i]);
            }
            if (ofStudent.empty()) continue;
            sum += meanKernel(ofTeacher, ofTeacher) + meanKernel(ofStudent, ofStudent) - 2 * meanKernel(ofTeacher, ofStudent);
        }
    return sum / 2;
}

}  // namespace

class TestRelations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // for tensors as small as these more only wait for each other

    void relationsEqualAPlainLoop_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<QString>("stages");
        for (const char* loss : {"sp", "rkd", "pkt"})
            for (const char* stages : {"[]", "[3]", "[1, \"pooled\"]", "[[\"pooled\", 2]]"})
                QTest::addRow("%s %s", loss, stages) << loss << stages;
    }
    void relationsEqualAPlainLoop() {
        QFETCH(QString, loss);
        QFETCH(QString, stages);
        const Outputs from = maps(6, 0.3, 4), to = maps(3, 5, 4);
        LossPlan plan = planFor(from, to, {{"compared", "features"}});
        plan.stages = Json::parse(stages.toStdString());
        double expected = 0;
        for (const StagePair& pair : chosenStages(plan, loss == "sp" ? UsualStages::Last : UsualStages::Pooled)) {
            const Rows source = rowsOf(featuresAt(from, pair.from)), own = rowsOf(featuresAt(to, pair.to));
            expected += loss == "sp" ? plainSp(source, own) : loss == "rkd" ? plainRkd(source, own) : plainPkt(source, own);
        }
        const double value = valueOf(*makeLoss(loss.toStdString(), plan), from, to, batchOf(4));
        QVERIFY2(std::abs(value - expected) < 1e-9, qPrintable(QString("%1 %2").arg(value).arg(expected)));
        QVERIFY(value > 0);
    }

    void relationsIgnoreRotationsAndScales_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<bool>("ignoresShifts");
        QTest::newRow("sp") << "sp" << false;
        QTest::newRow("rkd") << "rkd" << true;
        QTest::newRow("pkt") << "pkt" << false;
    }
    void relationsIgnoreRotationsAndScales() {
        QFETCH(QString, loss);
        QFETCH(bool, ignoresShifts);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse(R"(["pooled"])");
        const auto made = makeLoss(loss.toStdString(), plan);
        const double before = valueOf(*made, from, to, batchOf(3));
        Outputs turned = to, shifted = to;
        turned.pooled = 2.5 * at::mm(to.pooled, std::get<0>(at::linalg_qr(some({6, 6}, 0.2).square())));
        shifted.pooled = to.pooled + 1;
        QVERIFY(std::abs(valueOf(*made, from, turned, batchOf(3)) - before) < 1e-12);
        QCOMPARE(std::abs(valueOf(*made, from, shifted, batchOf(3)) - before) < 1e-12, ignoresShifts);
        QVERIFY(std::abs(valueOf(*makeLoss(loss.toStdString(), planFor(from, from)), from, from, batchOf(3))) < 1e-15);
    }

    void anImageAloneHasNoRelations_data() {
        QTest::addColumn<QString>("loss");
        for (const char* loss : {"sp", "rkd", "pkt"})
            QTest::newRow(loss) << loss;
    }
    void anImageAloneHasNoRelations() {
        QFETCH(QString, loss);
        const Outputs from = maps(6, 0.3, 1);
        Outputs to = maps(3, 5, 1);
        for (at::Tensor* part : partsOf(to))
            part->set_requires_grad(true);
        const at::Tensor value = (*makeLoss(loss.toStdString(), planFor(from, to)))(&from, to, batchOf(1));
        QCOMPARE(value.item<double>(), 0.0);
        torch::autograd::backward({value}, {});
        for (const at::Tensor* part : partsOf(to))
            if (part->grad().defined()) QCOMPARE(part->grad().abs().max().item<double>(), 0.0);
    }

    void contrastEqualsAPlainLoop_data() {
        QTest::addColumn<int>("learned");
        QTest::addColumn<double>("temperature");
        QTest::newRow("a memory of nothing") << 0 << 0.07;
        QTest::newRow("with the same images in it") << 1 << 0.07;
        QTest::newRow("that has gone round") << 5 << 0.5;
    }
    void contrastEqualsAPlainLoop() {
        QFETCH(int, learned);
        QFETCH(double, temperature);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss = inDouble("crd", planFor(from, to, {{"memory", 10}, {"width", 4}, {"tau", temperature}}));
        for (int i = 0; i < learned; ++i) {
            const Outputs older = maps(3, 7 + i);
            Batch batch = batchOf(3);
            batch.indices = batch.indices + i;
            loss->learn(&from, older, batch);
        }
        const Batch batch = batchOf(3);
        const auto embedded = [&](const std::string& layer, const at::Tensor& features) {
            Rows rows = rowsOf(at::linear(features, named(*loss, layer + ".weight"), named(*loss, layer + ".bias")));
            for (std::vector<double>& row : rows)
                scaleToOne(row);
            return rows;
        };
        const Rows source = embedded("embed_from", from.pooled), own = embedded("embed_to", to.pooled);
        const Rows sources = rowsOf(named(*loss, "memory_from")), owns = rowsOf(named(*loss, "memory_to"));
        const at::Tensor images = named(*loss, "memory_images");
        const double noise = 10 * std::exp(1 / (2 * 4 * temperature * temperature));  // K Z / N
        const auto h = [&](double s) { return 1 / (1 + noise * std::exp(-s / temperature)); };
        double expected = 0;
        int same = 0;
        for (size_t b = 0; b < 3; ++b) {
            expected -= 2 * std::log(h(dot(source[b], own[b]))) / 3;
            for (size_t k = 0; k < 10; ++k) {
                if (images[static_cast<int64_t>(k)].item<double>() == batch.indices[static_cast<int64_t>(b)].item<double>()) {
                    ++same;
                    continue;
                }
                expected -= (std::log1p(-h(dot(own[b], sources[k]))) + std::log1p(-h(dot(source[b], owns[k])))) / 3;
            }
        }
        QCOMPARE(same > 0, learned > 0);
        const double value = valueOf(*loss, from, to, batch);
        QVERIFY2(std::abs(value - expected) < 1e-9 * std::max(1.0, expected),
                 qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    void groupsAreComparedWithTheTeachersWholeClass() {
        const std::vector<int> labels = {0, 0, 1, 1, 1, 2, 0, 1}, groups = {0, 1, 0, 0, 1, 1, 0, -1};
        const Outputs from = maps(4, 0.3, 8), to = maps(4, 5, 8);
        Batch batch = batchOf(8);
        batch.labels = at::tensor(labels, at::kInt).to(at::kLong);
        batch.groups = at::tensor(groups, at::kInt).to(at::kLong);
        const auto loss = inDouble("mfd", planFor(from, to));
        const double expected = plainMfd(rowsOf(from.pooled), rowsOf(to.pooled), labels, groups);
        QVERIFY(expected > 0);
        QVERIFY2(std::abs(valueOf(*loss, from, to, batch) - expected) < 1e-12,
                 qPrintable(QString::number(valueOf(*loss, from, to, batch) - expected)));
        // No gradient flows through the width: it is that of the same width, given.
        const double width = at::cdist(from.pooled, to.pooled).square().mean().item<double>();
        const auto given = inDouble("mfd", planFor(from, to, {{"kernel_width", width}}));
        const auto gradientOf = [&](const Loss& of) {
            Outputs moved = to;
            moved.pooled = to.pooled.clone().set_requires_grad(true);
            torch::autograd::backward({of(&from, moved, batch)}, {});
            return moved.pooled.grad();
        };
        QVERIFY(at::allclose(gradientOf(*loss), gradientOf(*given), 1e-10, 1e-12));
        // a student that is the teacher still differs where the groups of a class do
        batch.groups = at::zeros({8}, at::kLong);
        QVERIFY(std::abs(valueOf(*loss, from, from, batch)) < 1e-12);
        batch.groups = at::full({8}, -1, at::kLong);
        QCOMPARE(valueOf(*loss, from, to, batch), 0.0);
        // a narrower student gets a linear layer, and that is told
        const auto fitted = inDouble("mfd", planFor(from, maps(3, 5, 8)));
        QVERIFY(fitted->adapters() && fitted->describe().size() == 1);
    }

    void theMemoryIsAQueue() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss = inDouble("crd", planFor(from, to, {{"memory", 8}, {"width", 4}}));
        for (int64_t i = 0; i < 4; ++i) {
            Batch batch = batchOf(3);
            batch.indices = at::arange(3 * i, 3 * i + 3);
            loss->learn(&from, to, batch);
        }
        QVERIFY(named(*loss, "memory_images").equal(at::tensor({8.0, 9.0, 10.0, 11.0, 4.0, 5.0, 6.0, 7.0}, at::kDouble)));
        QCOMPARE(named(*loss, "next").item<double>(), 4.0);
        // No more than the data set has, and a batch that is larger than the memory leaves its last images.
        LossPlan small = planFor(from, to);
        small.images = 2;
        const auto little = inDouble("crd", small);
        little->learn(&from, to, batchOf(3));
        QVERIFY(named(*little, "memory_images").equal(at::tensor({3.0, 6.0}, at::kDouble)));
    }

    void contrastNeedsToKnowTheImages() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        Batch batch = batchOf(3);
        batch.indices = at::Tensor();
        QVERIFY_THROWS_EXCEPTION(Error, valueOf(*inDouble("crd", planFor(from, to)), from, to, batch));
        LossPlan two = planFor(from, to);
        two.stages = Json::parse("[1, 2]");
        QCOMPARE(problemOf("crd", two).path, std::string("stages[1]"));
    }
};

QTEST_GUILESS_MAIN(TestRelations)
#include "tst_relations.moc"

#include <QtTest>

#include "core/nn/layers/attention.h"
#include "core/nn/layers/batch_norm.h"
#include "tests/reparam/gpd_steps.h"

using namespace gaplab;

namespace {

/// Three linear layers with ReLUs between them: the worked example.
class Chain final : public Network {
public:
    explicit Chain(int expansion)
        : Network({.elasticity = {.expansion = expansion}}),
          first_(*this, "first", {.in = 2, .out = 2, .position = Position::First}),
          second_(*this, "second", {.in = 2, .out = 2}),
          third_(*this, "third", {.in = 2, .out = 1, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& x, const Pass& pass) const override {
        return {.logits = third_(second_(first_(x, pass).relu(), pass).relu(), pass), .stages = {}, .pooled = {}};
    }

private:
    Linear first_, second_, third_;
};

at::Tensor matrix(std::vector<std::vector<double>> rows) {
    std::vector<at::Tensor> tensors;
    for (const auto& row : rows)
        tensors.push_back(at::tensor(row, at::kDouble));
    return at::stack(tensors);
}

at::Tensor vector(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble);
}

std::vector<at::Tensor> gradientsOf(const State& state) {
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& parameter : state.parameters)
        gradients.push_back(parameter.grad().defined() ? parameter.grad().clone() : at::zeros_like(parameter));
    return gradients;
}

int outputCopies(const Layout& layout) {
    return std::max(layout.copies[0], layout.copies[2]);
}

/// Zero at the student's part, one elsewhere.
at::Tensor outside(const TensorSlot& slot) {
    at::Tensor mask = at::ones(slot.shape, at::kDouble);
    at::Tensor part = mask;
    for (size_t axis = 0; axis < slot.layout.copies.size(); ++axis)
        if (slot.layout.copies[axis] > 1) part = part.narrow(static_cast<int64_t>(axis), 0, slot.studentShape[axis]);
    part.zero_();
    return mask;
}

}  // namespace

/// Gradients and what they do to the shared parameters.
class DynamicsTests : public QObject {
    Q_OBJECT

    at::Tensor images_ = someImages({4, 3, 32, 32}, at::kDouble);
    at::Tensor labels_ = at::tensor({0, 3, 1, 4}, at::kLong);

    static void addFamilies() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("ratio");
        for (const char* name : {"resnet8", "wrn_16_1", "vgg8", "resnet18", "mobilenet_v1", "mobilenet_v2", "shufflenet_v2",
                                 "deit", "rvt_tiny", "plane4"})
            for (const int ratio : {2, 3})
                QTest::addRow("%s, r = %d", name, ratio) << name << ratio;
    }

    at::Tensor lossOf(const Model& model, View view) const {
        return at::cross_entropy_loss(
            model.network->forward(images_, {.state = model.state, .view = view, .training = true}).logits, labels_);
    }

private Q_SLOTS:
    void theWorkedExampleHoldsToTheLastDigit() {  // [4]
        const Chain plain(1), elastic(2);
        State student, stored;
        for (const at::Tensor& value : {matrix({{1, -1}, {2, 1}}), vector({0.5, -1}), matrix({{1, 2}, {-1, 1}}), vector({0, -1}),
                                        matrix({{3, -2}}), vector({1})})
            student.parameters.push_back(value.clone().set_requires_grad(true));
        for (size_t i = 0; i < student.parameters.size(); ++i)
            stored.parameters.push_back(
                spread(student.parameters[i].detach(), elastic.parameters()[i].layout).set_requires_grad(true));
        const std::vector<at::Tensor> expected = {
            matrix({{0.5, -0.5}, {1, 0.5}, {0.5, -0.5}, {1, 0.5}}),
            vector({0.25, -0.5, 0.25, -0.5}),
            matrix({{0.5, 1, 0.5, 1}, {-0.5, 0.5, -0.5, 0.5}, {0.5, 1, 0.5, 1}, {-0.5, 0.5, -0.5, 0.5}}),
            vector({0, -0.5, 0, -0.5}),
            matrix({{3, -2, 3, -2}}),
            vector({1})};
        for (size_t i = 0; i < expected.size(); ++i)
            QVERIFY(stored.parameters[i].equal(expected[i]));

        const at::Tensor x = matrix({{1, 2}});
        const auto backward = [&](const Network& network, const State& state, View view) {
            clearGradients(state.parameters);
            const at::Tensor y = network.forward(x, {.state = state, .view = view}).logits;
            y.sum().backward();
            return y.item<double>();
        };
        QCOMPARE(backward(plain, student, View::Student), 15.0);
        const std::vector<at::Tensor> gradients = gradientsOf(student);
        QVERIFY(gradients[0].equal(matrix({{0, 0}, {4, 8}})));
        QVERIFY(gradients[2].equal(matrix({{0, 9}, {0, -6}})));
        QVERIFY(gradients[4].equal(matrix({{6, 2}})));

        QCOMPARE(backward(elastic, stored, View::Teacher), 15.0);
        const std::vector<at::Tensor> teacher = gradientsOf(stored);
        QVERIFY(teacher[0].equal(matrix({{0, 0}, {4, 8}, {0, 0}, {4, 8}})));
        QVERIFY(teacher[2].equal(matrix({{0, 4.5, 0, 4.5}, {0, -3, 0, -3}, {0, 4.5, 0, 4.5}, {0, -3, 0, -3}})));
        QVERIFY(teacher[4].equal(matrix({{3, 1, 3, 1}})));

        QCOMPARE(backward(elastic, stored, View::Student), 15.0);
        const std::vector<at::Tensor> part = gradientsOf(stored);
        QVERIFY(part[0].equal(matrix({{0, 0}, {8, 16}, {0, 0}, {0, 0}})));
        QVERIFY(part[2].equal(matrix({{0, 18, 0, 0}, {0, -12, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}})));
        QVERIFY(part[4].equal(matrix({{6, 2, 0, 0}})));

        clearGradients(stored.parameters);
        for (const View view : {View::Teacher, View::Student})
            elastic.forward(x, {.state = stored, .view = view}).logits.sum().backward();
        const std::vector<at::Tensor> both = gradientsOf(stored);
        for (size_t i = 0; i < both.size(); ++i)
            QVERIFY(both[i].equal(teacher[i] + part[i]));
    }

    void theStudentsGradientStaysInItsPart_data() { addFamilies(); }
    void theStudentsGradientStaysInItsPart() {  // [11]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model plain = smallModel(name.toStdString());
        const Model elastic = expand(plain, {.ratio = ratio, .scales = Scales::OneHot});
        lossOf(plain, View::Student).backward();
        lossOf(elastic, View::Student).backward();
        for (size_t i = 0; i < plain.state.parameters.size(); ++i) {
            const TensorSlot& own = plain.network->parameters()[i];
            const size_t at = indexOf(elastic.network->parameters(), own.name);
            const TensorSlot& slot = elastic.network->parameters()[at];
            const at::Tensor gradient = elastic.state.parameters[at].grad();
            Layout unscaled = slot.layout;
            unscaled.divisor = 1;
            QVERIFY2(gradient.masked_select(outside(slot).gt(0)).eq(0).all().item<bool>(), own.name.c_str());
            const at::Tensor expected = plain.state.parameters[i].grad() * slot.layout.divisor;
            const double scale = std::max(1.0, expected.abs().max().item<double>());
            QVERIFY2(largestDifference(studentPart(gradient, unscaled), expected) < exact * scale, own.name.c_str());
        }
    }

    void theTeachersGradientHasItsFactors_data() { addFamilies(); }
    void theTeachersGradientHasItsFactors() {  // [12]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model plain = smallModel(name.toStdString());
        const Model elastic = expand(plain, {.ratio = ratio, .scales = Scales::OneHot});
        lossOf(plain, View::Student).backward();
        lossOf(elastic, View::Teacher).backward();
        for (size_t i = 0; i < plain.state.parameters.size(); ++i) {
            const std::string& own = plain.network->parameters()[i].name;
            const size_t at = indexOf(elastic.network->parameters(), own);
            Layout layout = elastic.network->parameters()[at].layout;
            // 1 / r for hidden kernels, the head, norms, depthwise kernels and tokens; 1 for first kernels and expanded biases.
            const bool grouped = layout.divisor == 1 && layout.copies[0] > 1;
            const bool kernel = elastic.network->parameters()[at].role == ParameterRole::Kernel && !grouped;
            // That of a kernel with branches is applied to the merged one, not to each.
            const double ofPass = kernel ? static_cast<double>(layout.copies[0]) / layout.copies[1] : layout.teacherFactor;
            const double factor = ofPass / outputCopies(layout);
            layout.divisor = 1;
            const at::Tensor expected = spread(plain.state.parameters[i].grad() * factor, layout);
            const double scale = std::max(1.0, expected.abs().max().item<double>());
            QVERIFY2(largestDifference(elastic.state.parameters[at].grad(), expected) < exact * scale, own.c_str());
        }
    }

    void gradientsAddUpWhateverTheOrder_data() { addFamilies(); }
    void gradientsAddUpWhateverTheOrder() {  // [13]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model model = expand(smallModel(name.toStdString()), {.ratio = ratio, .noise = 1e-3});
        const Forward forward = [&](View view) {
            return model.network->forward(images_, {.state = model.state, .view = view, .training = true}).logits;
        };
        const auto gradients = [&](const StepOptions& options) {
            clearGradients(model.state.parameters);
            accumulateGradients(forward, labels_, options);
            return gradientsOf(model.state);
        };
        const auto teacher = gradients({.student = false}), student = gradients({.teacher = false});
        const auto sequential = gradients({}), joint = gradients({.joint = true});
        for (size_t i = 0; i < joint.size(); ++i) {
            const double scale = std::max(1.0, joint[i].abs().max().item<double>());
            QVERIFY(largestDifference(sequential[i], teacher[i] + student[i]) < exact * scale);
            QVERIFY(largestDifference(sequential[i], joint[i]) < exact * scale);
        }
    }

    void whatTheStudentHearsDoesNotReachTheTeacher_data() { addFamilies(); }
    void whatTheStudentHearsDoesNotReachTheTeacher() {  // [14]
        QFETCH(QString, name);
        QFETCH(int, ratio);
        const Model model = expand(smallModel(name.toStdString()), {.ratio = ratio, .noise = 1e-3});
        std::vector<std::vector<at::Tensor>> byKappa;
        for (const double kappa : {0.0, 3.0}) {
            clearGradients(model.state.parameters);
            accumulateGradients(
                [&](View view) {
                    return model.network->forward(images_, {.state = model.state, .view = view, .training = true}).logits;
                },
                labels_, {.kappa = kappa});
            byKappa.push_back(gradientsOf(model.state));
        }
        bool sharedDiffer = false;
        for (size_t i = 0; i < byKappa[0].size(); ++i) {
            const at::Tensor privateBlocks = outside(model.network->parameters()[i]).gt(0);
            QVERIFY(byKappa[0][i].masked_select(privateBlocks).equal(byKappa[1][i].masked_select(privateBlocks)));
            sharedDiffer |= !byKappa[0][i].equal(byKappa[1][i]);
        }
        QVERIFY(sharedDiffer);
    }

    void eachViewHasItsOwnStatistics() {  // [19]
        const Model model = expand(smallModel("resnet8"), {.ratio = 2});
        train(model, images_, labels_, 3, 0.05);
        const auto snapshot = [&] {
            std::map<bool, std::vector<at::Tensor>> values;  // by: of the teacher
            for (size_t i = 0; i < model.state.buffers.size(); ++i)
                if (contains(model.network->buffers()[i].name, "running_"))
                    values[contains(model.network->buffers()[i].name, "teacher_")].push_back(model.state.buffers[i].clone());
            return values;
        };
        auto before = snapshot();
        lossOf(model, View::Student);
        auto after = snapshot();
        QVERIFY(bitwiseEqual(before[true], after[true]));
        QVERIFY(!bitwiseEqual(before[false], after[false]));
        before = std::move(after);
        lossOf(model, View::Teacher);
        after = snapshot();
        QVERIFY(bitwiseEqual(before[false], after[false]));
        QVERIFY(!bitwiseEqual(before[true], after[true]));
        // Beyond the stem the teacher's first channels are no longer the student's.
        const size_t own = indexOf(model.network->buffers(), "layer3.0.bn2.running_mean");
        const size_t teachers = indexOf(model.network->buffers(), "layer3.0.bn2.teacher_running_mean");
        const at::Tensor& mean = model.state.buffers[own];
        QVERIFY(largestDifference(model.state.buffers[teachers].narrow(0, 0, mean.size(0)), mean) > 1e-4);
    }

    void theStemIsTheSameInBothViews() {  // [20]
        const Model model = expand(smallModel("resnet8"), {.ratio = 2});
        train(model, images_, labels_, 5, 0.05);
        const auto stem = [&](View view) {
            return model.network->forward(images_, {.state = model.state, .view = view, .training = true, .taps = true})
                .stages.front();
        };
        const at::Tensor student = stem(View::Student), teacher = stem(View::Teacher);
        QVERIFY(largestDifference(teacher.narrow(1, 0, student.size(1)), student) < exact);
        QVERIFY(largestDifference(teacher.narrow(1, student.size(1), student.size(1)), student) > 1e-4);
    }

    void whatBreaksTheSymmetry_data() {
        QTest::addColumn<int>("ratio");
        QTest::addColumn<double>("noise");
        QTest::addColumn<bool>("withStudent");
        QTest::addColumn<bool>("copiesDiffer");  // block (0, 0) from the others
        QTest::addColumn<bool>("othersDiffer");  // block (1, 1) from (2, 2), or from (0, 1) where r = 2
        QTest::newRow("teacher alone, r = 2") << 2 << 0.0 << false << false << false;
        QTest::newRow("teacher alone, r = 3") << 3 << 0.0 << false << false << false;
        QTest::newRow("with the student, r = 2") << 2 << 0.0 << true << true << true;
        QTest::newRow("with the student, r = 3") << 3 << 0.0 << true << true << false;
        QTest::newRow("with the student and noise, r = 3") << 3 << 1e-6 << true << true << true;
    }
    void whatBreaksTheSymmetry() {  // [21]
        QFETCH(int, ratio);
        QFETCH(double, noise);
        QFETCH(bool, withStudent);
        QFETCH(bool, copiesDiffer);
        QFETCH(bool, othersDiffer);
        const Model model = expand(smallModel("resnet8"), {.ratio = ratio, .branches = 1, .noise = noise});
        train(model, images_, labels_, 10, 0.05, {.student = withStudent});
        const size_t at = indexOf(model.network->parameters(), "layer2.0.conv2.weight");
        const Layout& layout = model.network->parameters()[at].layout;
        const at::Tensor stored = model.state.parameters[at].detach();
        // In exact arithmetic copies would be equal to the bit; sums over channels in another order move the last digits.
        const auto differ = [&](const at::Tensor& a, const at::Tensor& b) { return largestDifference(a, b) > 1e-9; };
        QCOMPARE(differ(blockOf(stored, layout, 0, 0), blockOf(stored, layout, 1, 1)), copiesDiffer);
        const at::Tensor other = ratio == 2 ? blockOf(stored, layout, 0, 1) : blockOf(stored, layout, 2, 2);
        QCOMPARE(differ(blockOf(stored, layout, 1, 1), other), othersDiffer);
    }

    void attentionGathersTheHeadsOfEachCopy() {  // [22]
        class Bench final : public Network {
        public:
            explicit Bench(int expansion) : Network({.elasticity = {.expansion = expansion}}) {}
            Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
        };
        const at::NoGradGuard noGradient;
        Bench bench(2);
        const Attention attention(bench, "attn", 12, 3);
        State state;
        for (const TensorSlot& slot : bench.parameters())
            state.parameters.push_back(spread(someImages(slot.studentShape, at::kDouble), slot.layout));
        const at::Tensor tokens = someImages({2, 5, 12}, at::kDouble), copied = tokens.repeat({1, 1, 2});
        const at::Tensor student = attention(tokens, {.state = state}),
                         teacher = attention(copied, {.state = state, .view = View::Teacher});
        QVERIFY(largestDifference(teacher, student.repeat({1, 1, 2})) < exact);
        // Reading the joint projection as [B, N, 3, r h, d] takes other rows for q, k and v.
        const at::Tensor joint = at::linear(copied, state.parameters[0], state.parameters[1] * 2);
        const at::Tensor wrong = joint.view({2, 5, 3, 6, 4}).permute({2, 0, 3, 1, 4});
        const at::Tensor mixed = at::softmax(wrong[0].matmul(wrong[1].transpose(-2, -1)) / 2.0, -1).matmul(wrong[2]);
        const at::Tensor result =
            at::linear(mixed.transpose(1, 2).reshape({2, 5, 24}), state.parameters[2], state.parameters[3] * 2);
        QVERIFY(largestDifference(result, student.repeat({1, 1, 2})) > 1e-3);
    }
};

int runDynamicsTests(int argc, char** argv) {
    DynamicsTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_dynamics.moc"

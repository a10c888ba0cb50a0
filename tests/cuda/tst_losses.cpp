#include <torch/csrc/autograd/autograd.h>

#include "tests/cuda/support.h"
#include "tests/knowledge/rows.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

/// The value, then the gradient of every tensor of the trained network's outputs and of the adapters.
std::vector<at::Tensor> valueAndGradients(const LossCase& row, at::Device device) {
    const std::unique_ptr<Loss> loss = lossOf(row);
    if (Model* adapters = loss->adapters()) adapters->state = adapters->state.to(device);
    Example example = mapped(exampleOf(row.plan, 6, 3), [device](const at::Tensor& tensor) { return tensor.to(device); });
    example.batch.labels = example.batch.labels.to(device);
    std::vector<at::Tensor> leaves;
    for (at::Tensor* tensor : tensorsOf(example.to))
        leaves.push_back(tensor->requires_grad_(true));
    if (Model* adapters = loss->adapters())
        leaves.insert(leaves.end(), adapters->state.parameters.begin(), adapters->state.parameters.end());
    const at::Tensor cost = costOf(*loss, row, example);
    if (cost.requires_grad()) torch::autograd::backward({cost}, {});
    std::vector<at::Tensor> results = {cost.detach()};
    for (const at::Tensor& leaf : leaves)
        results.push_back(leaf.grad().defined() ? leaf.grad() : at::zeros_like(leaf.detach()));
    return results;
}

}  // namespace

class LossTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (!hasGpu()) QSKIP("There is no GPU on this machine");
    }

    void everyLossCostsWhatItDoesOnTheProcessor_data() { eachRow(); }
    void everyLossCostsWhatItDoesOnTheProcessor() {
        try {
            const std::vector<at::Tensor> expected = valueAndGradients(thisRow(), at::kCPU),
                                          found = valueAndGradients(thisRow(), gpu());
            for (size_t i = 0; i < expected.size(); ++i) {
                const double error = distance(found[i], expected[i]) * std::max(1e-6, sizeOf(expected[i]));
                QVERIFY2(error < 1e-7 * std::max(1.0, sizeOf(expected[i])),
                         (std::to_string(i) + ": " + std::to_string(error)).c_str());
            }
        } catch (const std::exception& thrown) {
            failOf(thrown);
        }
    }
};

int runLossTests(int argc, char** argv) {
    LossTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_losses.moc"

#include "core/train/steps/captured.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#ifdef GAPLAB_CUDA
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#endif

namespace gaplab {
namespace {

constexpr int64_t warmUp = 3;  // steps on the side stream, in which libraries choose what they will do
constexpr size_t mostSeen = 64;
constexpr int64_t mostRecordings = 200;  // of a run; more would cost more than they save

/// Losses that read nothing but what they are given, and keep nothing.
constexpr std::array recordable = {"ce", "kd", "dkd", "smoothed_ce", "mse",      "nkd", "dist",   "mlkd", "dtkd",
                                   "at", "sp", "rkd", "pkt",         "reviewkd", "ofa", "fitnet", "vid"};

void clear(const std::vector<at::Tensor>& parameters) {
    for (const at::Tensor& parameter : parameters)
        parameter.mutable_grad() = at::Tensor();
}

/// Everything besides tensors that the work of a step depends on.
std::vector<double> decisions(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                              const StepSettings& settings) {
    const Levers& levers = settings.levers;
    std::vector<double> decided = {levers.studentBalance,
                                   levers.teachingWeight,
                                   levers.temperature,
                                   levers.blend,
                                   static_cast<double>(settings.teacherLearns),
                                   static_cast<double>(settings.runTeacher),
                                   static_cast<double>(batch.labels.size(0)),
                                   static_cast<double>(batch.softLabels.defined()),
                                   static_cast<double>(batch.groups.defined())};
    for (const Role& role : roles)
        decided.push_back(&role == levers.teacher ? 1 : 0);
    for (size_t i = 0; i < terms.size(); ++i) {
        const bool leftOut = !settings.leftOut.empty() && settings.leftOut[i];
        decided.push_back(terms[i].isActive(settings.epoch) && !leftOut ? 1 : 0);
        decided.push_back(terms[i].weight.at(settings.epoch));
    }
    return decided;
}

std::string lossOf(const Term& term) {
    return term.name.substr(0, term.name.find(':'));
}

}  // namespace

CapturedStep::Wish CapturedStep::fromEnvironment() {
    const char* wish = std::getenv("GAPLAB_CUDA_GRAPH");
    return wish && std::string_view(wish) == "1" ? Wish::On : Wish::Off;
}

bool CapturedStep::mayRecord(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                             const StepSettings& settings, const Mitigations& mitigations) {
    if (wish_ == Wish::Off || !device_.is_cuda() || !obstacle_.empty()) return false;
    if (!mitigations.empty()) obstacle_ = "Mitigations decide by the step what they do.";
    for (const Role& role : roles)
        if (role.kind == "switokd" || role.kind == "feedback")
            obstacle_ = "A teacher waits for what the student does before it learns.";
    for (const Term& term : terms)
        if (std::ranges::find(recordable, lossOf(term)) == recordable.end())
            obstacle_ =
                fmt::format("The loss {} keeps something from step to step, or reads more than the outputs.", lossOf(term));
    if (recordings_ >= mostRecordings) obstacle_ = "What the host decides has changed too often.";
    std::vector<double> decided = decisions(roles, terms, batch, settings);
    alike_ = decided == decided_ ? alike_ + 1 : 0;
    if (seen_.size() > mostSeen) seen_.clear();
    before_ = seen_[decided]++;
    decided_ = std::move(decided);
    return obstacle_.empty();
}

#ifdef GAPLAB_CUDA

struct CapturedStep::Recording {
    Recording() = default;
    ~Recording() { drop(); }
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    at::cuda::CUDAStream stream = at::cuda::getStreamFromPool();
    std::unique_ptr<at::cuda::CUDAGraph> graph;
    Batch batch;
    StepOutputs outputs;
    std::vector<at::Tensor> gradients;  ///< of the parameters, in the graph's own memory
    std::vector<double> decided;

    /// What `work` starts comes after what was started so far, and before what is started next.
    template <class Work>
    StepOutputs onTheSide(const Work& work) const {
        const at::cuda::CUDAStream current = at::cuda::getCurrentCUDAStream();
        at::cuda::CUDAEvent before, after;
        before.record(current);
        before.block(stream);
        StepOutputs made;
        {
            const c10::cuda::CUDAStreamGuard guard(stream);
            made = work();
        }
        after.record(stream);
        after.block(current);
        return made;
    }

    /// Its memory is free for others afterwards: the GPU must be done with it.
    void drop() {
        if (!graph) return;
        if (cudaDeviceSynchronize() != cudaSuccess) (void)cudaGetLastError();  // whoever works next is told
        outputs = {};
        gradients.clear();
        graph.reset();
    }

    StepOutputs replay(const std::vector<at::Tensor>& parameters) {
        for (size_t i = 0; i < parameters.size(); ++i)  // a step in between may have put others there
            if (!parameters[i].grad().is_same(gradients[i])) parameters[i].mutable_grad() = gradients[i];
        graph->replay();
        return outputs;
    }

    void take(const Batch& given) {
        const at::NoGradGuard noGradient;
        batch.images.copy_(given.images);
        batch.labels.copy_(given.labels);
        if (given.softLabels.defined()) batch.softLabels.copy_(given.softLabels);
        if (given.groups.defined()) batch.groups.copy_(given.groups);
    }
};

namespace {

/// Leaves a recording that has failed, so that the GPU can be used as before.
void abandon(at::cuda::CUDAGraph& graph, at::cuda::CUDAStream stream) {
    const auto attempt = [](const auto& action) {
        try {
            action();
        } catch (const std::exception&) {
        }
    };
    {
        const c10::cuda::CUDAStreamGuard guard(stream);
        attempt([&] { graph.capture_end(); });
    }
    attempt([&] { c10::cuda::CUDACachingAllocator::endAllocateToPool(stream.device_index(), graph.pool()); });
    (void)cudaGetLastError();
}

}  // namespace

StepOutputs CapturedStep::run(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                              const StepSettings& settings, const Mitigations& mitigations,
                              const std::vector<at::Tensor>& parameters) {
    if (!mayRecord(roles, terms, batch, settings, mitigations)) {
        if (recording_) forget();
        clear(parameters);
        return sequentialStep(roles, terms, batch, settings, mitigations);
    }
    if (recording_ && recording_->graph && recording_->decided == decided_) {
        recording_->take(batch);
        ++replays_;
        return recording_->replay(parameters);
    }
    // The last batch of an epoch may be smaller: it is not worth a recording, and the one that is there stays.
    const bool passing = recording_ && recording_->graph && alike_ < warmUp;
    clear(parameters);
    if (passing) return sequentialStep(roles, terms, batch, settings, mitigations);
    if (!recording_) recording_ = std::make_unique<Recording>();
    // Small epochs have few steps of one kind in a row: the first recording does not wait for that.
    if (std::max(alike_, recording_->graph ? int64_t{0} : before_) < warmUp)
        return recording_->onTheSide([&] { return sequentialStep(roles, terms, batch, settings, mitigations); });
    return record(roles, terms, batch, settings, mitigations, parameters);
}

StepOutputs CapturedStep::record(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                                 const StepSettings& settings, const Mitigations& mitigations,
                                 const std::vector<at::Tensor>& parameters) {
    Recording& made = *recording_;
    made.drop();
    const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
    made.batch = {copy(batch.images), copy(batch.labels), copy(batch.softLabels), {}, batch.epoch, copy(batch.groups)};
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    try {
        made.onTheSide([&] {
            graph->capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
            made.outputs = sequentialStep(roles, terms, made.batch, settings, mitigations);
            graph->capture_end();
            return StepOutputs{};
        });
    } catch (const std::exception& error) {
        obstacle_ = fmt::format("It could not be recorded: {}", std::string_view(error.what()).substr(0, 300));
        made.outputs = {};
        clear(parameters);
        abandon(*graph, made.stream);
        recording_.reset();
        return sequentialStep(roles, terms, batch, settings, mitigations);
    }
    made.graph = std::move(graph);
    made.decided = decided_;
    ++recordings_;
    made.gradients.clear();
    for (const at::Tensor& parameter : parameters)
        made.gradients.push_back(parameter.grad());
    ++replays_;
    return made.replay(parameters);
}

#else

struct CapturedStep::Recording {};

StepOutputs CapturedStep::run(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                              const StepSettings& settings, const Mitigations& mitigations,
                              const std::vector<at::Tensor>& parameters) {
    clear(parameters);
    return sequentialStep(roles, terms, batch, settings, mitigations);
}

#endif

CapturedStep::CapturedStep(at::Device device, Wish wish) : device_(device), wish_(wish) {}

CapturedStep::~CapturedStep() = default;

void CapturedStep::forget() {
    recording_.reset();
    decided_.clear();
    seen_.clear();
    alike_ = before_ = 0;
}

}  // namespace gaplab

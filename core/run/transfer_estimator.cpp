#include "core/run/latest_request.h"
#include "core/run/transfer.h"

namespace gaplab {

struct TransferEstimator::Implementation {
    LatestRequest<TransferReport> requests;
};

TransferEstimator::TransferEstimator(std::function<void(Answer)> deliver, std::function<void(Progress)> progress)
    : implementation_(new Implementation{
          .requests = {
              [deliver = std::move(deliver)](int64_t request, std::optional<TransferReport> report, std::optional<Error> error) {
                  deliver({request, std::move(report), std::move(error)});
              },
              [progress = std::move(progress)](int64_t request, const std::string& what, double fraction) {
                  progress({request, what, fraction});
              }}}) {}

TransferEstimator::~TransferEstimator() = default;

int64_t TransferEstimator::request(const Json& document, const std::filesystem::path& store) {
    return implementation_->requests.request([document, store](const auto& told) {
        return estimateTransfer(document, {.store = store, .progress = told.progress, .stop = told.stop});
    });
}

void TransferEstimator::cancel() {
    implementation_->requests.cancel();
}

}  // namespace gaplab

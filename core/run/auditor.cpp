#include "core/run/audit.h"
#include "core/run/latest_request.h"

namespace gaplab {

struct Auditor::Implementation {
    LatestRequest<DataAudit> requests;
};

Auditor::Auditor(std::function<void(Answer)> deliver, std::function<void(Progress)> progress)
    : implementation_(new Implementation{
          .requests = {
              [deliver = std::move(deliver)](int64_t request, std::optional<DataAudit> audit, std::optional<Error> error) {
                  deliver({request, std::move(audit), std::move(error)});
              },
              [progress = std::move(progress)](int64_t request, const std::string& what, double fraction) {
                  progress({request, what, fraction});
              }}}) {}

Auditor::~Auditor() = default;

int64_t Auditor::request(const Json& data, std::optional<RunAnswers> answers) {
    return implementation_->requests.request([data, answers = std::move(answers)](const auto& told) {
        return auditData(data, {.progress = told.progress, .stop = told.stop, .answers = answers});
    });
}

void Auditor::cancel() {
    implementation_->requests.cancel();
}

}  // namespace gaplab

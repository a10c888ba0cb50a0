#include <mutex>

#include "core/run/audit.h"
#include "core/run/task_thread.h"

namespace gaplab {

struct Auditor::Implementation {
    std::function<void(Answer)> deliver;
    std::function<void(Progress)> progress;
    std::mutex mutex;
    int64_t latest = 0;
    std::stop_source stop;                         ///< of the latest request
    TaskThread thread{TaskThread::Priority::Low};  // last: its tasks use the others

    void answer(int64_t request, const Json& data, AuditOptions& options) {
        Answer answer{.request = request, .audit = {}, .error = {}};
        options.progress = [this, request](const std::string& what, double fraction) { progress({request, what, fraction}); };
        try {
            answer.audit = auditData(data, options);
        } catch (const Error& error) {
            answer.error = error;
        } catch (const std::exception& error) {
            const std::string text = error.what();
            answer.error = worldError(text.substr(0, text.find('\n')));
        }
        deliver(std::move(answer));
    }
};

Auditor::Auditor(std::function<void(Answer)> deliver, std::function<void(Progress)> progress)
    : implementation_(std::make_unique<Implementation>()) {
    implementation_->deliver = std::move(deliver);
    implementation_->progress = std::move(progress);
}

Auditor::~Auditor() {
    cancel();
}

int64_t Auditor::request(const Json& data, std::optional<RunAnswers> answers) {
    Implementation& self = *implementation_;
    const std::lock_guard lock(self.mutex);
    self.stop.request_stop();
    self.stop = {};
    const int64_t number = ++self.latest;
    AuditOptions options{.stop = self.stop.get_token(), .answers = std::move(answers)};
    self.thread.post([&self, number, data, options](std::stop_token) mutable { self.answer(number, data, options); });
    return number;
}

void Auditor::cancel() {
    const std::lock_guard lock(implementation_->mutex);
    implementation_->stop.request_stop();
}

}  // namespace gaplab

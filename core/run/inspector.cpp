#include <mutex>

#include <ATen/Parallel.h>

#include "core/run/inspection.h"
#include "core/run/task_thread.h"

namespace gaplab {

struct Inspector::Implementation {
    std::function<void(Answer)> deliver;
    std::mutex mutex;
    int64_t latest = 0;
    DataSpec spec;                                 ///< used on the inspection thread only, like the next one
    std::shared_ptr<const Dataset> dataset;        ///< of the last request: most edits do not touch the data
    TaskThread thread{TaskThread::Priority::Low};  // last: its tasks use the others

    std::shared_ptr<const Dataset> load(const DataSpec& wanted) {
        if (dataset && spec == wanted) return dataset;
        dataset = nullptr;
        LoadOptions options;
        options.threads = 1;
        dataset = loadDataset(wanted, options);
        spec = wanted;
        return dataset;
    }

    void answer(int64_t request, const Json& document, const InspectOptions& options) {
        Answer answer{.request = request, .inspection = {}, .error = {}};
        try {
            answer.inspection = inspectWith(document, options, [this](const DataSpec& wanted) { return load(wanted); });
        } catch (const Error& error) {
            answer.error = error;
        } catch (const std::exception& error) {
            const std::string text = error.what();
            answer.error = worldError(text.substr(0, text.find('\n')));
        }
        deliver(std::move(answer));
    }
};

Inspector::Inspector(std::function<void(Answer)> deliver) : implementation_(std::make_unique<Implementation>()) {
    implementation_->deliver = std::move(deliver);
    implementation_->thread.post([](std::stop_token) { at::set_num_threads(1); });
}

Inspector::~Inspector() = default;

int64_t Inspector::request(const Json& document, const InspectOptions& options) {
    Implementation& self = *implementation_;
    const std::lock_guard lock(self.mutex);
    const int64_t number = ++self.latest;
    self.thread.post([&self, number, document, options](std::stop_token) {
        {
            const std::lock_guard guard(self.mutex);
            if (number != self.latest) return;  // a later one replaces it
        }
        self.answer(number, document, options);
    });
    return number;
}

}  // namespace gaplab

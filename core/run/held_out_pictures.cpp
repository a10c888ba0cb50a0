#include "core/run/held_out_pictures.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "core/run/inspection.h"
#include "core/run/pictures.h"
#include "core/run/task_thread.h"

namespace gaplab {
namespace {

Pictures taken(const Dataset& dataset, const PictureQuestion& question) {
    if (!question.fingerprint.empty() && dataset.fingerprint != question.fingerprint)
        throw inputError("The images are not those of the run: the data set has changed since",
                         "Put the data set back as it was to see them.");
    const bool test = question.split == "test";
    const ImageSet& set = test ? dataset.test : dataset.train;
    const std::vector<std::string>& files = test ? dataset.testFiles : dataset.trainFiles;
    Pictures pictures{.size = thumbnailSize(dataset.height())};
    for (const int64_t place : question.places) {
        const int64_t count = test ? set.size() : std::ssize(dataset.validationIndices);
        if (place < 0 || place >= count) throw inputError(fmt::format("The {} images have no number {}", question.split, place));
        const int64_t row = test ? place : dataset.validationIndices[static_cast<size_t>(place)];
        pictures.rgb.push_back(thumbnail(set.images[row], pictures.size));
        if (!files.empty()) pictures.files.push_back(files[static_cast<size_t>(row)]);
    }
    return pictures;
}

DataSpec dataOf(const PictureQuestion& question) {
    return parseExperiment(question.document, catalogue()).data;
}

}  // namespace

Pictures picturesOf(const PictureQuestion& question) {
    return taken(*loadDataset(dataOf(question)), question);
}

struct PictureLoader::Implementation {
    std::function<void(Answer)> deliver;
    std::mutex mutex;
    int64_t latest = 0;
    DataSpec spec;  ///< used on the loader's thread only, like the next one
    std::shared_ptr<const Dataset> dataset;
    TaskThread thread{TaskThread::Priority::Low};  // last: its tasks use the others

    const Dataset& load(const DataSpec& wanted, std::stop_token stop) {
        if (dataset && spec == wanted) return *dataset;
        dataset = nullptr;
        dataset = loadDataset(wanted, {.threads = 1, .stop = std::move(stop)});
        spec = wanted;
        return *dataset;
    }

    void answer(int64_t request, const PictureQuestion& question, std::stop_token stop) {
        Answer answer{.request = request, .pictures = {}, .error = {}};
        try {
            answer.pictures = taken(load(dataOf(question), std::move(stop)), question);
        } catch (const Error& error) {
            answer.error = error;
        } catch (const std::exception& error) {
            const std::string text = error.what();
            answer.error = worldError(text.substr(0, text.find('\n')));
        }
        deliver(std::move(answer));
    }
};

PictureLoader::PictureLoader(std::function<void(Answer)> deliver) : implementation_(std::make_unique<Implementation>()) {
    implementation_->deliver = std::move(deliver);
}

PictureLoader::~PictureLoader() = default;

int64_t PictureLoader::request(PictureQuestion question) {
    Implementation& self = *implementation_;
    const std::lock_guard lock(self.mutex);
    const int64_t number = ++self.latest;
    self.thread.post([&self, number, question = std::move(question)](std::stop_token stop) {
        {
            const std::lock_guard guard(self.mutex);
            if (number != self.latest) return;  // a later one replaces it
        }
        self.answer(number, question, std::move(stop));
    });
    return number;
}

}  // namespace gaplab

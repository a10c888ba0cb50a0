#include "ui/library/import_work.h"

#include <iterator>

namespace gaplab::ui {

std::vector<int64_t> storedRuns(const std::vector<ImportResult>& results) {
    std::vector<int64_t> runs;
    for (const ImportResult& result : results)
        if (result.id) runs.push_back(*result.id);
    return runs;
}

ImportWork::ImportWork(std::filesystem::path store, QObject* parent)
    : QObject(parent), store_(std::move(store)), worker_(new QObject) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName("import");
    thread_.start();
}

ImportWork::~ImportWork() {
    stop();
    thread_.quit();
    thread_.wait();
}

void ImportWork::preview(const QStringList& paths, bool again) {
    std::vector<std::filesystem::path> places;
    for (const QString& path : paths)
        places.emplace_back(path.toStdString());
    begin(
        [this, places, again] {
            read(places);
            return stop_ ? Results() : take(again, true);
        },
        &ImportWork::previewed);
}

void ImportWork::store(bool again) {
    begin([this, again] { return take(again, false); }, &ImportWork::stored);
}

void ImportWork::begin(const std::function<Results()>& work, void (ImportWork::*done)(const Results&)) {
    stop_ = false;
    busy_ = true;
    const auto answer = [this](auto call) {
        QMetaObject::invokeMethod(
            this,
            [this, call] {
                busy_ = false;
                call();
            },
            Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(
        worker_,
        [this, work, done, answer] {
            try {
                const Results results = work();
                answer([this, done, results, stopped = stop_.load()] {
                    if (stopped && results.empty())
                        Q_EMIT this->stopped();
                    else
                        Q_EMIT(this->*done)(results);
                });
            } catch (const std::exception& exception) {
                QString text = QString::fromUtf8(exception.what());
                const auto* error = dynamic_cast<const Error*>(&exception);
                if (error && !error->hint().empty()) text += QStringLiteral(". ") + QString::fromStdString(error->hint());
                answer([this, text] { Q_EMIT failed(text); });
            }
        },
        Qt::QueuedConnection);
}

void ImportWork::read(const std::vector<std::filesystem::path>& paths) {
    sources_ = {};
    for (const std::filesystem::path& path : paths) {
        if (!tell(0, 0)) return;
        ImportSources more = readSources({path});
        std::ranges::move(more.runs, std::back_inserter(sources_.runs));
        std::ranges::move(more.stores, std::back_inserter(sources_.stores));
    }
}

ImportWork::Results ImportWork::take(bool again, bool dryRun) {
    ImportOptions options{.dryRun = dryRun, .again = again};
    options.progress = [this](size_t done, size_t total) { return tell(done, total); };
    Store store(store_, dryRun ? Store::Mode::Read : Store::Mode::Write);
    return importSources(&store, sources_.runs, sources_.stores, options);
}

bool ImportWork::tell(size_t done, size_t total) {
    QMetaObject::invokeMethod(
        this, [this, done, total] { Q_EMIT progressed(static_cast<int>(done), static_cast<int>(total)); }, Qt::QueuedConnection);
    return !stop_;
}

}  // namespace gaplab::ui

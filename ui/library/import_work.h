#pragma once

#include <atomic>

#include <QObject>
#include <QStringList>
#include <QThread>

#include "core/interop/sources.h"

namespace gaplab::ui {

/// Those that are in the store now.
std::vector<int64_t> storedRuns(const std::vector<ImportResult>& results);

/// Reads files and folders of runs, and takes the runs over into the store, on a thread of its own. One thing at a time; each
/// ends in one of previewed, stored, failed and stopped. Its end waits for what is going on.
class ImportWork : public QObject {
    Q_OBJECT
public:
    explicit ImportWork(std::filesystem::path store, QObject* parent = nullptr);
    ~ImportWork() override;

    /// Reads everything, and tells what would come in. `again`: what is here already too.
    void preview(const QStringList& paths, bool again);
    /// Takes over what was read last.
    void store(bool again);
    /// Soon; what was stored of another store until then stays.
    void stop() { stop_ = true; }
    bool isBusy() const { return busy_; }

Q_SIGNALS:
    /// `total` 0: nobody knows.
    void progressed(int done, int total);
    void previewed(const std::vector<gaplab::ImportResult>& results);
    void stored(const std::vector<gaplab::ImportResult>& results);
    /// A whole sentence.
    void failed(const QString& text);
    void stopped();

private:
    using Results = std::vector<ImportResult>;
    void begin(const std::function<Results()>& work, void (ImportWork::*done)(const Results&));
    void read(const std::vector<std::filesystem::path>& paths);
    Results take(bool again, bool dryRun);
    bool tell(size_t done, size_t total);

    std::filesystem::path store_;
    QThread thread_;
    QObject* worker_;
    ImportSources sources_;  ///< used on the thread only
    std::atomic<bool> stop_ = false;
    bool busy_ = false;
};

}  // namespace gaplab::ui

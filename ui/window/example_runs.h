#pragma once

#include <QTemporaryDir>

#include "ui/library/import_work.h"

namespace gaplab::ui {

/// Finished runs that come with the program, so that a new store has something to look at: resources/examples/runs.db, made by
/// experiments/make_example_runs.py. What is in the store already stays out. Deletes itself when it is done.
class ExampleRuns : public QObject {
    Q_OBJECT
public:
    explicit ExampleRuns(const std::filesystem::path& store, QObject* parent);
    /// Ends in one of the signals.
    void add();

Q_SIGNALS:
    /// In the store now; none: they were there.
    void added(const std::vector<int64_t>& runs);
    /// A whole sentence.
    void failed(const QString& text);

private:
    QTemporaryDir folder_;
    ImportWork work_;
};

}  // namespace gaplab::ui

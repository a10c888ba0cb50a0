#pragma once

#include <csignal>
#include <memory>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/json.h"

namespace gaplab {

/// What a command answered.
struct Answer {
    int code = -1;  ///< -1: it did not end by itself
    QByteArray out, err;

    /// Standard output as one JSON document; discarded where it is anything else.
    Json json() const { return Json::parse(out.toStdString(), nullptr, false); }
    QByteArray told() const { return "exit code " + QByteArray::number(code) + "\n" + out + err; }
};

/// A folder of its own with a store, caches and an experiment that trains in about a second.
class Workplace {
public:
    Workplace() { write("tiny.json", tiny()); }

    static QByteArray tiny() {
        return R"({
            "schema": 1, "name": "tiny",
            "data": {"source": "shapes", "size": 16, "train": 200, "test": 100, "validation": 0.2},
            "student": {"architecture": "resnet8"},
            "training": {"epochs": 2, "batch": 40, "threads": 1},
            "seeds": [0]
        })";
    }

    QString path(const QString& name) const { return folder_.filePath(name); }
    QString store() const { return path("store.db"); }
    bool hasStore() const { return QFile::exists(store()); }

    void write(const QString& name, const QByteArray& content) const {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path(name)));
    }
    QByteArray read(const QString& name) const {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QProcess> prepare(const QString& program, const QStringList& arguments) const {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_DATA_HOME", path("data"));
        environment.insert("XDG_CACHE_HOME", path("cache"));
        process->setProcessEnvironment(environment);
        process->setWorkingDirectory(folder_.path());
        process->setProgram(program);
        process->setArguments(arguments);
        return process;
    }

    static QString cli() { return qEnvironmentVariable("GAPLAB_BIN") + "/gaplab-cli"; }

    /// The command line with this store, not waited for.
    std::unique_ptr<QProcess> start(const QStringList& arguments) const {
        auto process = prepare(cli(), arguments + QStringList{"--store", store()});
        process->start();
        return process;
    }

    static Answer wait(QProcess& process, int milliseconds = 120000) {
        if (!process.waitForFinished(milliseconds)) process.kill();
        process.waitForFinished();
        const bool ended = process.exitStatus() == QProcess::NormalExit;
        return {ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }

    Answer run(const QStringList& arguments) const { return wait(*start(arguments)); }
    Answer runJson(const QStringList& arguments) const { return run(arguments + QStringList{"--json"}); }

private:
    QTemporaryDir folder_;
};

/// Waits until the process has written something to standard error that holds `words`.
inline bool awaitWords(QProcess& process, const QByteArray& words, QByteArray& seen, int milliseconds = 60000) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds) {
        seen += process.readAllStandardError();
        if (seen.contains(words)) return true;
        if (process.state() == QProcess::NotRunning) return false;
        process.waitForReadyRead(20);
    }
    return false;
}

}  // namespace gaplab

#pragma once

#include <filesystem>

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/json.h"
#include "ui/window/page.h"

namespace gaplab::ui {

/// One function a file of this executable: runs its tests, returns the number of failures.
int testForms(const QStringList& arguments);
int testDraft(const QStringList& arguments);
int testSetup(const QStringList& arguments);
int testGapShape(const QStringList& arguments);
int testGapTarget(const QStringList& arguments);
int testPastGaps(const QStringList& arguments);
int testFeed(const QStringList& arguments);
int testChain(const QStringList& arguments);
int testSweep(const QStringList& arguments);
int testTransferSetup(const QStringList& arguments);
int testAudit(const QStringList& arguments);
int testTransfer(const QStringList& arguments);
int testDocks(const QStringList& arguments);
int testWindow(const QStringList& arguments);

/// A store in a folder of its own, with everything a page needs.
struct TestSession {
    QTemporaryDir folder;
    std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "runs.db";
    Workbench workbench{path};
    StoreReader reader{path};
    FeedPump pump{workbench.feed()};
    Session session{workbench, reader, pump};
};

/// A valid experiment that is quick to look at: a few small pictures.
inline Json smallExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "small",
        "data": {"source": "shapes", "size": 16, "train": 200, "test": 40, "augment": ["flip"]},
        "student": {"architecture": "resnet8"},
        "teachers": {"static": {"architecture": "resnet14", "weights": "train"}},
        "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
        "gap": {"target": 3.0, "band": 1.5},
        "training": {"epochs": 2, "optimizer": {"kind": "sgd", "lr": 0.1}},
        "seeds": [0]})");
}

/// A file of the given content in the folder.
inline QString writeFile(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("The test cannot write its file.");
    return file.fileName();
}

}  // namespace gaplab::ui

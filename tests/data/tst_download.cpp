#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/data/fetch/download.h"
#include "tests/data/expect.h"
#include "tests/data/http_server.h"

using namespace gaplab;
namespace fs = std::filesystem;

namespace {

std::string content(size_t size = 300'000) {
    std::string text;
    for (size_t i = 0; text.size() < size; ++i)
        text += std::to_string(i * i) + ' ';
    return text.substr(0, size);
}

bool isEmpty(const fs::path& folder) {
    return !fs::exists(folder) || fs::is_empty(folder);
}

}  // namespace

class DownloadTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_;
    const std::string body_ = content();

    RemoteFile remote(const HttpServer& server) const { return {server.url() + "file.bin", sha256(body_), 0}; }

private Q_SLOTS:
    void init() {
        root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(root_);
    }

    void theFileArrivesWithProgress() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_}; });
        int64_t done = 0, total = 0;
        downloadFile(remote(server), root_ / "a",
                     [&](int64_t d, int64_t t) {
                         QVERIFY(d >= done);
                         done = d;
                         total = t;
                     },
                     {});
        QVERIFY(readText(root_ / "a") == body_);
        QCOMPARE(done, static_cast<int64_t>(body_.size()));
        QCOMPARE(total, done);
        QVERIFY(!fs::exists(root_ / "a.part"));
    }

    void aCutConnectionIsContinued() {
        const HttpServer server(
            [&](const auto& request) { return HttpServer::Answer{.body = body_, .cutAfter = request.from == 0 ? 100'000 : -1}; });
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
        QCOMPARE(server.requests().size(), size_t{2});
        QCOMPARE(server.requests()[1].from, int64_t{100'000});
    }

    void whatArrivedIsContinuedByTheNextCall() {
        writeTextAtomically(root_ / "a.part", body_.substr(0, 250'000));
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_}; });
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
        QCOMPARE(server.requests().front().from, int64_t{250'000});
    }

    void aServerThatIgnoresRangesSendsAllAgain() {
        writeTextAtomically(root_ / "a.part", body_.substr(0, 250'000));
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_, .ranges = false}; });
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
    }

    void aBeginningOfAnotherFileIsThrownAway_data() {
        QTest::addColumn<int>("size");
        QTest::newRow("shorter") << 1000;
        QTest::newRow("as long") << 300'000;
        QTest::newRow("longer") << 400'000;
    }
    void aBeginningOfAnotherFileIsThrownAway() {
        QFETCH(int, size);
        writeTextAtomically(root_ / "a.part", std::string(static_cast<size_t>(size), 'x'));
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_}; });
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
    }

    void aWrongHashIsRefusedAndNothingIsLeft() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = "something else"}; });
        QVERIFY(refuses([&] { downloadFile(remote(server), root_ / "a", {}, {}); }, Fault::World,
                        {sha256(body_), sha256("something else")}));
        QVERIFY(isEmpty(root_));
    }

    void aMissingFileIsTold() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.status = 404, .body = "not here"}; });
        QVERIFY(refuses([&] { downloadFile(remote(server), root_ / "a", {}, {}); }, Fault::World, {"404", "file.bin"}));
        QCOMPARE(server.requests().size(), size_t{1});
        QVERIFY(!fs::exists(root_ / "a"));
    }

    void redirectsAreFollowedButNotToFiles() {
        const HttpServer server([&](const HttpServer::Request& request) {
            if (request.path == "/file.bin")
                return HttpServer::Answer{.status = 302, .body = "moved", .header = "Location: /there\r\n"};
            if (request.path == "/there") return HttpServer::Answer{.body = body_};
            return HttpServer::Answer{.status = 302, .header = "Location: file:///etc/hostname\r\n"};
        });
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
        QVERIFY(refuses(
            [&] {
                downloadFile({server.url() + "evil", sha256(body_), 0}, root_ / "b", {}, {});
            },
            Fault::World, {"evil"}));
    }

    void aStopIsHeardAndTheNextCallGoesOn() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_}; });
        std::stop_source stop;
        const auto stopAtOnce = [&](int64_t, int64_t) { stop.request_stop(); };
        QVERIFY(refuses([&] { downloadFile(remote(server), root_ / "a", stopAtOnce, stop.get_token()); }, Fault::Stopped,
                        {"fetch again"}));
        downloadFile(remote(server), root_ / "a", {}, {});
        QVERIFY(readText(root_ / "a") == body_);
    }

    void anUnwritableFolderIsTheWorldsFault() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = body_}; });
        QVERIFY(refuses([&] { downloadFile(remote(server), root_ / "no" / "a", {}, {}); }, Fault::World, {"a.part"}));
    }

    void anUnknownDataSetListsTheKnownOnes() {
        QVERIFY(refuses([] { fetchDataset("cifar11", {.folder = {}, .baseUrl = {}, .progress = {}, .stop = {}}); }, Fault::Input,
                        {"cifar11", "cifar10", "mnist"}));
    }

    void aSetWithAWrongFileIsNotMade() {
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = "wrong"}; });
        for (const std::string& name : fetchableDatasets()) {
            const FetchOptions options{.folder = root_ / name, .baseUrl = server.url(), .progress = {}, .stop = {}};
            QVERIFY(refuses([&] { fetchDataset(name, options); }, Fault::World, {"SHA-256", server.url()}));
        }
        QVERIFY(isEmpty(root_));
        QCOMPARE(server.requests().back().path, std::string("/train-images-idx3-ubyte.gz"));
    }

    void aSetThatIsThereIsLeftAlone() {
        fs::create_directories(root_ / "mnist");
        writeTextAtomically(root_ / "mnist" / "mine", "x");
        const HttpServer server([&](const auto&) { return HttpServer::Answer{.body = "wrong"}; });
        QVERIFY(fetchDataset("mnist", {.folder = root_ / "mnist", .baseUrl = server.url(), .progress = {}, .stop = {}}) ==
                root_ / "mnist");
        QVERIFY(server.requests().empty());
    }
};

int runDownloadTests(int argc, char** argv) {
    DownloadTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_download.moc"

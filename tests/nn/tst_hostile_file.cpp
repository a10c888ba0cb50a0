#include <filesystem>
#include <fstream>
#include <rapidcheck.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fmt/format.h>

#include "core/base/files.h"
#include "core/nn/tensor_file.h"
#include "tests/nn/support.h"

using namespace gaplab;
namespace fs = std::filesystem;

namespace {

std::string withLength(const std::string& header, const std::string& data) {
    const uint64_t length = header.size();
    return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

std::string bytes(size_t count) {
    return std::string(count, '\1');
}

std::string manyTensors(int count) {
    std::string header = "{";
    for (int i = 0; i < count; ++i)
        header += fmt::format(R"({}"{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", i ? "," : "", i);
    return header + "}";
}

}  // namespace

/// A weights file from outside may hold anything.
class HostileFileTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_ = fs::path(folder_.path().toStdString()) / "hostile.safetensors";

    void write(const std::string& content) const {
        std::ofstream file(path_, std::ios::binary);
        file.write(content.data(), static_cast<std::streamsize>(content.size()));
    }

    /// Whether the file loads or is refused as the input's fault; anything else would be a crash waiting to happen.
    bool isLoadedOrRefused(const std::string& content) const {
        write(content);
        try {
            loadTensors(path_);
            return true;
        } catch (const Error& error) {
            return error.fault() == Fault::Input;
        }
    }

private Q_SLOTS:
    void brokenFilesAreRefusedWithTheReason_data() {
        QTest::addColumn<std::string>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& header, size_t dataSize, const char* says) {
            QTest::newRow(name) << withLength(header, bytes(dataSize)) << QString(says);
        };
        const auto file = [](const char* name, const std::string& content, const char* says) {
            QTest::newRow(name) << content << QString(says);
        };
        const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

        file("empty", "", "too short");
        file("seven bytes", bytes(7), "too short");
        file("no header", std::string(8, '\0'), "JSON");
        file("header longer than the file", std::string("\xff\x7f\0\0\0\0\0\0", 8) + good + bytes(8), "32767 bytes");
        file("header of 2^64 bytes", std::string(8, '\xff') + good, "18446744073709551615");
        file("header only half there", withLength(good, "").substr(0, 30), "header");
        row("data cut off", good, 7, "cut off");
        row("data too long", good, 9, "1 bytes belong to no tensor");
        row("no JSON", "{]", 0, "not valid JSON");
        row("text behind the JSON", good + "x", 8, "not valid JSON");
        row("JSON of another form", "[1]", 0, "not a JSON object");
        row("a number", "7", 0, "not a JSON object");
        row("deep nesting", std::string(2'000'000, '['), 0, "not a JSON object");
        row("deep objects", R"({"a":{"shape":[[[)", 0, "a list where none belongs");
        row("invalid UTF-8", "{\"\xff\":1}", 0, "not valid JSON");
        row("same name twice",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1,
            "twice");
        row("same field twice", R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1, "twice");
        row("same metadata twice", R"({"__metadata__":{"x":"1","x":"2"}})", 0, "twice");
        row("metadata that is no text", R"({"__metadata__":{"x":1}})", 0, "__metadata__");
        row("metadata that is a list", R"({"__metadata__":["x"]})", 0, "__metadata__");
        row("a tensor that is a text", R"({"a":"F32"})", 0, "text where none belongs");
        row("unknown element type", R"({"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}})", 8, "F31");
        row("element type as a number", R"({"a":{"dtype":32,"shape":[2],"data_offsets":[0,8]}})", 8, "number where none belongs");
        row("unknown field", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":[1]}})", 8, "extra");
        row("no shape", R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8, "lacks");
        row("empty tensor entry", R"({"a":{}})", 0, "lacks");
        row("negative size", R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8, "-2");
        row("fractional size", R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8, "2.0");
        row("size beyond 64 bits", R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})", 8,
            "impossible number");
        row("product of sizes beyond 64 bits", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0,
            "shape");
        row("the same hidden by a zero", R"({"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}})", 0,
            "shape");
        row("sizes that do not fit the bytes", R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8, "shape");
        row("null", R"({"a":null})", 0, "null");
        row("true", R"({"a":{"dtype":true}})", 0, "true");
        row("one offset", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8]}})", 8, "two numbers");
        row("offsets backwards", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8, "outside");
        row("offset beyond the data", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})", 8, "outside");
        row("too many dimensions", R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})", 1,
            "dimensions");
        row("overlap",
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12,
            "overlaps");
        row("the same place twice",
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8,
            "overlaps");
        row("hole",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})", 12,
            "hole");
        row("hole at the start", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "hole");
        row("not aligned",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})", 5,
            "aligned");
        row("too many tensors", manyTensors(100'001), 0, "more than 100000 tensors");
        row("a million tensors", manyTensors(1'000'000), 0, "more than 100000 tensors");
        row("a name as long as a novel", "{\"" + std::string(1'000'000, 'n') + "\":1}", 0, "nnn...");
    }
    void brokenFilesAreRefusedWithTheReason() {
        QFETCH(std::string, content);
        QFETCH(QString, says);
        write(content);
        const Error error = inputErrorOf([&] { loadTensors(path_); });
        QVERIFY2(contains(error.what(), says.toStdString()), error.what());
        QVERIFY2(contains(error.what(), path_.string()), error.what());
        QVERIFY(std::string(error.what()).size() < 400);
    }

    void aHeaderOfMoreThanAHundredMegabytesIsRefusedUnread() {
        write(std::string("\x01\xe1\xf5\x05\0\0\0\0", 8));  // 100,000,001
        fs::resize_file(path_, 200'000'000);                // sparse
        const Error error = inputErrorOf([&] { loadTensors(path_); });
        QVERIFY2(contains(error.what(), "100000001"), error.what());
    }

    void whatIsNoFileIsRefused() {
        QVERIFY(contains(inputErrorOf([&] { loadTensors(path_.parent_path() / "absent"); }).what(), "absent"));
        inputErrorOf([&] { loadTensors(path_.parent_path()); });
    }

    void manyTensorsAreFine() {
        write(withLength(manyTensors(10'000), ""));
        QCOMPARE(loadTensors(path_).tensors.size(), size_t{10'000});
    }

    void entriesInAnyOrderAndForeignTypesOfTruthAreFine() {
        write(withLength(
            R"({"b":{"dtype":"BOOL","shape":[2],"data_offsets":[2,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
            "none":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},"__metadata__":{}})",
            std::string("\x07\x08\x09\x00", 4)));
        const TensorFile file = loadTensors(path_);
        QVERIFY(file.tensors.at("a").equal(at::tensor({7, 8}, at::kByte)));
        QVERIFY(file.tensors.at("b").equal(at::tensor({1, 0}).to(at::kBool)));
        QCOMPARE(file.tensors.at("none").sizes().vec(), (std::vector<int64_t>{0, 3}));
    }

    void anyFileIsLoadedOrRefused() {
        saveTensors(path_, {.tensors = {{"a", someImages({2, 3})}, {"b", at::tensor({1, 2, 3})}, {"c", at::ones({5}, at::kBool)}},
                            .metadata = {{"key", "value"}}});
        const std::string good = readText(path_);
        const auto anyByte = rc::gen::map(rc::gen::inRange(0, 256), [](int value) { return static_cast<char>(value); });
        const auto jsonByte = rc::gen::elementOf(std::string("{}[]\",:0123456789-eE. \\"));
        const bool holds = rc::check("a valid file with bytes changed, put in, taken out", [&] {
            std::string content = good;
            const int edits = *rc::gen::inRange(1, 6);
            for (int i = 0; i < edits && !content.empty(); ++i) {
                const size_t place = *rc::gen::inRange<size_t>(0, content.size());
                const int kind = *rc::gen::inRange(0, 4);
                if (kind == 0) content[place] = *anyByte;
                if (kind == 1) content[place] = *jsonByte;
                if (kind == 2) content.insert(place, 1, *jsonByte);
                if (kind == 3) content.erase(place, *rc::gen::inRange<size_t>(1, 9));
            }
            if (*rc::gen::arbitrary<bool>()) setLength(content);  // let more of the changes reach the parser
            RC_ASSERT(isLoadedOrRefused(content));
        });
        QVERIFY(holds);
        QVERIFY(rc::check("any bytes behind any length", [&] {
            const auto data = *rc::gen::container<std::string>(anyByte);
            RC_ASSERT(isLoadedOrRefused(data) && isLoadedOrRefused(withLength(data, "")));
        }));
    }

private:
    /// Makes the length in front agree with where the header's JSON seems to end.
    static void setLength(std::string& content) {
        const size_t end = content.rfind('}');
        if (content.size() < 8 || end == std::string::npos || end < 8) return;
        const uint64_t length = (end - 8 + 1 + 7) / 8 * 8;
        content.replace(0, 8, reinterpret_cast<const char*>(&length), 8);
    }
};

int runHostileFileTests(int argc, char** argv) {
    HostileFileTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_hostile_file.moc"

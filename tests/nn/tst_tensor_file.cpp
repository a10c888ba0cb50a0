#include <filesystem>
#include <limits>
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

const std::vector<at::ScalarType> allTypes = {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16,
                                              at::kLong,  at::kInt,    at::kByte, at::kBool};

at::Tensor randomTensor(at::ScalarType type) {
    const auto shape = *rc::gen::resize(4, rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, 5)));
    return someImages(shape, at::kDouble).mul(100).to(type);
}

bool sameTensor(const at::Tensor& a, const at::Tensor& b) {
    return a.scalar_type() == b.scalar_type() && a.equal(b);
}

}  // namespace

class TensorFileTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_ = fs::path(folder_.path().toStdString()) / "weights.safetensors";
    std::unique_ptr<Network> network_ = buildNetwork("resnet8", Json::object(), {}, 10);

    qsizetype filesInFolder() const { return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden).size(); }
    TensorFile stored(uint64_t seed, const std::string& prefix = "student/") const {
        TensorFile file;
        putState(file, prefix, *network_, initialState(*network_, seed));
        return file;
    }

private Q_SLOTS:
    void init() {
        QVERIFY(folder_.isValid());
        fs::remove(path_);
    }

    void whatIsSavedIsLoaded() {
        const auto anyText = rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
        const bool holds = rc::check("any tensors of any type and shape", [&] {
            TensorFile file;
            file.metadata = *rc::gen::container<std::map<std::string, std::string>>(anyText, anyText);
            const int count = *rc::gen::inRange(0, 6);
            for (int i = 0; i < count; ++i)
                file.tensors[fmt::format("t{}", i)] = randomTensor(*rc::gen::elementOf(allTypes));
            saveTensors(path_, file);
            const TensorFile loaded = loadTensors(path_);
            RC_ASSERT(loaded.metadata == file.metadata);
            RC_ASSERT(loaded.tensors.size() == file.tensors.size());
            for (const auto& [name, tensor] : file.tensors)
                RC_ASSERT(sameTensor(loaded.tensors.at(name), tensor));
        });
        QVERIFY(holds);
    }

    void bytesAreThoseOfTheFormat() {
        saveTensors(path_,
                    {.tensors = {{"b", at::tensor({1, 2}, at::kByte)}, {"a", at::tensor({1.0F})}}, .metadata = {{"k", "v"}}});
        const std::string header =
            R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]},"b":{"data_offsets":[4,6],"dtype":"U8","shape":[2]}})";
        const std::string text = readText(path_);
        const size_t length = static_cast<unsigned char>(text[0]);
        QCOMPARE(length % 8, size_t{0});
        QCOMPARE(text.substr(1, 7), std::string(7, '\0'));
        QCOMPARE(text.substr(8, header.size()), header);
        QCOMPARE(text.substr(8 + header.size(), length - header.size()), std::string(length - header.size(), ' '));
        QCOMPARE(text.substr(8 + length), std::string("\x00\x00\x80\x3f\x01\x02", 6));
    }

    void unusualNumbersSurvive() {
        const double inf = std::numeric_limits<double>::infinity();
        const at::Tensor numbers = at::tensor({0.0, -0.0, inf, -inf, std::nan(""), 5e-324});
        saveTensors(path_, {.tensors = {{"x", numbers}}, .metadata = {}});
        const at::Tensor loaded = loadTensors(path_).tensors.at("x");
        QVERIFY(loaded.view(at::kLong).equal(numbers.view(at::kLong)));
    }

    void memoryLayoutDoesNotReachTheFile() {
        const at::Tensor plain = someImages({4, 3, 5, 2});
        saveTensors(path_, {.tensors = {{"x", plain}}, .metadata = {}});
        const std::string first = readText(path_);
        saveTensors(path_, {.tensors = {{"x", plain.contiguous(at::MemoryFormat::ChannelsLast)}}, .metadata = {}});
        QVERIFY(readText(path_) == first);
        saveTensors(path_, {.tensors = {{"x", plain.transpose(0, 3).contiguous().transpose(0, 3)}}, .metadata = {}});
        QVERIFY(readText(path_) == first);
    }

    void aFailedSaveLeavesTheOldFile() {
        saveTensors(path_, stored(1));
        const std::string before = readText(path_);
        QVERIFY_EXCEPTION_THROWN(saveTensors(path_, {.tensors = {{"x", at::empty({1}, at::kComplexFloat)}}, .metadata = {}}),
                                 std::logic_error);
        QVERIFY(readText(path_) == before);
        QCOMPARE(filesInFolder(), qsizetype{1});
    }

    void aMissingFolderIsTheWorldsFault() {
        try {
            saveTensors(path_.parent_path() / "absent" / "file", stored(1));
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QCOMPARE(error.fault(), Fault::World);
            QVERIFY2(contains(error.what(), "absent"), error.what());
        }
    }

    void networksAreRestoredBitByBit() {
        saveTensors(path_, stored(1));
        const State wanted = initialState(*network_, 1);
        State state = initialState(*network_, 2);
        for (const at::Tensor& buffer : state.buffers)
            buffer.fill_(3);
        takeState(loadTensors(path_), "student/", *network_, state, "weights");
        QVERIFY(bitwiseEqual(state.parameters, wanted.parameters));
        QVERIFY(bitwiseEqual(state.buffers, wanted.buffers));
        for (size_t i = 0; i < state.parameters.size(); ++i) {
            QCOMPARE(state.parameters[i].strides().vec(), wanted.parameters[i].strides().vec());
            QVERIFY(state.parameters[i].requires_grad());
        }
        const at::NoGradGuard noGradient;
        const at::Tensor images = someImages({2, 3, 32, 32});
        QVERIFY(network_->forward(images, {.state = state}).logits.equal(network_->forward(images, {.state = wanted}).logits));
    }

    /// A deeper network of the family has all that is asked for, and more.
    void weightsOfADeeperNetworkAreRefused() {
        const auto deeper = buildNetwork("resnet14", Json::object(), {}, 10);
        TensorFile file;
        putState(file, "", *deeper, initialState(*deeper, 1));
        State state = initialState(*network_, 2);
        const State before = state.clone();
        // What is missing are only the deeper one's own blocks: the file is cut to a true superset.
        const State own = initialState(*network_, 3);
        putState(file, "", *network_, own);
        try {
            takeState(file, "", *network_, state, "weights");
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QCOMPARE(error.fault(), Fault::Input);
            QVERIFY2(contains(error.what(), "0 do not, and nothing was loaded"), error.what());
            QVERIFY2(contains(error.hint(), "layer1.1"), error.hint().c_str());
        }
        QVERIFY(bitwiseEqual(state.parameters, before.parameters));
        // A counter of batches that PyTorch keeps is no stranger.
        TensorFile counted;
        putState(counted, "", *network_, own);
        counted.tensors["bn1.num_batches_tracked"] = at::ones({}, at::kLong);
        takeState(counted, "", *network_, state, "weights");
        QVERIFY(bitwiseEqual(state.parameters, own.parameters));
    }

    void prefixesKeepNetworksApart() {
        TensorFile file = stored(1, "student/");
        putState(file, "student_ema/", *network_, initialState(*network_, 2));
        State state = initialState(*network_, 3);
        takeState(file, "student_ema/", *network_, state, "weights");
        QVERIFY(bitwiseEqual(state.parameters, initialState(*network_, 2).parameters));
    }

    void shorterFloatsAreConverted() {
        TensorFile file;
        putState(file, "", *network_, initialState(*network_, 1).to(at::kHalf));
        State state = initialState(*network_, 2);
        takeState(file, "", *network_, state, "weights");
        QCOMPARE(state.parameters[0].scalar_type(), at::kFloat);
        QVERIFY(state.parameters[0].allclose(initialState(*network_, 1).parameters[0], 1e-3, 1e-4));
    }

    void whatDoesNotFitIsListedAndNothingIsTaken_data() {
        QTest::addColumn<QString>("broken");
        QTest::newRow("missing parameter") << "fc.bias";
        QTest::newRow("missing buffer") << "layer3.0.bn2.running_var";
        QTest::newRow("wrong shape") << "fc.weight";
        QTest::newRow("same size, other shape") << "layer1.0.conv1.weight";
        QTest::newRow("whole numbers") << "bn1.weight";
    }
    void whatDoesNotFitIsListedAndNothingIsTaken() {
        QFETCH(QString, broken);
        const std::string name = "student/" + broken.toStdString();
        TensorFile file = stored(1);
        at::Tensor& tensor = file.tensors.at(name);
        const std::string how = QTest::currentDataTag();
        if (how.starts_with("missing"))
            file.tensors.erase(name);
        else if (how == "wrong shape")
            tensor = at::zeros({100, 64});
        else if (how == "whole numbers")
            tensor = tensor.to(at::kLong);
        else
            tensor = tensor.reshape({16, 16 * 9});
        State state = initialState(*network_, 2);
        const Error error = inputErrorOf([&] { takeState(file, "student/", *network_, state, "run 7"); });
        QVERIFY2(contains(error.what(), name) && contains(error.what(), "run 7"), error.what());
        QVERIFY(bitwiseEqual(state.parameters, initialState(*network_, 2).parameters));
        QVERIFY(bitwiseEqual(state.buffers, initialState(*network_, 2).buffers));
    }

    void aLongListIsCutShort() {
        State state = initialState(*network_, 2);
        const Error error = inputErrorOf([&] { takeState({}, "student/", *network_, state, "empty"); });
        QVERIFY2(contains(error.what(), "more") && std::string(error.what()).size() < 500, error.what());
        QCOMPARE(error.problems().size(), network_->parameters().size() + network_->buffers().size());  // the table has all
    }
};

int runTensorFileTests(int argc, char** argv) {
    TensorFileTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_tensor_file.moc"

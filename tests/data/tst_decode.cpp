#include <QtTest>

#include "core/data/images/decode.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;

class DecodeTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void losslessFormatsGiveBackEveryPixel_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("width");
        for (const char* format : {"png", "webp", "bmp"})
            for (const int width : {1, 5, 32})
                QTest::addRow("%s %d", format, width) << format << width;
    }
    void losslessFormatsGiveBackEveryPixel() {
        QFETCH(QString, format);
        QFETCH(int, width);
        const DecodedImage original = picture(width, 7);
        const auto bytes = format == "png" ? pngOf(original) : format == "webp" ? webpOf(original) : bmpOf(original);
        QVERIFY(readImageSize(bytes) == original.size);
        const DecodedImage read = decodeImage(bytes);
        QVERIFY(read.size == original.size);
        QVERIFY(read.pixels == original.pixels);
    }

    void jpegIsReadUpToItsLoss() {
        DecodedImage original{{16, 16}, {}};  // smooth, so that chroma subsampling takes little
        for (int i = 0; i < 256; ++i)
            for (const int value : {40 + i / 16 * 8, 90 + i % 16 * 6, 128})
                original.pixels.push_back(static_cast<uint8_t>(value));
        const DecodedImage read = decodeImage(jpegOf(original, 100));
        for (size_t i = 0; i < read.pixels.size(); ++i)
            QVERIFY(std::abs(read.pixels[i] - original.pixels[i]) < 12);
    }

    void greyBecomesThreeEqualChannels() {
        const DecodedImage read = decodeImage(greyJpegOf(std::vector<uint8_t>(64, 77), 8, 8));
        QVERIFY(read.pixels == std::vector<uint8_t>(64 * 3, 77));
    }

    void transparencyIsLaidOverBlack() {
        const DecodedImage read = decodeImage(pngWithAlphaOf({200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128}, 3, 1));
        QVERIFY(read.pixels == std::vector<uint8_t>({200, 100, 50, 0, 0, 0, 100, 50, 25}));
    }

    void theContentDecidesNotTheName() {
        for (const char* name : {"a.jpg", "b.JPEG", "c.png", "d.WebP", "e.bmp"})
            QVERIFY(hasImageExtension(name));
        for (const char* name : {"Thumbs.db", "a.txt", "jpg", ".DS_Store", "a.jpg.bak"})
            QVERIFY(!hasImageExtension(name));
        QVERIFY(decodeImage(pngOf(picture(3, 3))).pixels == picture(3, 3).pixels);
    }

    void brokenImagesAreRefusedWithAReason_data() {
        QTest::addColumn<QString>("kind");
        for (const std::string& kind : brokenKinds())
            QTest::newRow(kind.c_str()) << QString::fromStdString(kind);
    }
    void brokenImagesAreRefusedWithAReason() {
        QFETCH(QString, kind);
        const auto bytes = brokenImage(kind.toStdString());
        const std::map<QString, std::string> reasons = {{"empty", "empty"}, {"text", "not a JPEG"},
                                                        {"bad crc", "CRC"}, {"huge", "megapixels"},
                                                        {"cmyk", "CMYK"},   {"truncated jpeg", "remature"}};
        const auto found = reasons.find(kind);
        QVERIFY(refuses([&] { decodeImage(bytes); }, Fault::Input, {found == reasons.end() ? "" : found->second}));
    }

    void everyPrefixOfAFileIsRefusedOrWhole() {
        const DecodedImage image = picture(9, 9);
        for (const auto& whole : {jpegOf(image), pngOf(image), webpOf(image), bmpOf(image)})
            for (size_t size = 0; size + 2 < whole.size(); ++size) {  // a missing end mark alone takes no pixel away
                const Bytes part(whole.data(), size);
                try {
                    QVERIFY(decodeImage(part).pixels == decodeImage(whole).pixels);
                } catch (const Error& error) {
                    QVERIFY(error.fault() == Fault::Input);
                }
            }
    }

    void aFlippedByteNeverDoesMoreThanThrow() {
        const DecodedImage image = picture(12, 12);
        for (const auto& whole : {jpegOf(image), pngOf(image), webpOf(image), bmpOf(image)})
            for (size_t i = 0; i < whole.size(); ++i) {
                auto bytes = whole;
                bytes[i] = static_cast<uint8_t>(~bytes[i]);
                try {
                    const DecodedImage read = decodeImage(bytes);
                    QCOMPARE(static_cast<int64_t>(read.pixels.size()), read.size.width * read.size.height * 3);
                } catch (const Error& error) {
                    QVERIFY(error.fault() == Fault::Input);
                }
            }
    }
};

int runDecodeTests(int argc, char** argv) {
    DecodeTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_decode.moc"

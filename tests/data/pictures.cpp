#include "tests/data/pictures.h"

#include <cstdio>
// libjpeg needs the one above
#include <cstdlib>
#include <fstream>
#include <jpeglib.h>
#include <png.h>
#include <stdexcept>
#include <webp/encode.h>

using namespace gaplab;

DecodedImage picture(int64_t width, int64_t height, int number) {
    DecodedImage image{{width, height}, {}};
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x)
            for (const int64_t value : {x * 7 + number * 37, y * 5 + number * 11, (x + y) * 3 + number * 53})
                image.pixels.push_back(static_cast<uint8_t>(value % 256));
    return image;
}

namespace {

std::vector<uint8_t> encodeJpeg(const std::vector<uint8_t>& pixels, int width, int height, int components, J_COLOR_SPACE space,
                                int quality) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &memory, &size);
    jpeg.image_width = static_cast<JDIMENSION>(width);
    jpeg.image_height = static_cast<JDIMENSION>(height);
    jpeg.input_components = components;
    jpeg.in_color_space = space;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    const auto stride = static_cast<size_t>(width * components);
    for (size_t y = 0; y < static_cast<size_t>(height); ++y) {
        auto* row = const_cast<JSAMPROW>(pixels.data() + y * stride);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    std::vector<uint8_t> bytes(memory, memory + size);
    jpeg_destroy_compress(&jpeg);
    std::free(memory);
    return bytes;
}

std::vector<uint8_t> encodePng(const std::vector<uint8_t>& pixels, int width, int height, png_uint_32 format) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = format;
    png_alloc_size_t size = 0;
    png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
    std::vector<uint8_t> bytes(size);
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr))
        throw std::runtime_error(image.message);
    bytes.resize(size);
    return bytes;
}

void append(std::vector<uint8_t>& bytes, uint32_t value, int count) {
    for (int i = 0; i < count; ++i)
        bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

std::vector<uint8_t> jpegOf(const DecodedImage& image, int quality) {
    return encodeJpeg(image.pixels, static_cast<int>(image.size.width), static_cast<int>(image.size.height), 3, JCS_RGB, quality);
}

std::vector<uint8_t> greyJpegOf(const std::vector<uint8_t>& grey, int width, int height) {
    return encodeJpeg(grey, width, height, 1, JCS_GRAYSCALE, 100);
}

std::vector<uint8_t> cmykJpegOf(int width, int height) {
    return encodeJpeg(std::vector<uint8_t>(static_cast<size_t>(width * height * 4), 100), width, height, 4, JCS_CMYK, 90);
}

std::vector<uint8_t> pngOf(const DecodedImage& image) {
    return encodePng(image.pixels, static_cast<int>(image.size.width), static_cast<int>(image.size.height), PNG_FORMAT_RGB);
}

std::vector<uint8_t> pngWithAlphaOf(const std::vector<uint8_t>& rgba, int width, int height) {
    return encodePng(rgba, width, height, PNG_FORMAT_RGBA);
}

std::vector<uint8_t> webpOf(const DecodedImage& image) {
    uint8_t* memory = nullptr;
    const int width = static_cast<int>(image.size.width), height = static_cast<int>(image.size.height);
    const size_t size = WebPEncodeLosslessRGB(image.pixels.data(), width, height, width * 3, &memory);
    std::vector<uint8_t> bytes(memory, memory + size);
    WebPFree(memory);
    return bytes;
}

std::vector<uint8_t> bmpOf(const DecodedImage& image) {
    const auto width = static_cast<uint32_t>(image.size.width), height = static_cast<uint32_t>(image.size.height);
    const uint32_t stride = (width * 3 + 3) / 4 * 4;
    std::vector<uint8_t> bytes = {'B', 'M'};
    for (const uint32_t value : {54 + stride * height, 0U, 54U, 40U, width, height})
        append(bytes, value, 4);
    append(bytes, 1, 2);
    append(bytes, 24, 2);
    for (const uint32_t value : {0U, stride * height, 2835U, 2835U, 0U, 0U})
        append(bytes, value, 4);
    for (uint32_t y = height; y-- > 0;) {
        for (uint32_t x = 0; x < width; ++x)
            for (const size_t c : {2U, 1U, 0U})
                bytes.push_back(image.pixels[(y * width + x) * 3 + c]);
        bytes.resize(54 + size_t{stride} * (height - y));
    }
    return bytes;
}

void writeBytes(const std::filesystem::path& path, const std::vector<uint8_t>& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void writeString(const std::filesystem::path& path, const std::string& text) {
    writeBytes(path, {text.begin(), text.end()});
}

const std::vector<std::string>& brokenKinds() {
    static const std::vector<std::string> kinds = {"truncated jpeg", "truncated png", "truncated webp", "truncated bmp", "empty",
                                                   "text",           "bad crc",       "huge",           "cmyk"};
    return kinds;
}

std::vector<uint8_t> brokenImage(const std::string& kind) {
    const auto half = [](std::vector<uint8_t> bytes) {
        bytes.resize(bytes.size() / 2);
        return bytes;
    };
    const DecodedImage image = picture(32, 32);
    if (kind == "truncated jpeg") {  // nothing but the last tenth is missing: the header and most rows are there
        std::vector<uint8_t> bytes = jpegOf(image);
        bytes.resize(bytes.size() * 9 / 10);
        return bytes;
    }
    if (kind == "truncated png") return half(pngOf(image));
    if (kind == "truncated webp") return half(webpOf(image));
    if (kind == "truncated bmp") return half(bmpOf(image));
    if (kind == "text") return {'h', 'e', 'l', 'l', 'o'};
    if (kind == "cmyk") return cmykJpegOf(8, 8);
    if (kind == "bad crc" || kind == "huge") {
        std::vector<uint8_t> bytes = pngOf(image);
        if (kind == "bad crc") {
            bytes[bytes.size() - 14] ^= 0x10;  // in the checksum of the pixels
            return bytes;
        }
        bytes = bmpOf(image);
        bytes[20] = bytes[24] = 0x7f;  // 8 million pixels a side
        return bytes;
    }
    return {};
}

void makeFolder(const std::filesystem::path& root, const std::vector<std::string>& parts, const std::vector<std::string>& classes,
                int perClass, int64_t side) {
    int number = 0;
    for (const std::string& part : parts)
        for (const std::string& name : classes)
            for (int i = 0; i < perClass; ++i)
                writeBytes(root / part / name / (std::to_string(i) + ".jpg"), jpegOf(picture(side, side, number++)));
}

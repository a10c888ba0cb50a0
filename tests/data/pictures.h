#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/data/images/decode.h"

/// A picture whose pixels are all different, made from a number.
gaplab::DecodedImage picture(int64_t width, int64_t height, int number = 0);

// Encoders for what the decoders read.
std::vector<uint8_t> jpegOf(const gaplab::DecodedImage& image, int quality = 95);
std::vector<uint8_t> greyJpegOf(const std::vector<uint8_t>& grey, int width, int height);
std::vector<uint8_t> cmykJpegOf(int width, int height);
std::vector<uint8_t> pngOf(const gaplab::DecodedImage& image);
std::vector<uint8_t> pngWithAlphaOf(const std::vector<uint8_t>& rgba, int width, int height);
std::vector<uint8_t> webpOf(const gaplab::DecodedImage& image);  ///< lossless
std::vector<uint8_t> bmpOf(const gaplab::DecodedImage& image);

void writeBytes(const std::filesystem::path& path, const std::vector<uint8_t>& bytes);
void writeString(const std::filesystem::path& path, const std::string& text);

/// A JPEG with `bytes` replaced that every reader must call broken, by kind: "truncated", "empty", "text", "bad crc", "huge".
std::vector<uint8_t> brokenImage(const std::string& kind);
const std::vector<std::string>& brokenKinds();

/// `perClass` small JPEGs for each class in each of `parts` ("train", "test", or "." for the root).
void makeFolder(const std::filesystem::path& root, const std::vector<std::string>& parts, const std::vector<std::string>& classes,
                int perClass, int64_t side = 8);

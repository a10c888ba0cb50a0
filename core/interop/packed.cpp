#include "core/interop/packed.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <openssl/evp.h>
#include <zlib.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

Bytef* bytesOf(std::string& text) {
    return reinterpret_cast<Bytef*>(text.data());
}

[[noreturn]] void refuse(const char* why) {
    throw inputError(std::string("What the file carries is damaged: ") + why, "Export it again.");
}

std::string fromBase64(const std::string& word) {
    if (word.size() % 4 != 0 || word.size() > std::numeric_limits<int>::max()) refuse("it is cut off");
    std::string bytes(word.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(bytesOf(bytes), reinterpret_cast<const unsigned char*>(word.data()), static_cast<int>(word.size()));
    if (length < 0) refuse("it has letters that are none of base64");
    const auto padding = static_cast<size_t>(word.ends_with("==") ? 2 : word.ends_with('=') ? 1 : 0);
    bytes.resize(static_cast<size_t>(length) - std::min(padding, static_cast<size_t>(length)));
    return bytes;
}

std::string inflated(std::string bytes, size_t most) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw worldError("There is not enough memory to read what the file carries");
    stream.next_in = bytesOf(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    std::array<char, 65'536> piece{};
    int answer = Z_OK;
    while (answer == Z_OK && text.size() <= most) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        answer = inflate(&stream, Z_NO_FLUSH);
        text.append(piece.data(), piece.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (text.size() > most) refuse("it is larger than any figure");
    if (answer != Z_STREAM_END) refuse("it cannot be unpacked");
    return text;
}

}  // namespace

std::string packed(const std::string& text) {
    std::string bytes(compressBound(static_cast<uLong>(text.size())), '\0');
    uLongf size = static_cast<uLongf>(bytes.size());
    if (compress(bytesOf(bytes), &size, reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(text.size())) != Z_OK)
        throw worldError("There is not enough memory to pack what the file is to carry");
    if (size > std::numeric_limits<int>::max() / 2) throw inputError("The data are too large to be carried by a figure");
    std::string word((size + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(bytesOf(word), bytesOf(bytes), static_cast<int>(size));
    word.resize(static_cast<size_t>(length));
    return word;
}

std::string unpacked(std::string word, size_t most) {
    std::erase_if(word, [](unsigned char letter) { return std::isspace(letter) != 0; });
    return inflated(fromBase64(word), most);
}

}  // namespace gaplab

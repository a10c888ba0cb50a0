#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <png.h>

#include "core/base/error.h"
#include "core/data/images/decode.h"

namespace gaplab {
namespace {

constexpr std::array<uint8_t, 8> signature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

/// libpng reports through callbacks and leaves by longjmp: no object with a destructor may live in a function that it leaves.
class Reader {
public:
    explicit Reader(Bytes file) : rest_(file) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
        info_ = png_ ? png_create_info_struct(png_) : nullptr;
        if (!info_) throw std::bad_alloc();
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    ImageSize header() {
        if (!readHeader()) throw inputError(text_.data());
        return {static_cast<int64_t>(png_get_image_width(png_, info_)), static_cast<int64_t>(png_get_image_height(png_, info_))};
    }

    /// After header(): RGBA into `rows`.
    void decode(png_bytepp rows) {
        if (!readPixels(rows)) throw inputError(text_.data());
    }

private:
    bool readHeader() {
        if (setjmp(png_jmpbuf(png_))) return false;
        png_set_read_fn(png_, this, feed);
        png_set_user_limits(png_, 1'000'000, 1'000'000);  // checkImageSize says more
        png_read_info(png_, info_);
        return true;
    }

    bool readPixels(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_))) return false;
        png_set_expand(png_);
        png_set_scale_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_add_alpha(png_, 0xff, PNG_FILLER_AFTER);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }

    [[noreturn]] static void fail(png_structp png, png_const_charp text) {
        auto* self = static_cast<Reader*>(png_get_error_ptr(png));
        std::strncpy(self->text_.data(), text, self->text_.size() - 1);
        png_longjmp(png, 1);
    }

    static void feed(png_structp png, png_bytep to, size_t count) {
        auto* self = static_cast<Reader*>(png_get_io_ptr(png));
        if (count > self->rest_.size()) png_error(png, "the file ends in the middle of the image");
        std::memcpy(to, self->rest_.data(), count);
        self->rest_ = self->rest_.subspan(count);
    }

    Bytes rest_;
    std::array<char, 200> text_{};
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

bool matches(Bytes file) {
    return file.size() >= signature.size() && std::equal(signature.begin(), signature.end(), file.begin());
}

ImageSize size(Bytes file) {
    return Reader(file).header();
}

DecodedImage decode(Bytes file) {
    Reader reader(file);
    const ImageSize size = reader.header();
    checkImageSize(size);
    const auto stride = static_cast<size_t>(size.width * 4);
    std::vector<uint8_t> rgba(stride * static_cast<size_t>(size.height));
    std::vector<png_bytep> rows;
    for (size_t y = 0; y < static_cast<size_t>(size.height); ++y)
        rows.push_back(rgba.data() + y * stride);
    reader.decode(rows.data());
    return overBlack(size, rgba);
}

}  // namespace

const ImageFormat pngFormat{matches, size, decode};

}  // namespace gaplab

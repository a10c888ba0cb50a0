#include <cstddef>
#include <cstdio>
// libjpeg's headers need the two above
#include <array>
#include <csetjmp>
#include <jerror.h>
#include <jpeglib.h>

#include "core/base/error.h"
#include "core/data/images/decode.h"

namespace gaplab {
namespace {

/// libjpeg reports through callbacks and leaves by longjmp: no object with a destructor may live in a function that it leaves.
struct Report {
    jpeg_error_mgr base;
    std::jmp_buf escape;
    std::array<char, JMSG_LENGTH_MAX> text;
};

[[noreturn]] void fail(j_common_ptr context) {
    auto* report = reinterpret_cast<Report*>(context->err);
    context->err->format_message(context, report->text.data());
    std::longjmp(report->escape, 1);
}

/// A negative level is a warning: libjpeg would go on and fill what it cannot read with grey. Only what leaves the pixels alone
/// passes.
void hear(j_common_ptr context, int level) {
    const int code = context->err->msg_code;
    const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR;
    if (level < 0 && !harmless) fail(context);
}

class Reader {
public:
    explicit Reader(Bytes file) : file_(file) {
        jpeg_.err = jpeg_std_error(&report_.base);
        report_.base.error_exit = fail;
        report_.base.emit_message = hear;
    }
    ~Reader() { jpeg_destroy_decompress(&jpeg_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    ImageSize header() {
        if (!readHeader()) throw inputError(report_.text.data());
        if (jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK)
            throw inputError("it is a CMYK image for printing; convert it to RGB");
        return {static_cast<int64_t>(jpeg_.image_width), static_cast<int64_t>(jpeg_.image_height)};
    }

    /// After header(); `pixels` has room for the whole image.
    void decode(uint8_t* pixels) {
        if (!readPixels(pixels)) throw inputError(report_.text.data());
    }

private:
    bool readHeader() {
        if (setjmp(report_.escape)) return false;
        jpeg_create_decompress(&jpeg_);
        jpeg_mem_src(&jpeg_, file_.data(), file_.size());
        jpeg_read_header(&jpeg_, TRUE);
        return true;
    }

    bool readPixels(uint8_t* pixels) {
        if (setjmp(report_.escape)) return false;
        jpeg_.out_color_space = JCS_RGB;
        jpeg_start_decompress(&jpeg_);
        const size_t stride = size_t{3} * jpeg_.output_width;
        while (jpeg_.output_scanline < jpeg_.output_height) {
            JSAMPROW row = pixels + stride * jpeg_.output_scanline;
            jpeg_read_scanlines(&jpeg_, &row, 1);
        }
        jpeg_finish_decompress(&jpeg_);
        return true;
    }

    Bytes file_;
    Report report_{};
    jpeg_decompress_struct jpeg_{};
};

bool matches(Bytes file) {
    return file.size() >= 3 && file[0] == 0xff && file[1] == 0xd8 && file[2] == 0xff;
}

ImageSize size(Bytes file) {
    return Reader(file).header();
}

DecodedImage decode(Bytes file) {
    Reader reader(file);
    DecodedImage image{reader.header(), {}};
    checkImageSize(image.size);
    image.pixels.resize(static_cast<size_t>(image.size.width * image.size.height * 3));
    reader.decode(image.pixels.data());
    return image;
}

}  // namespace

const ImageFormat jpegFormat{matches, size, decode};

}  // namespace gaplab

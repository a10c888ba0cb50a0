#pragma once

#include "core/data/images/decode.h"

namespace gaplab {

/// The image at exactly `size`. The largest part in the middle of the image that has the target's aspect ratio is scaled to it
/// (the centre is cropped, nothing is squeezed). Bilinear; when shrinking, the filter is widened by the shrink factor so that
/// every pixel of the part counts. Edges repeat. The same on every machine and for any number of threads.
DecodedImage resizeImage(const DecodedImage& image, ImageSize size);

}  // namespace gaplab

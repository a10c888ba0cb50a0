#include "core/train/card.h"

#ifdef GAPLAB_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace gaplab {

#ifdef GAPLAB_CUDA
std::string cardName(c10::Device device) {
    return device.is_cuda() ? at::cuda::getDeviceProperties(device.index())->name : "";
}
#else
std::string cardName(c10::Device) {
    return {};
}
#endif

}  // namespace gaplab

#pragma once

#include <ATen/autocast_mode.h>
#include <torch/types.h>

namespace gaplab {

/// No operation on tensors of a device is cast down while it lives, whatever the training's precision.
class FullPrecision {
public:
    explicit FullPrecision(at::Device device) : guard_(at::autocast::get_autocast_dispatch_key_from_device_type(device.type())) {}

private:
    c10::impl::ExcludeDispatchKeyGuard guard_;
};

}  // namespace gaplab

#include "core/nn/layers/viewed.h"

#include <cmath>

namespace gaplab {

Layout denseLayout(const Network& network, Position position) {
    const bool reads = position != Position::First, makes = position != Position::Last;
    const int storedIn = reads ? network.storage() : 1, storedOut = makes ? network.storage() : 1;
    return {.copies = {makes ? network.expansion() : 1, reads ? network.expansion() : 1, 1},
            .divisor = static_cast<double>(storedOut),
            .teacherFactor = static_cast<double>(storedOut) / storedIn,
            .inputAxis = reads ? 1 : -1};
}

Layout biasLayout(const Network& network, Position position) {
    if (position == Position::Last) return {};
    const auto stored = static_cast<double>(network.storage());
    return {.copies = {network.expansion(), 1, 1}, .divisor = stored, .teacherFactor = stored};
}

Layout copiedLayout(const Network& network, size_t axis) {
    Layout layout;
    layout.copies.at(axis) = network.expansion();
    return layout;
}

Viewed Viewed::parameter(Network& network, std::string name, std::vector<int64_t> studentShape, ParameterRole role,
                         Initial initial, Layout layout) {
    Viewed viewed;
    viewed.index_ = network.addParameter(std::move(name), std::move(studentShape), role, std::move(initial), layout);
    viewed.layout_ = layout;
    return viewed;
}

Viewed Viewed::buffer(Network& network, std::string name, std::vector<int64_t> studentShape, Initial initial, Layout layout) {
    Viewed viewed;
    viewed.isBuffer_ = true;
    viewed.index_ = network.addBuffer(std::move(name), std::move(studentShape), std::move(initial), layout);
    viewed.layout_ = layout;
    return viewed;
}

at::Tensor Viewed::of(const Pass& pass) const {
    const at::Tensor& values = stored(pass.state);
    if (pass.view == View::Student) return studentPart(values, layout_);
    return layout_.teacherFactor == 1 ? values : values * layout_.teacherFactor;
}

Initial heNormal(int64_t out, int64_t kernel, int64_t groups) {
    return Initial::normal(std::sqrt(2.0 / (static_cast<double>(out * kernel * kernel) / static_cast<double>(groups))));
}

Initial uniformByFanIn(int64_t fanIn) {
    return Initial::uniform(1.0 / std::sqrt(static_cast<double>(fanIn)));
}

}  // namespace gaplab

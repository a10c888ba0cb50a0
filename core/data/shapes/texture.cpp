#include "core/data/shapes/texture.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gaplab {
namespace {

/// A step at 0 of a distance in periods, about a pixel wide.
float edge(float distance, float sharpness) {
    return std::clamp(0.5F + distance * sharpness, 0.0F, 1.0F);
}

/// -0.5 .. 0.5, 0 in the middle of each cell
float cell(float u) {
    return u - std::floor(u) - 0.5F;
}

/// A wave of period 1 between -0.25 and 0.25, straight where it crosses 0, so that edge() makes it an even pattern of bars.
float wave(float u) {
    return std::abs(cell(u)) - 0.25F;
}

float striped(float u, float, float sharpness) {
    return edge(wave(u), sharpness);
}

float checked(float u, float v, float sharpness) {
    const float a = edge(wave(u), sharpness), b = edge(wave(v), sharpness);
    return a + b - 2.0F * a * b;
}

float dotted(float u, float v, float sharpness) {
    return edge(0.3F - std::hypot(cell(u), cell(v)), sharpness);
}

float ringed(float u, float v, float sharpness) {
    return edge(wave(std::hypot(u, v)), sharpness);
}

float gridded(float u, float v, float sharpness) {
    return edge(std::max(std::abs(cell(u)), std::abs(cell(v))) - 0.32F, sharpness);
}

float zigzag(float u, float v, float sharpness) {
    return edge(wave(u + 1.2F * std::abs(cell(0.5F * v))), sharpness);
}

/// A value for each cell of the plane, the same everywhere.
float speck(float u, float v) {
    const auto index = [](float x) { return static_cast<uint32_t>(static_cast<int32_t>(std::floor(x))); };
    uint32_t hash = (index(u) * 73'856'093U) ^ (index(v) * 19'349'663U);
    hash ^= hash >> 13;
    hash *= 0x5bd1e995U;
    return ((hash >> 15) & 1U) != 0 ? 1.0F : 0.0F;
}

float speckled(float u, float v, float) {
    return speck(2.0F * u, 2.0F * v);
}

float halved(float u, float, float sharpness) {
    return edge(u, sharpness);
}

float plain(float, float, float) {
    return 0.0F;
}

float bricked(float u, float v, float sharpness) {
    const float row = std::floor(1.5F * v);
    const float shifted = cell(0.75F * u + 0.5F * row);
    return edge(std::max(std::abs(shifted), std::abs(cell(1.5F * v))) - 0.38F, sharpness);
}

}  // namespace

const std::vector<Texture>& textures() {
    static const std::vector<Texture> all = {
        {"striped", striped}, {"checked", checked},   {"dotted", dotted},   {"gridded", gridded}, {"ringed", ringed},
        {"zigzag", zigzag},   {"speckled", speckled}, {"bricked", bricked}, {"halved", halved},   {"plain", plain}};
    return all;
}

}  // namespace gaplab

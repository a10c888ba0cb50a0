#include "core/data/shapes/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"

namespace gaplab {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

}  // namespace

/// Random numbers of one image, and what the difficulty makes of a range.
class Painter::Dice {
public:
    Dice(uint64_t seed, double difficulty) : random_(seed), difficulty_(static_cast<float>(difficulty)) {}

    float uniform(float low, float high) { return low + (high - low) * static_cast<float>(random_.uniform()); }
    float angle() { return uniform(0.0F, 2.0F * pi); }
    bool chance(float probability) { return random_.chance(static_cast<double>(probability)); }
    int below(size_t count) { return static_cast<int>(random_.below(static_cast<int64_t>(count))); }
    uint64_t bits() { return random_.next(); }
    /// From the value where everything is easy to the one where everything is hard.
    float hard(float easy, float difficult) const { return easy + (difficult - easy) * difficulty_; }

private:
    Random random_;
    float difficulty_;
};

Painter::Painter(const SceneOptions& options)
    : options_(options), canvas_(static_cast<size_t>(options.size * options.size)), spare_(canvas_.size()) {}

/// A random hue of the given lightness, so that grey pictures show the same contrasts as coloured ones.
Painter::Colour Painter::colour(Dice& dice, float lightness, bool grey) const {
    const float hue = dice.angle();
    const float chroma = grey ? 0.0F : dice.uniform(0.05F, 0.3F);
    const float r = chroma * std::cos(hue), g = chroma * std::cos(hue - 2.0F * pi / 3.0F),
                b = chroma * std::cos(hue + 2.0F * pi / 3.0F);
    const float offset = lightness - (0.299F * r + 0.587F * g + 0.114F * b);
    return {r + offset, g + offset, b + offset};
}

/// Two close colours that run into each other, with a faint pattern in it.
void Painter::paintBackground(Dice& dice, float lightness, bool grey) {
    const float spread = dice.hard(0.02F, 0.12F);
    const Colour from = colour(dice, lightness - dice.uniform(0.0F, spread), grey),
                 to = colour(dice, lightness + dice.uniform(0.0F, spread), grey);
    const auto size = static_cast<float>(options_.size);
    const float direction = dice.angle(), dx = std::cos(direction) / size, dy = std::sin(direction) / size;
    const float wavelength = size * dice.uniform(0.15F, 0.5F), wave = dice.angle(), strength = dice.hard(0.0F, 0.1F);
    const float wx = std::cos(wave) * 2.0F * pi / wavelength, wy = std::sin(wave) * 2.0F * pi / wavelength;
    for (int y = 0; y < options_.size; ++y)
        for (int x = 0; x < options_.size; ++x) {
            const float u = static_cast<float>(x) - size / 2.0F, v = static_cast<float>(y) - size / 2.0F;
            const float share = std::clamp(0.5F + u * dx + v * dy, 0.0F, 1.0F);
            const float pattern = strength * std::sin(u * wx + v * wy);
            canvas_[static_cast<size_t>(y * options_.size + x)] = {from.r + (to.r - from.r) * share + pattern,
                                                                   from.g + (to.g - from.g) * share + pattern,
                                                                   from.b + (to.b - from.b) * share + pattern};
        }
}

/// Where the subject stands: turned, scaled, stretched, moved.
Painter::Pose Painter::randomPose(Dice& dice) const {
    const auto size = static_cast<float>(options_.size);
    const float radius = size * dice.uniform(dice.hard(0.42F, 0.28F), 0.44F);
    const float turn = dice.uniform(-1.0F, 1.0F) * dice.hard(0.2F, pi);
    const float stretch = dice.uniform(1.0F, dice.hard(1.0F, 1.35F)), along = dice.angle();
    const float room = std::max(size / 2.0F - 0.85F * radius, 0.0F) * dice.hard(0.3F, 1.0F);
    // stretch along one direction and squeeze across it, after turning
    const float c = std::cos(along), s = std::sin(along), a = std::sqrt(stretch), b = 1.0F / a;
    const float sxx = a * c * c + b * s * s, sxy = (a - b) * c * s, syy = a * s * s + b * c * c;
    const float ct = radius * std::cos(turn), st = radius * std::sin(turn);
    return {{size / 2.0F + dice.uniform(-room, room), size / 2.0F + dice.uniform(-room, room)},
            sxx * ct + sxy * st,
            sxy * ct - sxx * st,
            sxy * ct + syy * st,
            syy * ct - sxy * st};
}

void Painter::paintShape(const Outline& outline, const Pose& pose, const Texture& texture, Dice& dice, Colour first,
                         Colour second) {
    contours_ = outline.contours;
    for (Contour& contour : contours_)
        for (Point& p : contour)
            p = {pose.center.x + pose.xx * p.x + pose.xy * p.y, pose.center.y + pose.yx * p.x + pose.yy * p.y};
    rasterise(contours_, options_.size, coverage_);
    const float period = std::max(3.6F, static_cast<float>(options_.size) * dice.uniform(0.15F, 0.22F));
    const float turn = dice.angle(), c = std::cos(turn) / period, s = std::sin(turn) / period;
    const float shiftU = dice.uniform(-0.5F, 0.5F), shiftV = dice.uniform(-0.5F, 0.5F);
    for (int y = coverage_.top; y < coverage_.bottom; ++y)
        for (int x = 0; x < options_.size; ++x) {
            const auto at = static_cast<size_t>(y * options_.size + x);
            const float cover = coverage_.pixels[at];
            if (cover < 0.004F) continue;
            const float dx = static_cast<float>(x) + 0.5F - pose.center.x, dy = static_cast<float>(y) + 0.5F - pose.center.y;
            const float share = texture.value(c * dx - s * dy + shiftU, s * dx + c * dy + shiftV, period);
            Colour& pixel = canvas_[at];
            pixel.r += cover * (first.r + (second.r - first.r) * share - pixel.r);
            pixel.g += cover * (first.g + (second.g - first.g) * share - pixel.g);
            pixel.b += cover * (first.b + (second.b - first.b) * share - pixel.b);
        }
}

/// Small shapes and patterns of other classes' kinds at random places behind the subject.
void Painter::paintClutter(Dice& dice, float lightness, bool grey, int count) {
    const auto size = static_cast<float>(options_.size);
    const auto& shapes = outlines(options_.family);
    for (int i = 0; i < count; ++i) {
        const float radius = size * dice.uniform(0.06F, 0.2F), turn = dice.angle();
        const float c = radius * std::cos(turn), s = radius * std::sin(turn);
        const Pose pose{{dice.uniform(0.0F, size), dice.uniform(0.0F, size)}, c, -s, s, c};
        const Outline& outline = shapes[static_cast<size_t>(dice.below(shapes.size()))];
        const Texture& texture = textures()[static_cast<size_t>(dice.below(textures().size()))];
        const float contrast = dice.uniform(-0.3F, 0.3F);
        paintShape(outline, pose, texture, dice, colour(dice, lightness + contrast, grey),
                   colour(dice, lightness - contrast, grey));
    }
}

/// A bar in front of the subject that covers a part at its rim.
void Painter::paintOccluder(Dice& dice, Point center, float radius, bool grey) {
    const float direction = dice.angle(), width = radius * dice.uniform(0.1F, 0.35F),
                distance = radius * dice.uniform(0.2F, 1.0F);
    const float length = radius * dice.uniform(0.5F, 1.5F), c = std::cos(direction), s = std::sin(direction);
    static const Outline bar{"bar", {{{-1.0F, -1.0F}, {1.0F, -1.0F}, {1.0F, 1.0F}, {-1.0F, 1.0F}}}};
    const Pose pose{{center.x + distance * c, center.y + distance * s}, width * c, -length * s, width * s, length * c};
    const Colour tone = colour(dice, dice.uniform(0.1F, 0.9F), grey);
    paintShape(bar, pose, textures().back(), dice, tone, tone);
}

/// Mixes each pixel with its four neighbours.
void Painter::blur(float amount) {
    const int size = options_.size;
    spare_ = canvas_;
    const auto at = [&](int x, int y) {
        return spare_[static_cast<size_t>(std::clamp(y, 0, size - 1) * size + std::clamp(x, 0, size - 1))];
    };
    const float side = amount / 4.0F, middle = 1.0F - amount;
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const Colour a = at(x - 1, y), b = at(x + 1, y), c = at(x, y - 1), d = at(x, y + 1);
            Colour& pixel = canvas_[static_cast<size_t>(y * size + x)];
            pixel = {middle * pixel.r + side * (a.r + b.r + c.r + d.r), middle * pixel.g + side * (a.g + b.g + c.g + d.g),
                     middle * pixel.b + side * (a.b + b.b + c.b + d.b)};
        }
}

/// Light from one side, noise, and bytes.
void Painter::finish(Dice& dice, bool grey, uint8_t* image) {
    const int size = options_.size;
    const float direction = dice.angle(), strength = dice.uniform(0.0F, dice.hard(0.1F, 0.7F)) / static_cast<float>(size);
    const float lx = strength * std::cos(direction), ly = strength * std::sin(direction), half = static_cast<float>(size) / 2.0F;
    const float noise = dice.uniform(0.5F, 1.0F) * dice.hard(0.02F, 0.25F);
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const size_t at = static_cast<size_t>(y * size + x);
            const float light = 1.0F + lx * (static_cast<float>(x) - half) + ly * (static_cast<float>(y) - half);
            const uint64_t bits = dice.bits();  // the sum of two uniform numbers is noise enough, and cheap
            const auto byte = [&](float value, int channel) {
                const uint64_t own = bits >> (grey ? 0 : 20 * channel);
                const float sum = static_cast<float>((own & 1023U) + ((own >> 10) & 1023U)) / 1023.0F - 1.0F;
                return static_cast<uint8_t>(std::clamp((value * light + noise * sum) * 255.0F + 0.5F, 0.0F, 255.0F));
            };
            const auto plane = static_cast<size_t>(size * size);
            image[at] = byte(canvas_[at].r, 0);
            image[plane + at] = byte(canvas_[at].g, 1);
            image[2 * plane + at] = byte(canvas_[at].b, 2);
        }
}

void Painter::paint(const Subject& subject, uint64_t seed, uint8_t* image) {
    Dice dice(seed, options_.difficulty);
    const float background = dice.uniform(0.25F, 0.75F);
    paintBackground(dice, background, subject.grey);
    paintClutter(dice, background, subject.grey, static_cast<int>(dice.uniform(0.0F, dice.hard(1.0F, 9.0F))));
    const float contrast = dice.uniform(dice.hard(0.35F, 0.14F), dice.hard(0.45F, 0.35F));
    const float lightness = background + (background < 0.5F ? contrast : -contrast);
    const float pattern = dice.uniform(dice.hard(0.3F, 0.12F), dice.hard(0.4F, 0.3F)) * (dice.chance(0.5F) ? 1.0F : -1.0F);
    const Pose pose = randomPose(dice);
    const Colour first = colour(dice, lightness + pattern / 2.0F, subject.grey),
                 second = colour(dice, lightness - pattern / 2.0F, subject.grey);
    paintShape(subject.outline, pose, subject.texture, dice, first, second);
    if (dice.chance(dice.hard(0.0F, 0.9F))) paintOccluder(dice, pose.center, std::hypot(pose.xx, pose.yx), subject.grey);
    blur(dice.uniform(0.0F, dice.hard(0.1F, 0.7F)));
    finish(dice, subject.grey, image);
}

}  // namespace gaplab

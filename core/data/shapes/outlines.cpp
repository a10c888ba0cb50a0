#include "core/data/shapes/outlines.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace gaplab {
namespace {

constexpr double pi = std::numbers::pi;

/// The closed curve of a radius over the angle, in `steps` points.
Contour polar(int steps, const std::function<double(double)>& radius) {
    Contour contour;
    for (int i = 0; i < steps; ++i) {
        const double angle = 2.0 * pi * i / steps - pi / 2.0;
        const double r = radius(angle + pi / 2.0);
        contour.push_back({static_cast<float>(r * std::cos(angle)), static_cast<float>(r * std::sin(angle))});
    }
    return contour;
}

Contour disc(double radius = 1.0) {
    return polar(36, [&](double) { return radius; });
}

Contour star(int points, double inner) {
    Contour contour;
    const Contour outside = regularPolygon(points), inside = regularPolygon(points, pi / points);
    for (size_t i = 0; i < outside.size(); ++i) {
        contour.push_back(outside[i]);
        contour.push_back({inside[i].x * static_cast<float>(inner), inside[i].y * static_cast<float>(inner)});
    }
    return contour;
}

Contour flower(int petals, double depth) {
    return polar(10 * petals, [&](double angle) { return 1.0 + depth * std::cos(petals * angle); });
}

/// Part of a circle from one angle to another.
Contour arc(double from, double to, double radius = 1.0, Point center = {}) {
    Contour contour;
    for (int i = 0; i <= 18; ++i) {
        const double angle = from + (to - from) * i / 18.0;
        contour.push_back(
            {center.x + static_cast<float>(radius * std::cos(angle)), center.y + static_cast<float>(radius * std::sin(angle))});
    }
    return contour;
}

Contour joined(Contour first, const Contour& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Contour reversed(Contour contour) {
    std::ranges::reverse(contour);
    return contour;
}

Contour scaled(Contour contour, float x, float y) {
    for (Point& point : contour)
        point = {point.x * x, point.y * y};
    return contour;
}

Contour heart() {
    Contour contour;
    for (int i = 0; i < 32; ++i) {
        const double t = 2.0 * pi * i / 32;
        contour.push_back(
            {static_cast<float>(16.0 * std::pow(std::sin(t), 3)),
             static_cast<float>(-(13.0 * std::cos(t) - 5.0 * std::cos(2 * t) - 2.0 * std::cos(3 * t) - std::cos(4 * t)))});
    }
    return contour;
}

/// A disc without a disc of the same size that is shifted to the right: their outlines cross at angles of +-60 degrees.
Contour crescent() {
    return joined(arc(pi / 3, 5 * pi / 3), reversed(arc(2 * pi / 3, 4 * pi / 3, 1.0, {1.0F, 0.0F})));
}

/// Moves the middle of the bounding box to the origin and the farthest point to the unit circle.
Outline unit(std::string name, std::vector<Contour> contours) {
    Point low{1e9F, 1e9F}, high{-1e9F, -1e9F};
    for (const Contour& contour : contours)
        for (const Point& p : contour) {
            low = {std::min(low.x, p.x), std::min(low.y, p.y)};
            high = {std::max(high.x, p.x), std::max(high.y, p.y)};
        }
    float farthest = 0.0F;
    for (Contour& contour : contours)
        for (Point& p : contour) {
            p = {p.x - (low.x + high.x) / 2.0F, p.y - (low.y + high.y) / 2.0F};
            farthest = std::max(farthest, std::hypot(p.x, p.y));
        }
    for (Contour& contour : contours)
        contour = scaled(contour, 1.0F / farthest, 1.0F / farthest);
    return {std::move(name), std::move(contours)};
}

std::vector<Outline> firstFamily() {
    return {unit("pentagon", {regularPolygon(5)}),
            unit("hexagon", {regularPolygon(6)}),
            unit("five-pointed star", {star(5, 0.55)}),
            unit("six-pointed star", {star(6, 0.6)}),
            unit("five-petalled flower", {flower(5, 0.22)}),
            unit("square", {regularPolygon(4, pi / 4)}),
            unit("triangle", {regularPolygon(3)}),
            unit("disc", {disc()}),
            unit("octagon", {regularPolygon(8)}),
            unit("cross",
                 {{{-1, -3}, {1, -3}, {1, -1}, {3, -1}, {3, 1}, {1, 1}, {1, 3}, {-1, 3}, {-1, 1}, {-3, 1}, {-3, -1}, {-1, -1}}}),
            unit("T-block", {{{-3, -3}, {3, -3}, {3, -1}, {1, -1}, {1, 3}, {-1, 3}, {-1, -1}, {-3, -1}}}),
            unit("L-block", {{{-2, -3}, {0, -3}, {0, 1}, {3, 1}, {3, 3}, {-2, 3}}}),
            unit("arrow", {{{0, -3}, {3, 0}, {1.2F, 0}, {1.2F, 3}, {-1.2F, 3}, {-1.2F, 0}, {-3, 0}}}),
            unit("crescent", {crescent()}),
            unit("heart", {heart()}),
            unit("half disc", {arc(0, pi)}),
            unit("ring", {disc(), reversed(disc(0.5))}),
            unit("trapezoid", {{{-1, -1}, {1, -1}, {2, 1}, {-2, 1}}}),
            unit("kite", {{{0, -2}, {2, 0}, {0, 4}, {-2, 0}}}),
            unit("four-pointed star", {star(4, 0.45)})};
}

std::vector<Outline> secondFamily() {
    return {unit("heptagon", {regularPolygon(7)}),
            unit("six-petalled flower", {flower(6, 0.22)}),
            unit("seven-pointed star", {star(7, 0.62)}),
            unit("eight-pointed star", {star(8, 0.65)}),
            unit("four-petalled flower", {flower(4, 0.25)}),
            unit("rectangle", {{{-2, -1}, {2, -1}, {2, 1}, {-2, 1}}}),
            unit("parallelogram", {{{-1, -1}, {3, -1}, {1, 1}, {-3, 1}}}),
            unit("ellipse", {scaled(disc(), 1.0F, 0.6F)}),
            unit("rhombus", {{{0, -1}, {1.7F, 0}, {0, 1}, {-1.7F, 0}}}),
            unit("frame", {regularPolygon(4, pi / 4), reversed(scaled(regularPolygon(4, pi / 4), 0.5F, 0.5F))}),
            unit("Z-block", {{{-3, -2}, {1, -2}, {1, 0}, {3, 0}, {3, 2}, {-1, 2}, {-1, 0}, {-3, 0}}}),
            unit("U-block", {{{-3, -3}, {-1, -3}, {-1, 1}, {1, 1}, {1, -3}, {3, -3}, {3, 3}, {-3, 3}}}),
            unit("H-block",
                 {{{-3, -3}, {-1, -3}, {-1, -1}, {1, -1}, {1, -3}, {3, -3}, {3, 3}, {1, 3}, {1, 1}, {-1, 1}, {-1, 3}, {-3, 3}}}),
            unit("wedge", {joined(arc(0.5, 2 * pi - 0.5), {{0, 0}})}),
            unit("drop", {joined(arc(-0.2, pi + 0.2), {{0, -2}})}),
            unit("house", {{{0, -3}, {2.5F, -0.8F}, {2.5F, 3}, {-2.5F, 3}, {-2.5F, -0.8F}}}),
            unit("hourglass", {{{-2, -3}, {2, -3}, {0.5F, 0}, {2, 3}, {-2, 3}, {-0.5F, 0}}}),
            unit("bolt", {{{1, -3}, {-2, 0.6F}, {-0.2F, 0.6F}, {-1, 3}, {2, -0.6F}, {0.2F, -0.6F}}}),
            unit("chevron", {{{0, -1}, {3, 1}, {3, 3}, {0, 1}, {-3, 3}, {-3, 1}}}),
            unit("gear", {polar(80, [](double angle) { return std::cos(8 * angle) > 0 ? 1.0 : 0.75; })})};
}

}  // namespace

Contour regularPolygon(int count, double turn) {
    Contour contour = polar(count, [](double) { return 1.0; });
    const double c = std::cos(turn), s = std::sin(turn);
    for (Point& p : contour)
        p = {static_cast<float>(c * p.x - s * p.y), static_cast<float>(s * p.x + c * p.y)};
    return contour;
}

const std::vector<Outline>& outlines(int family) {
    static const std::vector<Outline> first = firstFamily(), second = secondFamily();
    return family == 0 ? first : second;
}

}  // namespace gaplab

#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/interop/figure_view.h"

namespace gaplab {

/// What an exported figure carries beside its picture.
struct FigureFile {
    FigureView view;
    std::string data;  ///< what is drawn, as CSV: panel, curve, x, y
    bool operator==(const FigureFile&) const = default;
};

/// A PNG or SVG file with it: a text chunk of the one, the metadata of the other. Programs that do not know it leave it alone.
/// Throws std::logic_error for what is no such file.
std::string pngWithFigure(const std::string& png, const FigureFile& figure);
std::string svgWithFigure(const std::string& svg, const FigureFile& figure);
/// The metadata (XMP) of a PDF file with it.
std::string xmpWithFigure(const FigureFile& figure);

/// A line of the data that a figure carries; a value may be NaN.
struct FigureCurve {
    std::string panel, name;
    std::vector<std::pair<double, double>> points;  ///< x ascends
};
/// Throws Error (Input) for what is no such table, or has more curves than anybody could draw (2000).
std::vector<FigureCurve> figureCurves(const std::string& data);

/// Whether a name ends as that of a figure: png, svg, pdf.
bool hasFigureName(const std::filesystem::path& path);
/// What the file carries. Throws Error (Input) for a file without it, a damaged one, one of a newer program, or one too large to
/// be a figure (256 MiB).
FigureFile readFigure(const std::filesystem::path& path);
/// Of the content of a file; `where` names it.
FigureFile figureIn(const std::string& content, const std::string& where);

}  // namespace gaplab

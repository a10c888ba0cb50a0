#include "core/interop/figure_file.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <zlib.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/interop/packed.h"

namespace gaplab {
namespace {

constexpr int formatVersion = 1;
constexpr size_t largestFile = size_t{256} << 20, largestText = size_t{512} << 20;
constexpr std::string_view pngSignature = "\x89PNG\r\n\x1a\n";
const std::string keyword = "gaplab-figure", opening = "<gaplab:figure", closing = "</gaplab:figure>";
constexpr size_t chunkFrame = 12;  // length, kind and check sum around the data

std::string packedFigure(const FigureFile& figure) {
    const Json document = {{"gaplab_figure", formatVersion}, {"view", toJson(figure.view)}, {"data", figure.data}};
    return packed(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

FigureFile unpackedFigure(const std::string& word, const std::string& where) {
    const Json document = parseJson(unpacked(word, largestText), "The view in " + where, largestText);
    try {
        if (document.at("gaplab_figure").get<double>() > formatVersion)
            throw inputError(where + " was written by a newer version of GapLab", "Update GapLab.");
        return {figureViewFromJson(document.at("view")), document.at("data").get<std::string>()};
    } catch (const Json::exception&) {
        throw inputError("The view in " + where + " is damaged: a part is missing", "Export the figure again.");
    }
}

/// Most significant byte first, as PNG has its numbers.
std::string bigEndian(uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

uint32_t numberAt(std::string_view bytes, size_t place) {
    uint32_t number = 0;
    for (size_t i = 0; i < 4; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes[place + i]);
    return number;
}

uint32_t checkSum(std::string_view bytes) {
    return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// The text of an iTXt or tEXt chunk with our keyword; other programs may have made the one from the other.
std::optional<std::string> textOf(std::string_view kind, std::string_view data) {
    if (!data.starts_with(keyword) || data.size() <= keyword.size() || data[keyword.size()] != '\0') return {};
    data.remove_prefix(keyword.size() + 1);
    if (kind == "tEXt") return std::string(data);
    constexpr size_t flags = 2;
    if (kind != "iTXt" || data.size() < flags || data[0] != '\0') return {};
    data.remove_prefix(flags);
    for (int skipped = 0; skipped < 2; ++skipped) {  // language, and the keyword in that language
        const size_t end = data.find('\0');
        if (end == std::string_view::npos) return {};
        data.remove_prefix(end + 1);
    }
    return std::string(data);
}

std::optional<std::string> wordInPng(std::string_view png, const std::string& where) {
    for (size_t place = pngSignature.size(); place + chunkFrame <= png.size();) {
        const size_t length = numberAt(png, place);
        if (length > png.size() - place - chunkFrame) throw inputError(where + " is cut off");
        const std::string_view chunk = png.substr(place + 4, 4 + length);
        if (const auto word = textOf(chunk.substr(0, 4), chunk.substr(4))) {
            if (checkSum(chunk) != numberAt(png, place + 8 + length))
                throw inputError("What " + where + " carries is damaged: its check sum is wrong");
            return word;
        }
        place += chunkFrame + length;
    }
    return {};
}

std::optional<std::string> wordInXml(const std::string& content, const std::string& where) {
    const size_t element = content.find(opening);
    if (element == std::string::npos) return {};
    const size_t begin = content.find('>', element), end = content.find(closing, element);
    if (begin == std::string::npos || end == std::string::npos || end < begin) throw inputError(where + " is cut off");
    return content.substr(begin + 1, end - begin - 1);
}

std::string element(const FigureFile& figure) {
    return opening + " xmlns:gaplab=\"urn:gaplab:figure\">" + packedFigure(figure) + closing;
}

}  // namespace

std::string pngWithFigure(const std::string& png, const FigureFile& figure) {
    if (!png.starts_with(pngSignature) || png.size() < pngSignature.size() + chunkFrame)
        throw std::logic_error("pngWithFigure: no PNG");
    const std::string nothing(1, '\0');
    const std::string chunk = "iTXt" + keyword + nothing + nothing + nothing + nothing + nothing + packedFigure(figure);
    const std::string framed = bigEndian(static_cast<uint32_t>(chunk.size() - 4)) + chunk + bigEndian(checkSum(chunk));
    std::string whole = png;
    return whole.insert(whole.size() - chunkFrame, framed);  // before the last chunk, which is empty
}

std::string svgWithFigure(const std::string& svg, const FigureFile& figure) {
    const size_t root = svg.find("<svg"), begin = root == std::string::npos ? root : svg.find('>', root);
    if (begin == std::string::npos) throw std::logic_error("svgWithFigure: no SVG");
    std::string whole = svg;
    return whole.insert(begin + 1, "\n<metadata>" + element(figure) + "</metadata>");
}

std::string xmpWithFigure(const FigureFile& figure) {
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
           "<rdf:Description rdf:about=\"\">" +
           element(figure) + "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>\n";
}

std::vector<FigureCurve> figureCurves(const std::string& data) {
    constexpr size_t mostCurves = 2000, columns = 4;
    const std::string where = "The data of the figure";
    std::vector<FigureCurve> curves;
    readCsv(data, where, [&](size_t line, const std::vector<std::string>& cells) {
        if (line == 1) return;
        const std::string place = fmt::format("{}, line {}", where, line);
        if (cells.size() != columns) throw inputError(place + ": there are no four columns");
        const auto x = numberIn(cells[2]), y = numberIn(cells[3]);
        if (!x || !y || !std::isfinite(*x)) throw inputError(place + ": that is no point");
        const bool goesOn = !curves.empty() && curves.back().panel == cells[0] && curves.back().name == cells[1] &&
                            curves.back().points.back().first <= *x;
        if (!goesOn) curves.push_back({cells[0], cells[1], {}});
        if (curves.size() > mostCurves) throw inputError(fmt::format("{} has more than {} curves", where, mostCurves));
        curves.back().points.emplace_back(*x, *y);
    });
    return curves;
}

bool hasFigureName(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return ending == ".png" || ending == ".svg" || ending == ".pdf";
}

FigureFile figureIn(const std::string& content, const std::string& where) {
    const auto word = content.starts_with(pngSignature) ? wordInPng(content, where) : wordInXml(content, where);
    if (!word)
        throw inputError(
            where + " carries no view of GapLab",
            "Only figures that GapLab has exported with view and data can be opened; other programs may take them out.");
    return unpackedFigure(*word, where);
}

FigureFile readFigure(const std::filesystem::path& path) {
    std::error_code fault;
    const auto size = std::filesystem::file_size(path, fault);
    if (fault) throw inputError(path.string() + " cannot be read: " + fault.message());
    if (size > largestFile) throw inputError(path.string() + " is too large to be a figure", "At most 256 MiB are read.");
    return figureIn(readText(path), path.string());
}

}  // namespace gaplab

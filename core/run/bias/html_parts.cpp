#include "core/run/bias/html_parts.h"

namespace gaplab::bias {

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&#39;"; break;
            default:
                if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t') safe += c;
        }
    }
    return safe;
}

namespace {

bool isNumber(const std::string& heading) {
    return heading.starts_with('>');
}

std::string cell(const char* tag, const std::string& text, bool right, BiasHtml form, const char* scope = nullptr) {
    std::string open = std::string("<") + tag;
    if (scope && form == BiasHtml::Page) open += std::string(" scope=\"") + scope + "\"";
    if (form == BiasHtml::RichText) open += right ? " align=\"right\"" : " align=\"left\"";
    if (right && form == BiasHtml::Page) open += " class=\"n\"";
    return open + ">" + escaped(text) + "</" + tag + ">";
}

}  // namespace

HtmlTable::HtmlTable(std::string caption, std::vector<std::string> headings, BiasHtml form)
    : caption_(std::move(caption)), headings_(std::move(headings)), form_(form) {}

void HtmlTable::add(const std::vector<std::string>& cells) {
    rows_ += "<tr>";
    for (size_t i = 0; i < cells.size(); ++i)
        rows_ += i == 0 ? cell("th", cells[i], false, form_, "row") : cell("td", cells[i], isNumber(headings_[i]), form_);
    rows_ += "</tr>\n";
}

std::string HtmlTable::html() const {
    std::string head = "<tr>";
    for (const std::string& heading : headings_)
        head += cell("th", isNumber(heading) ? heading.substr(1) : heading, isNumber(heading), form_, "col");
    head += "</tr>";
    if (form_ == BiasHtml::RichText)
        return "<p><b>" + escaped(caption_) + "</b></p>\n<table border=\"1\" cellspacing=\"0\" cellpadding=\"3\">\n<thead>" +
               head + "</thead>\n" + rows_ + "</table>\n";
    return "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" + escaped(caption_) + "\"><table>\n<caption>" +
           escaped(caption_) + "</caption>\n<thead>" + head + "</thead>\n<tbody>\n" + rows_ + "</tbody></table></div>\n";
}

std::string htmlList(const std::vector<std::string>& texts) {
    if (texts.empty()) return {};
    std::string list = "<ul>\n";
    for (const std::string& text : texts)
        list += "<li>" + escaped(text) + "</li>\n";
    return list + "</ul>\n";
}

}  // namespace gaplab::bias

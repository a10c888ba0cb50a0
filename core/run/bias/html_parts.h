#pragma once

#include <string>
#include <vector>

#include "core/run/bias.h"

namespace gaplab::bias {

/// Text for HTML and SVG, in attributes too; characters that XML does not know are left out.
std::string escaped(const std::string& text);

/// A table with a caption, a row of headings, and a heading before each row.
class HtmlTable {
public:
    /// A heading that begins with ">" makes a column of numbers.
    HtmlTable(std::string caption, std::vector<std::string> headings, BiasHtml form);
    /// Plain text.
    void add(const std::vector<std::string>& cells);
    bool empty() const { return rows_.empty(); }
    std::string html() const;

private:
    std::string caption_;
    std::vector<std::string> headings_;
    std::string rows_;
    BiasHtml form_;
};

/// A list with a point for each text; empty for none.
std::string htmlList(const std::vector<std::string>& texts);

}  // namespace gaplab::bias

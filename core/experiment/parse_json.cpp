#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/experiment/experiment.h"

namespace gaplab {
namespace {

constexpr size_t deepestNesting = 100;

/// "line 3, column 7" of a byte; columns count bytes.
std::string placeOf(const std::string& text, size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    const auto line = std::count(text.begin(), end, '\n') + 1;
    const auto lineBegin = std::find(std::make_reverse_iterator(end), text.rend(), '\n').base();
    return fmt::format("line {}, column {}", line, std::max<std::ptrdiff_t>(end - lineBegin, 1));
}

/// Reads characters and tells how many were read: the parser calls back right after a token.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, size_t* count) : at_(at), count_(count) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        ++*count_;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

private:
    const char* at_;
    size_t* count_;
};

/// Looks over a text without building anything: syntax, duplicate keys, depth.
class TextCheck : public nlohmann::json_sax<Json> {
public:
    explicit TextCheck(const size_t* position) : position_(position) {}

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool start_array(size_t) override { return enter(); }
    bool end_array() override { return leave(); }

    bool key(string_t& name) override {
        return keys_.back().insert(name).second || refuse(*position_, fmt::format("the key \"{}\" is there twice", name));
    }
    bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception& cause) override {
        const std::string what = cause.what();
        if (what.find("number overflow") != std::string::npos)
            return refuse(position, fmt::format("the number {} is too large", token));
        const size_t reason = what.find("; ");  // "... syntax error while parsing value - unexpected end of input; expected ..."
        const size_t dash = what.find(" - ");
        return refuse(position, dash == std::string::npos
                                    ? what
                                    : what.substr(dash + 3, reason == std::string::npos ? reason : reason - dash - 3));
    }

    std::string message;
    size_t place = 0;

private:
    bool refuse(size_t position, std::string reason) {
        place = position;
        message = std::move(reason);
        return false;
    }
    bool enter() {
        keys_.emplace_back();
        return keys_.size() <= deepestNesting ||
               refuse(*position_, fmt::format("objects and lists are nested more than {} deep", deepestNesting));
    }
    bool leave() {
        keys_.pop_back();
        return true;
    }

    const size_t* position_;
    std::vector<std::set<std::string>> keys_;
};

}  // namespace

Json parseJson(const std::string& text, const std::string& where, size_t largest) {
    if (text.size() > largest)
        throw inputError(fmt::format("The JSON in {} is larger than {} MB", where, largest >> 20),
                         "Is it the right file? Check its name.");
    const size_t skipped = text.starts_with("\xef\xbb\xbf") ? 3 : 0;  // byte order mark of some editors
    const std::string body = text.substr(skipped);
    size_t position = 0;
    TextCheck check(&position);
    const char* begin = body.data();
    if (Json::sax_parse(CountingIterator(begin, &position), CountingIterator(begin + body.size(), &position), &check))
        return Json::parse(body);
    throw inputError(fmt::format("The JSON in {} cannot be read at {}: {}", where, placeOf(body, check.place), check.message),
                     "Correct the text there. JSON has no comments and no comma after the last element.");
}

}  // namespace gaplab

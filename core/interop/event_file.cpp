#include "core/interop/event_file.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace gaplab {
namespace {

static_assert(std::endian::native == std::endian::little, "event files are little endian");

// --- protocol buffers: a message is a list of fields, each with a number and one of four ways in which it is written

enum class Wire : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

namespace event {
constexpr uint32_t wallTime = 1, step = 2, fileVersion = 3, summary = 5;
}
namespace value {
constexpr uint32_t tag = 1, simple = 2, tensor = 8, metadata = 9;
}
namespace tensor {
constexpr uint32_t type = 1, shape = 2, content = 4, floats = 5, doubles = 6;
constexpr uint64_t isFloat = 1, isDouble = 2;
}  // namespace tensor
constexpr uint32_t summaryValue = 1, shapeDimension = 2;
constexpr const char* ourVersion = "brain.Event:2";

template <typename Value>
std::string raw(Value value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// The value at the beginning of the bytes, of which there are enough.
template <typename Value>
Value fromRaw(std::string_view bytes) {
    Value value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

std::string varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

std::string key(uint32_t number, Wire wire) {
    return varint(uint64_t{number} << 3 | static_cast<uint64_t>(wire));
}

std::string bytesField(uint32_t number, std::string_view bytes) {
    return key(number, Wire::Bytes) + varint(bytes.size()) + std::string(bytes);
}

struct Field {
    uint32_t number = 0;
    Wire wire = Wire::Varint;
    uint64_t varint = 0;     ///< of Wire::Varint
    std::string_view bytes;  ///< of the others
};

/// Thrown for bytes that are no message; the record's reader knows where they are.
struct Broken {};

/// Reads the fields of a message one by one. Throws Broken.
class Message {
public:
    explicit Message(std::string_view bytes) : rest_(bytes) {}

    std::optional<Field> next() {
        if (rest_.empty()) return {};
        const uint64_t head = takeVarint();
        Field field{.number = static_cast<uint32_t>(head >> 3), .wire = static_cast<Wire>(head & 7)};
        switch (field.wire) {
            case Wire::Varint: field.varint = takeVarint(); return field;
            case Wire::Fixed64: field.bytes = take(sizeof(uint64_t)); return field;
            case Wire::Fixed32: field.bytes = take(sizeof(uint32_t)); return field;
            case Wire::Bytes: field.bytes = take(takeVarint()); return field;
        }
        throw Broken();
    }

private:
    std::string_view take(uint64_t size) {
        if (size > rest_.size()) throw Broken();
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    uint64_t takeVarint() {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<uint8_t>(take(1).front());
            value |= uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
        throw Broken();
    }

    std::string_view rest_;
};

/// The number of a field that should be of a fixed size.
template <typename Value>
Value fixed(const Field& field) {
    if (field.wire == Wire::Varint || field.bytes.size() != sizeof(Value)) throw Broken();
    return fromRaw<Value>(field.bytes);
}

/// Whether the shape leaves room for one element only.
bool isOneElement(std::string_view shape) {
    Message message(shape);
    while (const auto field = message.next()) {
        if (field->number != shapeDimension) continue;
        Message dimension(field->bytes);
        uint64_t size = 0;
        while (const auto part = dimension.next())
            if (part->number == 1) size = part->varint;
        if (size != 1) return false;
    }
    return true;
}

/// The number that a tensor of one float or double holds; nothing for any other tensor.
std::optional<double> scalarOf(std::string_view bytes) {
    Message message(bytes);
    uint64_t type = 0;
    bool one = true;
    std::string_view content;  // a list of one number is the number's own bytes too
    while (const auto field = message.next()) {
        switch (field->number) {
            case tensor::type: type = field->varint; break;
            case tensor::shape: one = isOneElement(field->bytes); break;
            case tensor::content:
            case tensor::floats:
            case tensor::doubles: content = field->bytes; break;
            default: break;
        }
    }
    if (!one) return {};
    if (type == tensor::isFloat && content.size() == sizeof(float)) return fromRaw<float>(content);
    if (type == tensor::isDouble && content.size() == sizeof(double)) return fromRaw<double>(content);
    return {};
}

/// The value under `tag`, or nothing where it is no scalar.
std::optional<double> valueOf(std::string_view bytes, std::string& tag) {
    Message message(bytes);
    std::optional<double> number;
    while (const auto field = message.next()) {
        if (field->number == value::tag) tag = std::string(field->bytes);
        if (field->number == value::simple) number = fixed<float>(*field);
        if (field->number == value::tensor) number = scalarOf(field->bytes);
    }
    return number;
}

void readSummary(std::string_view bytes, Scalar scalar, EventFileNotes& notes, const std::string& where,
                 const std::function<void(const Scalar&)>& use) {
    Message message(bytes);
    while (const auto field = message.next()) {
        if (field->number != summaryValue) continue;
        scalar.tag.clear();
        const auto number = valueOf(field->bytes, scalar.tag);
        requireUtf8(scalar.tag, where + ": the tag of a value");
        if (number) {
            scalar.value = *number;
            use(scalar);
        } else {
            ++notes.notUnderstood["values of \"" + scalar.tag + "\", which are no scalars"];
        }
    }
}

void readEvent(std::string_view bytes, EventFileNotes& notes, const std::string& where,
               const std::function<void(const Scalar&)>& use) {
    Scalar scalar;
    std::string_view summary;
    Message message(bytes);
    while (const auto field = message.next()) {
        switch (field->number) {
            case event::wallTime: scalar.wall = fixed<double>(*field); break;
            case event::step: scalar.step = static_cast<int64_t>(field->varint); break;
            case event::summary: summary = field->bytes; break;
            case event::fileVersion:
                if (field->bytes != ourVersion) ++notes.notUnderstood["version \"" + std::string(field->bytes) + "\""];
                break;
            default: ++notes.notUnderstood["records that hold no summary (graph, session, ..)"];
        }
    }
    if (!summary.empty()) readSummary(summary, scalar, notes, where, use);
}

// --- records: length, its checksum, the bytes, their checksum

std::string record(const std::string& payload) {
    const std::string length = raw(uint64_t{payload.size()});
    return length + raw(maskedChecksum(length)) + payload + raw(maskedChecksum(payload));
}

constexpr std::array<uint32_t, 256> makeTable() {
    constexpr uint32_t polynomial = 0x82f63b78;  // Castagnoli's, bits reversed
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < table.size(); ++i) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = value & 1 ? value >> 1 ^ polynomial : value >> 1;
        table[i] = value;
    }
    return table;
}

constexpr size_t lengthSize = sizeof(uint64_t), checksumSize = sizeof(uint32_t);

class RecordReader {
public:
    explicit RecordReader(const std::filesystem::path& path)
        : where_(path.string()), size_(std::filesystem::file_size(path)), file_(path, std::ios::binary) {
        if (!file_) throw systemError("Cannot read " + where_, errno);
    }

    /// The payload of the next record; nothing behind the last whole one.
    std::optional<std::string> next() {
        begin_ = at_;
        const auto head = take(lengthSize + checksumSize);
        if (!head) return {};
        check(head->substr(0, lengthSize), head->substr(lengthSize), "the length of a record");
        const auto length = fromRaw<uint64_t>(*head);
        if (length > size_ - at_) return {};
        auto body = take(length + checksumSize);
        if (!body) return {};
        check(std::string_view(*body).substr(0, length), std::string_view(*body).substr(length), "a record");
        body->resize(length);
        return body;
    }
    /// Whether something is left behind the last whole record.
    bool isTorn() const { return begin_ < size_; }

    std::string place() const { return fmt::format("{}, byte {}", where_, begin_); }

private:
    std::optional<std::string> take(uint64_t count) {
        if (count > size_ - at_) return {};
        std::string bytes(count, '\0');
        if (!file_.read(bytes.data(), static_cast<std::streamsize>(count))) throw systemError("Cannot read " + where_, errno);
        at_ += count;
        return bytes;
    }

    void check(std::string_view bytes, std::string_view checksum, const char* what) const {
        if (fromRaw<uint32_t>(checksum) != maskedChecksum(bytes))
            throw inputError(fmt::format("{}: the checksum of {} is wrong", place(), what),
                             "The file is damaged, or not an event file of TensorBoard.");
    }

    const std::string where_;
    const uint64_t size_;
    std::ifstream file_;
    uint64_t at_ = 0, begin_ = 0;
};

}  // namespace

uint32_t maskedChecksum(std::string_view bytes) {
    static constexpr std::array<uint32_t, 256> table = makeTable();
    uint32_t crc = ~0U;
    for (const char byte : bytes)
        crc = crc >> 8 ^ table[(crc ^ static_cast<uint8_t>(byte)) & 0xff];
    crc = ~crc;
    constexpr uint32_t shift = 0xa282ead8;
    return std::rotr(crc, 15) + shift;
}

std::string versionRecord(double wall) {
    return record(key(event::wallTime, Wire::Fixed64) + raw(wall) + bytesField(event::fileVersion, ourVersion));
}

std::string scalarRecord(const Scalar& scalar) {
    const std::string simple =
        bytesField(value::tag, scalar.tag) + key(value::simple, Wire::Fixed32) + raw(static_cast<float>(scalar.value));
    return record(key(event::wallTime, Wire::Fixed64) + raw(scalar.wall) + key(event::step, Wire::Varint) +
                  varint(static_cast<uint64_t>(scalar.step)) + bytesField(event::summary, bytesField(summaryValue, simple)));
}

EventFileNotes readEventFile(const std::filesystem::path& path, const std::function<void(const Scalar&)>& use) {
    EventFileNotes notes;
    RecordReader reader(path);
    while (const auto payload = reader.next()) {
        try {
            readEvent(*payload, notes, reader.place(), use);
        } catch (const Broken&) {
            throw inputError(reader.place() + ": the record is no event of TensorBoard", "The file is damaged.");
        }
    }
    notes.torn = reader.isTorn();
    return notes;
}

}  // namespace gaplab

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/interop/members.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr int runFileVersion = 1;
constexpr size_t largestRunFile = size_t{1} << 30;

// --- writing

/// Finite numbers as JSON has them, with as many digits as they need to come back bit for bit; others as text.
Json exact(double value) {
    return std::isfinite(value) ? Json(value) : Json(numberText(value));
}

template <typename Member>
Json column(const std::vector<Point>& points, Member member) {
    Json list = Json::array();
    for (const Point& point : points)
        if constexpr (std::is_same_v<Member, int64_t Point::*>)
            list.push_back(point.*member);
        else
            list.push_back(exact(point.*member));
    return list;
}

Json toJson(const std::vector<Point>& points) {
    return {{"step", column(points, &Point::step)},
            {"epoch", column(points, &Point::epoch)},
            {"value", column(points, &Point::value)},
            {"wall", column(points, &Point::wall)}};
}

Json toJson(const RunEvent& event) {
    return {{"step", event.step}, {"epoch", exact(event.epoch)}, {"wall", exact(event.wall)}, {"level", event.level},
            {"kind", event.kind}, {"text", event.text},          {"details", event.details}};
}

Json toJson(const PredictionRecord& record) {
    return {{"role", record.role},
            {"split", record.split},
            {"epoch", exact(record.epoch)},
            {"classes", record.classes},
            {"confidences", record.confidences}};
}

Json toJson(const CheckpointRecord& record) {
    return {{"kind", record.kind}, {"step", record.step}, {"path", record.relativePath}, {"sha256", record.sha256}};
}

template <typename Record>
Json listOf(const std::vector<Record>& records) {
    Json list = Json::array();
    for (const Record& record : records)
        list.push_back(toJson(record));
    return list;
}

Json toJson(const WholeRun& run) {
    const NewRun& facts = run.facts;
    Json series = Json::object();
    for (const auto& [name, points] : run.series)
        series[name] = toJson(points);
    return {{"gaplab_run", runFileVersion},
            {"uuid", run.uuid},
            {"foreign", run.foreignRef},
            {"name", facts.name},
            {"kind", facts.kind},
            {"seed", facts.seed},
            {"state", toText(run.state)},
            {"reason", run.reason},
            {"created", exact(run.created)},
            {"started", exact(run.started)},
            {"finished", exact(run.finished)},
            {"notes", facts.notes},
            {"tags", run.tags},
            {"from", run.from},
            {"trial", {{"hash", facts.trial}, {"label", facts.trialLabel}, {"document", facts.trialDocument}}},
            {"document", facts.document},
            {"data",
             {{"name", facts.dataName},
              {"fingerprint", facts.dataFingerprint},
              {"split_seed", facts.splitSeed},
              {"facts", facts.dataFacts}}},
            {"environment", facts.environment},
            {"networks", facts.architectures},
            {"series", series},
            {"events", listOf(run.events)},
            {"predictions", listOf(run.predictions)},
            {"checkpoints", listOf(run.checkpoints)}};
}

std::vector<WrittenFile> write(const std::vector<WholeRun>& runs) {
    std::vector<WrittenFile> files;
    files.reserve(runs.size());
    for (const WholeRun& run : runs)
        files.push_back({runs.size() == 1 ? "" : run.uuid + ".json",
                         toJson(run).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"});
    return files;
}

// --- reading

/// A value of the file with the path that leads to it.
class Field {
public:
    Field(const Json& value, std::string path, const std::string& file) : value_(value), path_(std::move(path)), file_(file) {}

    const Json& json() const { return value_; }

    Field operator[](const char* key) const {
        if (!value_.is_object()) refuse("an object");
        const auto found = value_.find(key);
        const std::string path = path_.empty() ? key : path_ + "." + key;
        if (found == value_.end()) throw inputError(fmt::format("{}: {} is missing", file_, path));
        return {*found, path, file_};
    }

    std::string text() const { return value_.is_string() ? value_.get<std::string>() : refuse<std::string>("a text"); }

    const Json& object() const { return value_.is_object() ? value_ : refuse<const Json&>("an object"); }

    template <typename Whole>
    Whole whole() const {
        const bool fits = value_.is_number_unsigned() ? std::in_range<Whole>(value_.get<uint64_t>())
                                                      : value_.is_number_integer() && std::in_range<Whole>(value_.get<int64_t>());
        return fits ? value_.get<Whole>() : refuse<Whole>("a whole number in range");
    }

    double number() const {
        if (value_.is_number()) return value_.get<double>();
        const auto special = value_.is_string() ? numberIn(value_.get_ref<const std::string&>()) : std::nullopt;
        return special && !std::isfinite(*special) ? *special : refuse<double>("a number, \"nan\", \"inf\" or \"-inf\"");
    }

    double time() const {
        const double seconds = number();
        return std::isfinite(seconds) && seconds >= 0 ? seconds : refuse<double>("a time in seconds");
    }

    /// `use` of every element of a list.
    template <typename Use>
    void each(const Use& use) const {
        if (!value_.is_array()) refuse("a list");
        for (size_t i = 0; i < value_.size(); ++i)
            use(Field(value_[i], fmt::format("{}[{}]", path_, i), file_));
    }
    /// `use` of every key and value of an object.
    template <typename Use>
    void members(const Use& use) const {
        for (const auto& [key, value] : object().items())
            use(key, Field(value, path_ + "." + key, file_));
    }

    template <typename Result = void>
    [[noreturn]] Result refuse(const char* wanted) const {
        throw inputError(fmt::format("{}: {} must be {}", file_, path_, wanted));
    }

private:
    const Json& value_;
    std::string path_;
    const std::string& file_;
};

bool isHex(const std::string& text) {
    return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// A uuid names a folder: nothing else may pass for one.
std::string uuidIn(const Field& field) {
    std::string uuid = field.text();
    std::string digits = uuid;
    std::erase(digits, '-');
    constexpr size_t length = 36, digitCount = 32;
    if (uuid.size() != length || digits.size() != digitCount || !isHex(digits)) field.refuse("a uuid");
    return uuid;
}

template <typename Whole>
std::vector<Whole> wholes(const Field& field) {
    std::vector<Whole> values;
    field.each([&](const Field& element) { values.push_back(element.whole<Whole>()); });
    return values;
}

std::vector<Point> pointsIn(const Field& field) {
    std::vector<Point> points;
    field["step"].each([&](const Field& element) { points.push_back({.step = element.whole<int64_t>()}); });
    const auto fill = [&](const char* key, double Point::*member) {
        const Field list = field[key];
        if (list.json().size() != points.size()) list.refuse("as long as the list of steps");
        size_t at = 0;
        list.each([&](const Field& element) { points[at++].*member = element.number(); });
    };
    fill("epoch", &Point::epoch);
    fill("value", &Point::value);
    fill("wall", &Point::wall);
    return points;
}

RunEvent eventIn(const Field& field) {
    return {.step = field["step"].whole<int64_t>(),
            .epoch = field["epoch"].number(),
            .wall = field["wall"].number(),
            .level = field["level"].text(),
            .kind = field["kind"].text(),
            .text = field["text"].text(),
            .details = field["details"].json()};
}

PredictionRecord predictionIn(const Field& field) {
    PredictionRecord record{.role = field["role"].text(),
                            .split = field["split"].text(),
                            .epoch = field["epoch"].number(),
                            .classes = wholes<uint16_t>(field["classes"]),
                            .confidences = wholes<uint8_t>(field["confidences"])};
    if (record.classes.size() != record.confidences.size()) field["confidences"].refuse("as long as the list of classes");
    if (std::isnan(record.epoch)) field["epoch"].refuse("a number");
    return record;
}

NewRun factsIn(const Field& file) {
    NewRun facts;
    facts.name = file["name"].text();
    facts.kind = file["kind"].text();
    facts.seed = file["seed"].whole<uint64_t>();
    facts.notes = file["notes"].text();
    const Field trial = file["trial"], data = file["data"];
    facts.trial = trial["hash"].text();
    constexpr size_t hashLength = 64;
    if (facts.trial.size() != hashLength || !isHex(facts.trial)) trial["hash"].refuse("64 hexadecimal digits");
    facts.trialLabel = trial["label"].text();
    facts.trialDocument = trial["document"].object();
    facts.document = file["document"].object();
    facts.dataName = data["name"].text();
    facts.dataFingerprint = data["fingerprint"].text();
    facts.splitSeed = data["split_seed"].whole<uint64_t>();
    facts.dataFacts = data["facts"].json();
    facts.environment = file["environment"].json();
    file["networks"].members(
        [&](const std::string& role, const Field& network) { facts.architectures[role] = network.object(); });
    return facts;
}

RunState stateIn(const Field& field) {
    RunState state{};
    try {
        state = runStateFromText(field.text());
    } catch (const Error&) {
        field.refuse("a state of a run: finished, stopped, failed or lost");
    }
    if (isLive(state)) field.refuse("that of a run which has ended: export it again when it has");
    return state;
}

WholeRun runIn(const Field& file) {
    WholeRun run{.facts = factsIn(file),
                 .uuid = uuidIn(file["uuid"]),
                 .foreignRef = file["foreign"].text(),
                 .state = stateIn(file["state"]),
                 .reason = file["reason"].text(),
                 .created = file["created"].time(),
                 .started = file["started"].time(),
                 .finished = file["finished"].time()};
    file["from"].members([&](const std::string& role, const Field& uuid) { run.from[role] = uuid.text(); });
    file["tags"].each([&](const Field& tag) { run.tags.push_back(tag.text()); });
    file["series"].members([&](const std::string& name, const Field& series) { run.series[name] = pointsIn(series); });
    file["events"].each([&](const Field& event) { run.events.push_back(eventIn(event)); });
    file["predictions"].each([&](const Field& record) { run.predictions.push_back(predictionIn(record)); });
    return run;
}

/// What a file of ours has on its first level, to tell what is more.
const Json& knownKeys() {
    static const Json keys = toJson(WholeRun());
    return keys;
}

IncomingRun readFile(const fs::path& path) {
    const std::string where = path.string();
    const Json document = parseJson(readUtf8(where), where, largestRunFile);
    const Field file(document, "", where);
    if (!document.is_object() || !document.contains("gaplab_run"))
        throw inputError(where + " is not a run written by GapLab (it has no \"gaplab_run\")");
    if (const auto version = file["gaplab_run"].whole<int64_t>(); version != runFileVersion)
        throw inputError(fmt::format("{} is of version {}; this program reads version {}", where, version, runFileVersion),
                         "Update GapLab.");
    IncomingRun incoming{runIn(file), "json", path, {}};
    for (const auto& [key, value] : document.items())
        if (!knownKeys().contains(key)) incoming.notUnderstood.push_back("the key \"" + key + "\"");
    if (const size_t count = document.value("checkpoints", Json::array()).size(); count > 0)
        incoming.notUnderstood.push_back(fmt::format("{} checkpoints: their files are not part of this one", count));
    return incoming;
}

std::vector<fs::path> runFiles(const fs::path& path) {
    if (!fs::is_directory(path)) return {path};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path))
        if (entry.is_regular_file() && entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

bool recognises(const fs::path& path) {
    if (!fs::is_directory(path)) return path.extension() == ".json";
    // a folder of runs as it is written: nothing but files named by uuids
    const std::vector<fs::path> files = runFiles(path);
    constexpr size_t uuidLength = 36;
    return !files.empty() &&
           std::ranges::all_of(files, [](const fs::path& file) { return file.stem().string().size() == uuidLength; });
}

std::vector<IncomingRun> read(const fs::path& path) {
    std::vector<IncomingRun> runs;
    for (const fs::path& file : runFiles(path))
        runs.push_back(readFile(file));
    return runs;
}

}  // namespace

Format runFileFormat() {
    return {.name = "json",
            .help = "one JSON file a run, with everything but the checkpoint files: comes back bit for bit",
            .lossless = true,
            .recognises = recognises,
            .read = read,
            .write = write};
}

}  // namespace gaplab

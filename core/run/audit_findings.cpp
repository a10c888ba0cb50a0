#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/run/audit_parts.h"

namespace gaplab {
namespace {

constexpr int64_t leastImages = 10;     // of a class or group of which something can be told
constexpr double leastAgreement = 0.8;  // of a network whose doubts weigh something
constexpr size_t mostNamed = 5;

std::string count(int64_t number, const std::string& one, const std::string& many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
}

/// "a, b, c and 7 more"
std::string named(const std::vector<std::string>& names) {
    const std::vector<std::string> first(names.begin(),
                                         names.begin() + static_cast<ptrdiff_t>(std::min(names.size(), mostNamed)));
    return join(first) + (names.size() > mostNamed ? fmt::format(" and {} more", names.size() - mostNamed) : "");
}

/// Collects what is found about one data set.
class Conclusion {
public:
    explicit Conclusion(DataAudit& audit) : audit_(audit) {}

    void conclude() {
        leaks();
        duplicates();
        association();
        representation();
        groups();
        pictures();
        labels();
        files();
        card();
        looked();
    }

private:
    void fault(const std::string& topic, const std::string& message, const std::string& advice) {
        audit_.findings.push_back({topic, message, advice, false});
    }
    void note(const std::string& topic, const std::string& message, const std::string& advice) {
        audit_.findings.push_back({topic, message, advice, true});
    }
    const PartCounts& part(DataPart which) const { return audit_.parts[static_cast<size_t>(which)]; }
    bool hasGroups() const { return !audit_.groups.empty(); }

    void leaks() {
        const auto tell = [&](int64_t leaked, const PartCounts& of, const char* name, const char* advice) {
            if (leaked == 0) return;
            fault(
                "leaks",
                fmt::format("{} of {} {} images ({}) {} a near duplicate among the training images.", leaked, of.images, name,
                            percent(static_cast<double>(leaked) / static_cast<double>(of.images)), leaked == 1 ? "has" : "have"),
                advice);
        };
        const DuplicateReport& found = audit_.duplicates;
        tell(found.leakedTest, part(DataPart::Test), "test",
             "Accuracy on them is memory, not skill: remove them from training, or tell test accuracy without them.");
        tell(found.leakedValidation, part(DataPart::Validation), "validation",
             "The choice of the best epoch leans on them: remove them from training or validation.");
    }

    void duplicates() {
        const DuplicateReport& found = audit_.duplicates;
        if (found.otherLabels > 0)
            fault("labels",
                  fmt::format("{} of near duplicates {} two different labels.", count(found.otherLabels, "pair", "pairs"),
                              found.otherLabels == 1 ? "has" : "have"),
                  "At least one label of each is wrong, or the classes overlap: look at them and correct the labels.");
        if (const int64_t within = found.within[0]; within > 0)
            fault("duplicates",
                  fmt::format("{} of near duplicates {} inside the training images.", count(within, "pair", "pairs"),
                              within == 1 ? "lies" : "lie"),
                  "They count twice in training; remove copies that are not wanted.");
        if (const int64_t within = found.within[1] + found.within[2] + found.across[2]; within > 0)
            fault("duplicates",
                  fmt::format("{} of near duplicates {} among validation and test images.", count(within, "pair", "pairs"),
                              within == 1 ? "lies" : "lie"),
                  "There are fewer independent images than it seems, so intervals are a little too narrow.");
    }

    void association() {
        if (!audit_.association) return;
        const fairness::Association& found = *audit_.association;
        if (!found.enough)
            return note("association", "Class and group: not enough data, since only one class or one group has training images.",
                        "Nothing can be told of an association.");
        if (!found.reported) return;
        std::vector<std::string> cells;
        for (size_t c = 0; c < audit_.classes.size(); ++c)
            for (size_t g = 0; g < audit_.groups.size(); ++g)
                if (found.cells[c][g].stands && found.cells[c][g].residual > 0)
                    cells.push_back(audit_.classes[c] + " with " + audit_.groups[g]);
        const std::string interval =
            found.interval ? fmt::format(", 95 % interval {:.2f} to {:.2f}", found.interval->low, found.interval->high) : "";
        fault("association",
              fmt::format("Class and group come together in training: Cramer's V {:.2f} of 1{}. Too often together: {}.",
                          *found.cramersV, interval, named(cells)),
              "A network may learn the group instead of the class: collect the missing images, or try the mitigations resample, "
              "reweight or group_dro, and look at accuracy by group.");
    }

    void representation() {
        under("class", audit_.classes, audit_.classShare);
        under("group", audit_.groups, audit_.groupShare);
        std::vector<std::string> empty;
        for (size_t c = 0; c < audit_.table.size(); ++c)
            for (size_t g = 0; g < audit_.table[c].size(); ++g)
                if (audit_.table[c][g] == 0 && audit_.parts[0].groups[g] > 0)
                    empty.push_back(audit_.classes[c] + " with " + audit_.groups[g]);
        if (!empty.empty())
            fault(
                "representation",
                fmt::format("{} without a single training image: {}.",
                            count(std::ssize(empty), "pair of class and group is", "pairs of class and group are"), named(empty)),
                "No network can learn them; collect images, or do not claim anything for them.");
    }

    void under(const std::string& what, const std::vector<std::string>& names,
               const std::vector<fairness::Representation>& shares) {
        for (size_t i = 0; i < shares.size(); ++i) {
            if (!shares[i].under) continue;
            fault("representation",
                  fmt::format("The {} {} is under-represented: {} of {} training images ({}; an even share is {}).", what,
                              names[i], shares[i].share.count, shares[i].share.n, percent(shares[i].share.value().value_or(0)),
                              percent(1.0 / static_cast<double>(shares.size()))),
                  "Accuracy on it tends to suffer: collect more of its images, or try the mitigations resample or reweight.");
        }
    }

    void groups() {
        if (!hasGroups())
            return note("groups",
                        "No groups are known, so nothing could be told of class and group, or of differences between groups.",
                        "Say where they are found with data.groups: a column of a table, a folder, colour, brightness.");
        few(DataPart::Training, "training",
            "Too few to learn from, and nothing is claimed of it here: collect more, or join it with "
            "another group.");
        few(DataPart::Test, "test", "Not enough data: no accuracy is told for it. Add test images of it.");
        for (const DataPart which : {DataPart::Training, DataPart::Validation, DataPart::Test})
            if (const int64_t unknown = part(which).ofUnknownGroup; unknown > 0)
                note("groups",
                     fmt::format("The group of {} of {} {} images is not known.", unknown, part(which).images, toText(which)),
                     "They count for the classes and in no group; fill the table or the folders if they should.");
    }

    void few(DataPart which, const char* name, const std::string& advice) {
        for (size_t g = 0; g < audit_.groups.size(); ++g)
            if (const int64_t number = part(which).groups[g]; number < leastImages)
                fault("groups",
                      number == 0 ? fmt::format("The group {} has no {} image.", audit_.groups[g], name)
                                  : fmt::format("The group {} has {} {}.", audit_.groups[g], number,
                                                std::string(name) + (number == 1 ? " image" : " images")),
                      advice);
    }

    void pictures() {
        if (!hasGroups()) return;
        for (size_t s = 0; s < audit_.statistics.size(); ++s)
            for (size_t g = 0; g < audit_.groups.size(); ++g) {
                const fairness::GroupMean& mean = audit_.statistics[s][g];
                if (!mean.stands) continue;
                if (audit_.groups.size() == 2 && g == 1) continue;  // the same difference from the other side
                const std::string others = audit_.groups.size() == 2 ? audit_.groups[1] : "the other groups";
                fault(
                    "images",
                    fmt::format("The training images of {} differ from those of {} in {}: {:.1f} against {:.1f} levels "
                                "({:.1f} standard deviations).",
                                audit_.groups[g], others, audit_.statisticNames[s], mean.summary.mean,
                                mean.summary.mean - mean.difference, std::abs(mean.effect)),
                    "If the group does not mean just that, a camera or a file format may be told apart instead of what is shown; "
                    "augmentation of it evens it out.");
            }
    }

    void labels() {
        if (!audit_.labels)
            return note("labels", "Labels that may be wrong were not looked for: that needs the answers of a trained network.",
                        "Train once, then audit again with that run.");
        if (audit_.labels->doubts == 0) return;
        const LabelReport& found = *audit_.labels;
        const double right = static_cast<double>(found.right) / static_cast<double>(found.images);
        const bool weak = right < leastAgreement;
        audit_.findings.push_back(
            {"labels",
             fmt::format(
                 "{} of {} validation labels {} contradicted surely by the network of run {} ({}), which agrees with {} of "
                 "the labels.",
                 found.doubts, found.images, found.doubts == 1 ? "is" : "are", found.run, found.role, percent(right)),
             weak ? "Look at the first ones, but most are likely this network's own mistakes: a better network tells more."
                  : "Look at them, the first ones first: some labels may be wrong, others are hard images or this network's own "
                    "mistakes.",
             weak});
    }

    void files() {
        if (const auto skipped = std::ssize(audit_.skippedFiles); skipped > 0)
            fault("files", fmt::format("{} left out.", count(skipped, "broken file was", "broken files were")),
                  "Repair or remove them: " + named(audit_.skippedFiles) + ".");
    }

    void card() {
        const CardReport& card = audit_.card;
        const bool unreadable =
            std::ranges::any_of(audit_.findings, [](const Finding& finding) { return finding.topic == "card"; });
        if (unreadable) return;
        if (!card.exists)
            return note("card",
                        "There is no data card: origin, licence, consent, sensitive attributes, intended use and limits are not "
                        "stated.",
                        "gaplab-cli audit DATA --write-card writes an empty one beside the images.");
        if (!card.missing.empty())
            note("card", fmt::format("The data card does not state: {}.", join(card.missing)), "Complete " + card.file + ".");
    }

    void looked() {
        std::vector<std::string>& told = audit_.looked;
        told.push_back(fmt::format("counts of {} in training, validation and test ({}, {} and {} images)",
                                   count(std::ssize(audit_.classes), "class", "classes"), part(DataPart::Training).images,
                                   part(DataPart::Validation).images, part(DataPart::Test).images));
        told.push_back(
            fmt::format("near duplicates among {} images: copies, re-encoded, brighter, darker, paler or moved by up to a "
                        "sixteenth of their side; not mirrored, turned or cropped ones",
                        audit_.duplicates.images));
        if (hasGroups())
            told.push_back(
                fmt::format("{}: association with the class, shares, brightness, contrast, colourfulness and sharpness",
                            count(std::ssize(audit_.groups), "group", "groups")));
        if (audit_.labels)
            told.push_back(
                fmt::format("{} validation labels, by the answers of run {}", audit_.labels->images, audit_.labels->run));
        told.push_back("broken files");
        told.push_back("the data card");
    }

    DataAudit& audit_;
};

}  // namespace

void concludeAudit(DataAudit& audit) {
    Conclusion(audit).conclude();
    std::ranges::stable_sort(audit.findings, {}, &Finding::isNote);
}

std::vector<Finding> DataAudit::faults() const {
    std::vector<Finding> found;
    std::ranges::copy_if(findings, std::back_inserter(found), [](const Finding& finding) { return !finding.isNote; });
    return found;
}

}  // namespace gaplab

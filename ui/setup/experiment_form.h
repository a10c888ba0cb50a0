#pragma once

#include <map>
#include <vector>

#include <QScrollArea>

#include "core/base/error.h"
#include "ui/setup/context.h"

namespace gaplab {
struct Baseline;
}

namespace gaplab::ui {

class Field;
class GapSection;
class DataSection;
class MethodSection;
class ModelsSection;
class PlanSection;
class SweepBox;
struct ImageCounts;

/// Every field of one experiment (or of one of its stages), in foldable groups.
class ExperimentForm : public QScrollArea {
    Q_OBJECT
public:
    explicit ExperimentForm(const SetupContext& context, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    void showNetworks(const Json& networks, const std::vector<std::vector<std::string>>& adaptations);
    void showImages(const ImageCounts& images);
    DataSection* dataSection() const { return data_; }
    ModelsSection* models() const { return models_; }
    /// Each problem beside the field it belongs to; fields without one are cleared.
    void showProblems(const std::vector<Problem>& problems);
    /// The same for what is allowed but should be known.
    void showWarnings(const std::vector<Problem>& warnings);
    SweepBox* sweep() const;
    /// What the experiment has to beat, as the inspection tells it.
    void showBaselines(const std::vector<Baseline>& baselines);
    /// The field that has the keyboard, or null.
    Field* focusedField() const;
    /// Puts the cursor where the problem can be mended. False where no field here belongs to the path.
    bool focusProblem(const std::string& path);

private:
    QWidget* makeHeader(const SetupContext& context);
    Field* fieldOf(const std::string& path) const;
    /// What each field has to be told.
    std::map<Field*, QString> sentences(const std::vector<Problem>& problems) const;

    DataSection* data_;
    ModelsSection* models_;
    MethodSection* method_;
    GapSection* gap_;
    PlanSection* plan_;
};

/// "-3 is too small. Allowed: a whole number of at least 1."
QString sentenceOf(const Problem& problem);

}  // namespace gaplab::ui

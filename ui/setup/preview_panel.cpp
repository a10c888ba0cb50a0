#include "ui/setup/preview_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/forms/labels.h"
#include "ui/models/format.h"
#include "ui/setup/experiment_form.h"

namespace gaplab::ui {
namespace {

constexpr int sideBySideCharacters = 140;  // from this width on, JSON stands beside the facts

QLabel* makeRichText(const QString& objectName, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->hide();
    return label;
}

void setText(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

QString cell(const QString& text, bool number) {
    return QStringLiteral("<td align='%1' style='padding-right: 1em'>%2</td>")
        .arg(number ? "right" : "left", text.toHtmlEscaped());
}

double ratio(const Json& a, const Json& b, const char* key) {
    const double below = b.value(key, 0.0);
    return below > 0 ? a.value(key, 0.0) / below : 0.0;
}

}  // namespace

PreviewPanel::PreviewPanel(QWidget* parent) : QWidget(parent), parts_(new QSplitter(Qt::Vertical, this)) {
    parts_->setObjectName("setup.preview");
    parts_->setChildrenCollapsible(false);
    parts_->addWidget(makeFacts());
    parts_->addWidget(makeJson());
    parts_->setSizes({600, 400});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(parts_);
}

void PreviewPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool wide = width() > fontMetrics().averageCharWidth() * sideBySideCharacters;
    parts_->setOrientation(wide ? Qt::Horizontal : Qt::Vertical);
}

QWidget* PreviewPanel::makeFacts() {
    auto* content = new QWidget;
    check_ = new QPushButton(tr("Check"), content);
    busy_ = new QLabel(content);
    summary_ = new NoteLabel(content);
    problems_ = new QListWidget(content);
    remove_ = new QPushButton(content);
    fault_ = new NoteLabel(content);
    networks_ = makeRichText("preview.networks", content);
    cost_ = makeRichText("preview.cost", content);
    data_ = makeRichText("preview.data", content);
    thumbnails_ = new Thumbnails(content);
    nameWidget(check_, "check", tr("Check"), tr("Loads the data and times one batch of every network"));
    nameWidget(problems_, "problems", tr("Problems"), tr("Enter leads to the field"));
    thumbnails_->setAccessibleName(tr("Sample images"));
    nameWidget(remove_, "problems.remove", tr("Remove the chosen key"));
    connect(remove_, &QPushButton::clicked, this, [this] { Q_EMIT removalAsked(removable_); });
    problems_->setWordWrap(true);
    problems_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    const auto choose = [this](const QListWidgetItem* item) { Q_EMIT problemChosen(item->data(Qt::UserRole).toString()); };
    connect(problems_, &QListWidget::itemActivated, this, choose);
    connect(problems_, &QListWidget::itemClicked, this, choose);
    auto* top = new QHBoxLayout;
    top->addWidget(check_);
    top->addWidget(busy_, 1);
    auto* layout = new QVBoxLayout(content);
    layout->addLayout(top);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{summary_, problems_, remove_, fault_, networks_, cost_, data_, thumbnails_})
        layout->addWidget(widget);
    layout->addStretch();
    showProblems({});
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(content->minimumSizeHint().width() + fontMetrics().averageCharWidth() * 4);
    return scroll;
}

QWidget* PreviewPanel::makeJson() {
    auto* box = new QWidget;
    auto* label = new QLabel(tr("The experiment as JSON (read-only)"), box);
    auto* copy = new QPushButton(tr("Copy"), box);
    json_ = new QPlainTextEdit(box);
    json_->setReadOnly(true);
    json_->setTabChangesFocus(true);
    json_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    json_->setLineWrapMode(QPlainTextEdit::NoWrap);
    label->setBuddy(json_);
    nameWidget(json_, "json", tr("The experiment as JSON"));
    nameWidget(copy, "json.copy", tr("Copy the JSON text"));
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(json_->toPlainText()); });
    auto* top = new QHBoxLayout;
    top->addWidget(label, 1);
    top->addWidget(copy);
    auto* layout = new QVBoxLayout(box);
    layout->addLayout(top);
    layout->addWidget(json_);
    return box;
}

void PreviewPanel::showDocument(const Json& document) {
    const QString text = QString::fromStdString(document.dump(2, ' ', false, Json::error_handler_t::replace));
    if (text != json_->toPlainText()) json_->setPlainText(text);
}

void PreviewPanel::showProblems(const std::vector<Problem>& problems, const std::vector<Problem>& warnings) {
    const int count = static_cast<int>(problems.size());
    if (problems.empty() && !warnings.empty())
        summary_->setNote("warning", tr("The experiment can start; %n thing(s) to know:", "", static_cast<int>(warnings.size())));
    else if (problems.empty())
        summary_->setNote("info", tr("The experiment is complete."));
    else
        summary_->setNote("error", tr("%n problem(s) to mend before it can start:", "", count));
    offerRemoval({});
    problems_->clear();
    problems_->setVisible(!problems.empty() || !warnings.empty());
    const auto list = [this](const Problem& problem, const QString& sign) {
        const QString path = QString::fromStdString(problem.path);
        auto* item = new QListWidgetItem(sign + (path.isEmpty() ? QString() : path + QStringLiteral(": ")) + sentenceOf(problem),
                                         problems_);
        item->setData(Qt::UserRole, path);
    };
    for (const Problem& problem : problems)
        list(problem, {});
    for (const Problem& warning : warnings)
        list(warning, QStringLiteral("⚠ "));
    // A warning explains itself at length.
    const int rows = std::min(count + 2 * static_cast<int>(warnings.size()), 6);
    problems_->setFixedHeight(rows * fontMetrics().lineSpacing() * 2 + 2 * problems_->frameWidth() + 4);
}

void PreviewPanel::offerRemoval(const QString& path) {
    removable_ = path;
    remove_->setText(tr("Remove %1").arg(path));
    remove_->setVisible(!path.isEmpty());
}

void PreviewPanel::showFault(const QString& text) {
    fault_->setNote("error", text);
}

void PreviewPanel::setBusy(bool busy) {
    busy_->setText(busy ? tr("Looking…") : QString());
}

void PreviewPanel::showInspection(const Inspection& inspection, const Json& document) {
    showNetworks(inspection.networks);
    showCost(inspection, document);
    if (inspection.data) showData(*inspection.data);
}

void PreviewPanel::showNetworks(const Json& networks) {
    if (!networks.is_object() || networks.empty()) return setText(networks_, {});
    const Json student = networks.value("student", Json::object());
    QString html =
        QStringLiteral(
            "<table><tr><th align='left'>%1</th><th align='left'>%2</th><th align='right'>%3</th><th align='right'>%4</th></tr>")
            .arg(tr("Network"), tr("Architecture"), tr("Parameters"), tr("MACs"));
    QString ratios;
    for (const auto& [role, facts] : networks.items()) {
        html += QStringLiteral("<tr>") + cell(QString::fromStdString(role), false) +
                cell(QString::fromStdString(facts.value("architecture", "")), false) +
                cell(countText(facts.value("parameters", int64_t{0})), true) + cell(shortCount(facts.value("macs", 0.0)), true) +
                QStringLiteral("</tr>");
        if (role == "student" || student.empty()) continue;
        const QLocale locale;
        ratios +=
            QStringLiteral("<p>") +
            tr("%1 has %2 times the parameters and %3 times the MACs of the student.")
                .arg(QString::fromStdString(role).toHtmlEscaped(), locale.toString(ratio(facts, student, "parameters"), 'g', 3),
                     locale.toString(ratio(facts, student, "macs"), 'g', 3)) +
            QStringLiteral("</p>");
    }
    setText(networks_, html + QStringLiteral("</table>") + ratios);
}

void PreviewPanel::showCost(const Inspection& inspection, const Json& document) {
    QStringList lines;
    if (inspection.memoryBytes > 0)
        lines << tr("Memory: about %1 at the fullest moment of a step, and %2 of images")
                     .arg(bytesText(inspection.memoryBytes), bytesText(inspection.imageBytes));
    if (!inspection.notTried.empty()) lines << QString::fromStdString(inspection.notTried).toHtmlEscaped();
    if (inspection.secondsPerEpoch > 0) {
        lines << tr("Time: about %1 an epoch").arg(durationText(inspection.secondsPerEpoch));
        const Json epochs = document.value(Json::json_pointer("/training/epochs"), Json());
        if (epochs.is_number())
            lines << tr("One run of %n epoch(s): about %1", "", epochs.get<int>())
                         .arg(durationText(inspection.secondsPerEpoch * epochs.get<double>()));
    } else if (inspection.memoryBytes > 0 && inspection.notTried.empty()) {
        lines << tr("Time: press Check to time a few batches");
    }
    setText(cost_, lines.join(QStringLiteral("<br>")));
}

void PreviewPanel::showData(const DataPreview& preview) {
    QStringList lines;
    lines << tr("%1 training, %2 validation and %3 test images")
                 .arg(countText(preview.train), countText(preview.validation), countText(preview.test));
    lines
        << tr("%n class(es)", "", static_cast<int>(preview.classes.size())) + QStringLiteral(", ") +
               tr("%1 × %2 pixels, %n channel(s)", "", static_cast<int>(preview.channels)).arg(preview.width).arg(preview.height);
    if (!preview.skippedFiles.empty())
        lines << tr("%n broken file(s) left out", "", static_cast<int>(preview.skippedFiles.size()));
    setText(data_, lines.join(QStringLiteral("<br>")));
    thumbnails_->setPreview(preview);
}

}  // namespace gaplab::ui

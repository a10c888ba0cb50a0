#include "ui/fairness/exemplars_tab.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

constexpr int pictureSide = 64;

const BiasExemplars& chosen(const BiasReport& report, int index) {
    return index == 1 ? report.takenOver : report.lost;
}

}  // namespace

ExemplarsTab::ExemplarsTab(QWidget* parent) : ReportView(parent), list_(new QListWidget), words_(new QLabel) {
    auto* row = new QHBoxLayout;
    of_ = addLabelled<QComboBox>(*row, QStringLiteral("exemplarsOf"), tr("Ima&ges"));
    of_->addItem(tr("that teacher and student alone know, and the student does not"));
    of_->addItem(tr("in which the student gives the teacher's wrong answer, and the student alone does not"));
    row->addStretch();
    list_->setObjectName(QStringLiteral("exemplarList"));
    list_->setAccessibleName(tr("Images"));
    list_->setViewMode(QListView::IconMode);
    list_->setIconSize({pictureSide, pictureSide});
    list_->setResizeMode(QListView::Adjust);
    list_->setMovement(QListView::Static);
    list_->setUniformItemSizes(true);
    list_->setWordWrap(true);
    list_->setSpacing(4);
    words_->setObjectName(QStringLiteral("exemplarWords"));
    words_->setWordWrap(true);
    words_->setMargin(6);
    words_->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addLayout(row);
    column->addWidget(words_);
    column->addWidget(list_, 1);
    column->addStretch();
    connect(of_, &QComboBox::currentIndexChanged, this, &ExemplarsTab::draw);
}

ExemplarsTab::~ExemplarsTab() = default;

void ExemplarsTab::showReport(const BiasReport& report) {
    shown_ = &report;
    draw();
}

QString ExemplarsTab::wordsOf(const BiasExemplar& exemplar) const {
    const auto name = [this](int number) { return QString::fromStdString(shown_->classNames[static_cast<size_t>(number)]); };
    QString text = tr("%1, not %2").arg(name(exemplar.label), name(exemplar.student));
    if (exemplar.group >= 0)
        text += QStringLiteral("\n") + QString::fromStdString(shown_->groupNames[static_cast<size_t>(exemplar.group)]);
    return text;
}

void ExemplarsTab::draw() {
    list_->clear();
    if (!shown_) return;
    const BiasExemplars& exemplars = chosen(*shown_, of_->currentIndex());
    const bool comparable = shown_->teacher && shown_->baseline;
    list_->setVisible(!exemplars.shown.empty());
    if (!comparable)
        words_->setText(tr("Such images are found by comparing the student with its teacher and with the same student trained "
                           "alone. %1")
                            .arg(QString::fromStdString(shown_->noTeacher.empty() ? shown_->noBaseline : shown_->noTeacher)));
    else if (exemplars.shown.empty())
        words_->setText(tr("There is no such image."));
    else
        words_->setText(tr("%n image(s) of %1, ", "", static_cast<int>(exemplars.images)).arg(shown_->images) +
                        tr("of which %n are shown: those of most seeds first.", "", static_cast<int>(exemplars.shown.size())));
    PictureQuestion question{.document = shown_->document, .split = shown_->split};
    const QFontMetrics metrics = fontMetrics();
    for (const BiasExemplar& exemplar : exemplars.shown) {
        question.places.push_back(exemplar.image);
        auto* item = new QListWidgetItem(wordsOf(exemplar), list_);
        item->setSizeHint({metrics.averageCharWidth() * 22, pictureSide + metrics.height() * 5});
        const QString text = tr("Image %1: %2. Student: %3, teacher: %4 (%5), student alone: %6; %n seed(s)", "", exemplar.seeds);
        const auto name = [this](int number) { return QString::fromStdString(shown_->classNames[static_cast<size_t>(number)]); };
        item->setToolTip(text.arg(QString::number(exemplar.image), name(exemplar.label), name(exemplar.student),
                                  name(exemplar.teacher), percentText(exemplar.teacherConfidence), name(exemplar.baseline)));
        item->setData(Qt::AccessibleTextRole, item->toolTip());
    }
    if (question.places.empty()) return;
    if (!loader_)
        loader_ = std::make_unique<PictureLoader>([this](PictureLoader::Answer answer) {
            QMetaObject::invokeMethod(
                this, [this, answer = std::move(answer)] { take(answer); }, Qt::QueuedConnection);
        });
    asked_ = loader_->request(std::move(question));
}

void ExemplarsTab::take(const PictureLoader::Answer& answer) {
    if (answer.request != asked_) return;
    answered_ = asked_;
    if (answer.error) {
        QString text = QString::fromUtf8(answer.error->what());
        if (!answer.error->hint().empty()) text += ". " + QString::fromStdString(answer.error->hint());
        words_->setText(words_->text() + ' ' + tr("The images themselves cannot be shown: %1").arg(text));
        return;
    }
    const int side = static_cast<int>(answer.pictures.size);
    for (int i = 0; i < list_->count() && std::cmp_less(i, answer.pictures.rgb.size()); ++i) {
        const auto& pixels = answer.pictures.rgb[static_cast<size_t>(i)];
        const QImage image = QImage(pixels.data(), side, side, side * 3, QImage::Format_RGB888).copy();
        list_->item(i)->setIcon(QPixmap::fromImage(image.scaled(pictureSide, pictureSide, Qt::KeepAspectRatio)));
        if (!answer.pictures.files.empty())
            list_->item(i)->setToolTip(list_->item(i)->toolTip() + QLatin1Char('\n') +
                                       QString::fromStdString(answer.pictures.files[static_cast<size_t>(i)]));
    }
}

}  // namespace gaplab::ui

#include "ui/compare/ask_seed_plan.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace gaplab::ui {
namespace {

QSpinBox* addNumber(QFormLayout& form, const QString& name, const QString& label, int least, int64_t value) {
    auto* box = new QSpinBox;
    box->setObjectName(name);
    box->setAccessibleName(label);
    box->setRange(least, 1000);
    box->setValue(static_cast<int>(value));
    form.addRow(label, box);
    return box;
}

}  // namespace

AskSeedPlan::AskSeedPlan(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("askSeedPlan"));
    setWindowTitle(tr("Add seeds until decided"));
    auto* explanation =
        new QLabel(tr("Seeds of all these trials are trained until each has a verdict. Every further look is a "
                      "chance to err, so each is at its share of the level: few looks can tell smaller "
                      "differences."));
    explanation->setWordWrap(true);
    auto* form = new QFormLayout;
    const SeedPlan usual;
    cap_ = addNumber(*form, QStringLiteral("seedCap"), tr("Seeds a trial at most"), 2, usual.cap);
    looks_ = addNumber(*form, QStringLiteral("seedLooks"), tr("Looks at most"), 1, usual.looks);
    const auto fit = [this] { looks_->setMaximum(cap_->value() - 1); };  // the first look needs two seeds
    connect(cap_, &QSpinBox::valueChanged, this, fit);
    fit();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Add seeds"));
    connect(buttons, &QDialogButtonBox::accepted, this, &AskSeedPlan::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(explanation);
    column->addLayout(form);
    column->addWidget(buttons);
}

void AskSeedPlan::accept() {
    Q_EMIT chosen({cap_->value(), looks_->value()});
    QDialog::accept();
}

}  // namespace gaplab::ui

#pragma once

#include <QCoreApplication>
#include <QPalette>
#include <QTextDocument>

#include "core/run/transfer.h"

namespace gaplab::ui {

/// How related two tasks are, as a person reads it: the sentence first, then tables with what each number says.
class TransferText {
    Q_DECLARE_TR_FUNCTIONS(TransferText)
public:
    TransferText(const TransferReport& report, const QPalette& palette) : report_(report), palette_(palette) {}

    void writeTo(QTextDocument& document) const;
    /// In one sentence, for a screen reader.
    QString summary() const { return QString::fromStdString(report_.conclusion); }

private:
    QString tasks() const;
    QString estimates() const;
    QString nearest() const;
    QString domain() const;
    QString limits() const;

    const TransferReport& report_;
    const QPalette& palette_;
};

}  // namespace gaplab::ui

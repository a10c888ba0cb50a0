#pragma once

#include <QCoreApplication>
#include <QPalette>
#include <QTextDocument>

#include "core/run/audit.h"

namespace gaplab::ui {

/// An audit as a person reads it: sentences first, then tables, then pictures of the pairs.
class AuditReport {
    Q_DECLARE_TR_FUNCTIONS(AuditReport)
public:
    AuditReport(const DataAudit& audit, const QPalette& palette) : audit_(audit), palette_(palette) {}

    /// Fills the document, the pictures as its resources.
    void writeTo(QTextDocument& document) const;
    /// The summary alone, for a screen reader.
    QString summary() const;

private:
    QString findings() const;
    QString counts() const;
    QString cells() const;
    QString statistics() const;
    QString pairs(QTextDocument& document) const;
    QString doubts() const;
    QString card() const;
    QString table(const QStringList& head, const QList<QStringList>& rows, int wordColumns = 1) const;
    QString nameOf(const AuditedImage& image) const;

    const DataAudit& audit_;
    const QPalette& palette_;
};

}  // namespace gaplab::ui

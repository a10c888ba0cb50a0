#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <QVector>

namespace gaplab::ui {

/// The numbers of a plot as a table: one row an x, one column a series.
class PlotTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Column {
        QString name;
        int decimals = 1;
        QVector<QPointF> points;  ///< ascending by x
    };

    using QAbstractTableModel::QAbstractTableModel;
    /// `xNames`: words for the x 0, 1, 2, ...; empty: numbers.
    void setContent(const QString& xTitle, const QVector<Column>& columns, const QStringList& xNames = {});

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString xTitle_;
    QStringList xNames_;
    QVector<double> xs_;
    QVector<Column> columns_;
};

}  // namespace gaplab::ui

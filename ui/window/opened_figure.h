#pragma once

#include <QString>

#include "core/interop/figure_file.h"

namespace gaplab::ui {

/// A figure's file, and what a store has of it.
struct OpenedFigure {
    FigureFile file;  ///< its runs have the ids that they have in the store
    std::vector<FigureCheck> checks;
    std::string problem;  ///< why it cannot be opened; empty: it can

    bool isAnyRunHere() const;
    bool isUnchanged() const;
    /// What has become of its data since.
    QString sentence(const QString& name) const;
};

/// Reads files and points: not on the window's thread. Throws Error (World) as the store does.
OpenedFigure openFigureFile(const Store& store, const std::filesystem::path& path);

}  // namespace gaplab::ui

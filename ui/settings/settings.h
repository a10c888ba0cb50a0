#pragma once

#include <filesystem>

#include <QString>

#include "ui/window/theme.h"

namespace gaplab::ui {

/// What a person chose once for this program; views, colours and drafts live in the store instead, so that a copied store looks
/// the same elsewhere.
struct Preferences {
    Theme theme = Theme::System;
    QString language = QStringLiteral("en");
    int threads = 0;           ///< for experiments that do not say; 0: all cores
    QString store;             ///< empty: defaultStorePath()
    double confidence = 0.95;  ///< level of the intervals in Compare
    double margin = 0.003;     ///< practical margin, a fraction (0.003 is 0.3 points)

    bool operator==(const Preferences&) const = default;

    /// Values that are missing or out of range count as the default.
    static Preferences load();
    void save() const;
    std::filesystem::path storePath() const;
};

std::filesystem::path defaultStorePath();

}  // namespace gaplab::ui

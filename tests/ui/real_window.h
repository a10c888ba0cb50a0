#pragma once

#include <filesystem>
#include <memory>

#include <QCoreApplication>
#include <QSettings>
#include <QTemporaryDir>

#include "ui/window/main_window.h"

namespace gaplab::ui {

/// The window with the real worker behind it, its store and settings in a folder of their own.
class RealWindow {
protected:
    void openWindow() {
        QCoreApplication::setOrganizationName("GapLabTest");
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.path());
        window_ = std::make_unique<MainWindow>(path_, false);
        window_->resize(1280, 800);
        window_->show();
    }

    QTemporaryDir folder_;
    std::filesystem::path path_ = folder_.filePath("runs.db").toStdString();
    std::unique_ptr<MainWindow> window_;
};

}  // namespace gaplab::ui

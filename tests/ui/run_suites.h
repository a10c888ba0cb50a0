#pragma once

#include <initializer_list>

#include <QApplication>
#include <QLocale>
#include <QSettings>
#include <QTemporaryDir>

#include "ui/window/theme.h"

namespace gaplab::ui {

/// The main function of a group of window tests: runs each suite with the program's arguments and returns the number of failures.
/// Nothing of the person who runs the tests is read or written.
inline int runSuites(int argc, char** argv, const char* group, std::initializer_list<int (*)(const QStringList&)> suites) {
    const QTemporaryDir home;
    for (const char* place : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
        qputenv(place, home.path().toLocal8Bit());
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("GapLabTest");
    QCoreApplication::setApplicationName(group);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home.path());
    QLocale::setDefault(QLocale::c());
    applyTheme(Theme::Light);
    int failures = 0;
    for (const auto suite : suites)
        failures += suite(application.arguments());
    return failures;
}

}  // namespace gaplab::ui

#include <QApplication>

#include "tests/ui/frame_tests.h"
#include "ui/window/theme.h"

int main(int argc, char** argv) {
    // Nothing of the person who runs the tests is read or written.
    const QTemporaryDir home;
    for (const char* place : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
        qputenv(place, home.path().toLocal8Bit());
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName("GapLabTest");
    QCoreApplication::setApplicationName("frame");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, home.path());
    QLocale::setDefault(QLocale::c());
    gaplab::ui::applyTheme(gaplab::ui::Theme::Light);
    const QStringList arguments = application.arguments();
    int failures = 0;
    for (const auto tests :
         {gaplab::ui::testForms, gaplab::ui::testDraft, gaplab::ui::testSetup, gaplab::ui::testFeed, gaplab::ui::testWindow})
        failures += tests(arguments);
    return failures;
}

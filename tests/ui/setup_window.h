#pragma once

#include <filesystem>
#include <vector>

#include <QTemporaryDir>
#include <QtTest>

#include "core/store/store.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/setup_page.h"
#include "ui/window/main_window.h"

namespace gaplab::ui {

/// The real window on its Set-up page, over a store of its own.
struct SetupWindow {
    QTemporaryDir folder;
    std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "runs.db";
    MainWindow window{path, false};
    SetupPage* page = qobject_cast<SetupPage*>(window.page("setup"));

    explicit SetupWindow(const Json& document) {
        window.resize(1280, 800);
        window.show();
        window.activateWindow();
        if (!QTest::qWaitForWindowActive(&window)) qFatal("The window does not become active.");
        page->showDocument(document);
    }

    template <typename Widget = QWidget>
    Widget* find(const QString& name) {
        auto* widget = window.findChild<Widget*>(name);
        if (!widget) qFatal("There is no %s.", qPrintable(name));
        return widget;
    }
    Field* field(const QString& place) {
        for (Field* candidate : page->findChildren<Field*>())
            if (candidate->path() == place) return candidate;
        qFatal("There is no field %s.", qPrintable(place));
    }
    std::vector<RunRow> runs() { return Store(path, Store::Mode::Read).runs(); }
};

}  // namespace gaplab::ui

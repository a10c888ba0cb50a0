#pragma once

#include "ui/window/main_window.h"

namespace gaplab::ui {

/// One store with everything that works on it; the pages hold references into it.
struct MainWindow::OpenedStore {
    explicit OpenedStore(const std::filesystem::path& path) : workbench(path), reader(path), pump(workbench.feed()) {}

    Workbench workbench;
    StoreReader reader;
    FeedPump pump;
    Session session{workbench, reader, pump};
};

}  // namespace gaplab::ui

#pragma once

#include <filesystem>
#include <sched.h>
#include <sys/mount.h>

#include <QFile>
#include <QTest>

namespace gaplab::test {

/// A file system of its own in a folder, gone with this process; `ready` tells whether the machine allows it.
class SmallDisk {
public:
    SmallDisk(const std::filesystem::path& folder, const char* options) : folder_(folder) {
        std::filesystem::create_directories(folder);
        // a mount namespace of our own: nothing else on the machine sees these mounts
        static const bool apart = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        ready_ = apart && mount("tmpfs", folder.c_str(), "tmpfs", 0, options) == 0;
    }
    ~SmallDisk() {
        if (ready_) umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool ready() const { return ready_; }
    bool makeReadOnly() const { return mount("none", folder_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0; }

private:
    std::filesystem::path folder_;
    bool ready_ = false;
};

/// Until the process of the test, or something in it, writes no more.
inline void fill(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    const QByteArray block(4096, 'x');
    while (file.write(block) == block.size()) {
    }
}

}  // namespace gaplab::test

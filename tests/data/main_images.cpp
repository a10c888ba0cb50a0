int runArchiveTests(int argc, char** argv);
int runDecodeTests(int argc, char** argv);
int runDownloadTests(int argc, char** argv);
int runFolderScanTests(int argc, char** argv);
int runParallelTests(int argc, char** argv);
int runResizeTests(int argc, char** argv);
int runSplitTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runArchiveTests(argc, argv) + runDecodeTests(argc, argv) + runDownloadTests(argc, argv) +
           runFolderScanTests(argc, argv) + runParallelTests(argc, argv) + runResizeTests(argc, argv) + runSplitTests(argc, argv);
}

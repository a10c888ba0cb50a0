int runBatchTests(int argc, char** argv);
int runBinarySourceTests(int argc, char** argv);
int runDatasetTests(int argc, char** argv);
int runFolderSourceTests(int argc, char** argv);
int runImageCacheTests(int argc, char** argv);
int runShapesTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runBatchTests(argc, argv) + runBinarySourceTests(argc, argv) + runDatasetTests(argc, argv) +
           runFolderSourceTests(argc, argv) + runImageCacheTests(argc, argv) + runShapesTests(argc, argv);
}

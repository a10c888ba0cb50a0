int runNearDuplicateTests(int argc, char** argv);
int runImageStatisticTests(int argc, char** argv);
int runDataCardTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runNearDuplicateTests(argc, argv) + runImageStatisticTests(argc, argv) + runDataCardTests(argc, argv);
}

int runGapTests(int argc, char** argv);
int runControllerTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runGapTests(argc, argv) + runControllerTests(argc, argv);
}

int runBiasTests(int argc, char** argv);
int runBiasFileTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runBiasTests(argc, argv) + runBiasFileTests(argc, argv);
}

int runCatalogueTests(int argc, char** argv);
int runErrorTests(int argc, char** argv);
int runFileTests(int argc, char** argv);
int runLogLineTests(int argc, char** argv);
int runNameTests(int argc, char** argv);
int runRandomTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runCatalogueTests(argc, argv) + runErrorTests(argc, argv) + runFileTests(argc, argv) + runNameTests(argc, argv) +
           runRandomTests(argc, argv) + runLogLineTests(argc, argv);
}

int runImpactTests(int argc, char** argv);
int runIntervalTests(int argc, char** argv);
int runMovementTests(int argc, char** argv);
int runPropagationTests(int argc, char** argv);
int runAssociationTests(int argc, char** argv);
int runGroupMeanTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runImpactTests(argc, argv) + runIntervalTests(argc, argv) + runMovementTests(argc, argv) +
           runPropagationTests(argc, argv) + runAssociationTests(argc, argv) + runGroupMeanTests(argc, argv);
}

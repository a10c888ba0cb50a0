int runCanonicalTests(int argc, char** argv);
int runJsonTests(int argc, char** argv);
int runParseTests(int argc, char** argv);
int runPlanTests(int argc, char** argv);
int runPropertyTests(int argc, char** argv);
int runSweepTests(int argc, char** argv);
int runValidationTests(int argc, char** argv);
int runVocabularyTests(int argc, char** argv);
int runWarningTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runJsonTests(argc, argv) + runValidationTests(argc, argv) + runParseTests(argc, argv) + runCanonicalTests(argc, argv) +
           runPlanTests(argc, argv) + runSweepTests(argc, argv) + runVocabularyTests(argc, argv) + runWarningTests(argc, argv) +
           runPropertyTests(argc, argv);
}

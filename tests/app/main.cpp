int runAnswerTests(int argc, char** argv);
int runInputTests(int argc, char** argv);

int main(int argc, char** argv) {
    return runAnswerTests(argc, argv) + runInputTests(argc, argv);
}

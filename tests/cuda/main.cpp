#include <cstring>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

int runDocumentTests(int argc, char** argv);
int runNetworkTests(int argc, char** argv);
int runLossTests(int argc, char** argv);
int runBatchTests(int argc, char** argv);
int runTrainingTests(int argc, char** argv);
int runCapturedTests(int argc, char** argv);

namespace {

struct Suite {
    const char* name;
    int (*run)(int, char**);
};

constexpr Suite suites[] = {{"documents", runDocumentTests}, {"networks", runNetworkTests},  {"losses", runLossTests},
                            {"batches", runBatchTests},      {"training", runTrainingTests}, {"captured", runCapturedTests}};

}  // namespace

/// tst_cuda [SUITE] [what Qt Test takes]: a suite in a process of its own is not hurt by what another one breaks on the GPU.
int main(int argc, char** argv) {
    at::set_num_threads(2);
    at::globalContext().setAllowTF32CuDNN(false);  // float32 is to be float32 where it is compared
    at::globalContext().setAllowTF32CuBLAS(false);
    int failed = 0;
    for (const Suite& suite : suites)
        if (argc > 1 && std::strcmp(argv[1], suite.name) == 0) {
            argv[1] = argv[0];
            return suite.run(argc - 1, argv + 1);
        }
    for (const Suite& suite : suites)
        failed += suite.run(argc, argv);
    return failed;
}

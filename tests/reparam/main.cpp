#include <ATen/Parallel.h>

int runExactnessTests(int argc, char** argv);
int runBranchTests(int argc, char** argv);
int runDynamicsTests(int argc, char** argv);
int runScaledTests(int argc, char** argv);
int runWideningTests(int argc, char** argv);
int runFusedMergeTests(int argc, char** argv);

int main(int argc, char** argv) {
    at::set_num_threads(1);  // the networks are tiny, and other tests run at the same time
    return runExactnessTests(argc, argv) + runBranchTests(argc, argv) + runDynamicsTests(argc, argv) +
           runScaledTests(argc, argv) + runWideningTests(argc, argv) + runFusedMergeTests(argc, argv);
}

#include <cstdlib>

#include <ATen/Parallel.h>
#include <torch/types.h>

int runArchitectureTests(int argc, char** argv);
int runForwardTests(int argc, char** argv);
int runLayerTests(int argc, char** argv);
int runStateTests(int argc, char** argv);
int runTensorFileTests(int argc, char** argv);
int runHostileFileTests(int argc, char** argv);

int main(int argc, char** argv) {
    at::set_num_threads(1);                                    // the networks are tiny, and other tests run at the same time
    setenv("RC_PARAMS", "max_success=1000", /*overwrite=*/0);  // read once, at the first property
    return runArchitectureTests(argc, argv) + runForwardTests(argc, argv) + runLayerTests(argc, argv) +
           runStateTests(argc, argv) + runTensorFileTests(argc, argv) + runHostileFileTests(argc, argv);
}

#include <ATen/Parallel.h>
#include <torch/types.h>

int runRegistryTests(int argc, char** argv);
int runInvariantTests(int argc, char** argv);
int runExtremesTests(int argc, char** argv);
int runClosedFormTests(int argc, char** argv);
int runLogitTests(int argc, char** argv);
int runCurriculumTests(int argc, char** argv);
int runReviewTests(int argc, char** argv);
int runTallyTests(int argc, char** argv);

int main(int argc, char** argv) {
    at::set_num_threads(1);  // the batches are tiny, and other tests run at the same time
    return runRegistryTests(argc, argv) + runInvariantTests(argc, argv) + runExtremesTests(argc, argv) +
           runClosedFormTests(argc, argv) + runLogitTests(argc, argv) + runCurriculumTests(argc, argv) +
           runReviewTests(argc, argv) + runTallyTests(argc, argv);
}

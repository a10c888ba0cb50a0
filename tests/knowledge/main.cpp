#include <ATen/Parallel.h>
#include <torch/types.h>

int runInvariantTests(int argc, char** argv);
int runKnowledgeTests(int argc, char** argv);

int main(int argc, char** argv) {
    at::set_num_threads(1);  // the batches are tiny, and other tests run at the same time
    return runInvariantTests(argc, argv) + runKnowledgeTests(argc, argv);
}

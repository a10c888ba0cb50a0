#include "tests/ui/frame_tests.h"
#include "tests/ui/run_suites.h"

using namespace gaplab::ui;

int main(int argc, char** argv) {
    return runSuites(argc, argv, "frame",
                     {testForms, testDraft, testSetup, testGapShape, testGapTarget, testPastGaps, testFeed, testChain, testSweep,
                      testTransferSetup, testAudit, testTransfer, testDocks, testWindow});
}

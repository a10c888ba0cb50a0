#pragma once

int testRecords(int argc, char** argv);
int testRuns(int argc, char** argv);
int testSeries(int argc, char** argv);
int testChunks(int argc, char** argv);
int testQuery(int argc, char** argv);
int testOpening(int argc, char** argv);
int testFaults(int argc, char** argv);
int testFullDisk(int argc, char** argv);
int testWholeRun(int argc, char** argv);

/// The other process of the kill test: makes a run in the store and appends to it for ever.
int appendUntilKilled(const char* store);
/// The other process of the lock test.
int openAndClose(const char* store);

#pragma once

int testFormats(int argc, char** argv);
int testHostileFiles(int argc, char** argv);
int testImport(int argc, char** argv);
int testFigureFile(int argc, char** argv);

/// The other process of the kill test: takes over many runs at once, again and again, and says so after each time.
int importUntilKilled(const char* store);

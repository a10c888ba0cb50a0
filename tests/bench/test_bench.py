#!/usr/bin/env python3
"""Test of bench.py with a program that answers as Google Benchmark does."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
import bench

# Gives each benchmark the next of its results in fake.json: milliseconds, "crash" or "error".
FAKE = f"""#!{sys.executable} -IS
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
results = json.loads((here / "fake.json").read_text())
if "--benchmark_list_tests" in sys.argv:
    print(*(name + "/iterations:1/manual_time" for name in results), sep="\\n")
    sys.exit()
name = sys.argv[1].removeprefix("--benchmark_filter=^").removesuffix("$")
assert sys.argv[2] == "--benchmark_format=json"
with (here / "calls").open("a") as calls:
    print(name, file=calls)
result = results[name].pop(0)
(here / "fake.json").write_text(json.dumps(results))
if result == "crash":
    print("it went wrong", file=sys.stderr, flush=True)
    os.abort()
told = {{"name": name, "run_name": name, "iterations": 1, "threads": 1, "cpu_time": 7}}
if result == "error":
    told |= {{"error_occurred": True, "error_message": "points are missing"}}
else:
    told |= {{"real_time": result * 1000, "time_unit": "us", "images_per_second": 1000 / result}}
print(json.dumps({{"context": {{}}, "benchmarks": [told]}}))
"""

REFERENCE = """import sys
assert sys.argv[1:] == ["--net", "resnet20", "--kind", "gpd", "--precision", "float32", "--steps", "5"], sys.argv
print('{"median_ms": 8.0, "peak_rss_mb": 1}')
"""

STEP = "step/resnet20/float32"


class BenchTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        program = self.folder / "bench_fake"
        program.write_text(FAKE)
        program.chmod(0o755)

    def call(self, *arguments):
        """Exit code, standard output and standard error of bench.py."""
        said, errors = io.StringIO(), io.StringIO()
        argv, sys.argv = sys.argv, ["bench.py", *map(str, arguments)]
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
                code = bench.main()
        except SystemExit as end:  # argparse's, for what it refuses
            code = end.code
        finally:
            sys.argv = argv
        return code, said.getvalue(), errors.getvalue()

    def run_fake(self, results, *arguments):
        (self.folder / "fake.json").write_text(json.dumps(results))
        code, said, errors = self.call("run", self.folder, "--json", self.folder / "out.json", *arguments)
        return code, said, errors, json.loads((self.folder / "out.json").read_text())

    def calls(self):
        return (self.folder / "calls").read_text().split()

    def test_medians_and_ratios(self):
        (self.folder / "reference.py").write_text(REFERENCE)
        results = {f"{STEP}/student": [2, 9, 1], f"{STEP}/double": [3, 4, 2], f"{STEP}/gpd": [10, 6, 5], "store/other": [1, 1, 1]}
        code, said, errors, out = self.run_fake(results, "--rounds", 3, "--only", "gpd|double|reference",
                                                "--reference", self.folder / "reference.py")
        self.assertEqual(code, 0, errors)
        benchmarks = out["benchmarks"]
        self.assertEqual({name: (b["values"], b["median"], b["unit"]) for name, b in benchmarks.items()}, {
            f"{STEP}/student": ([2, 9, 1], 2, "ms"), f"{STEP}/double": ([3, 4, 2], 3, "ms"), f"{STEP}/gpd": ([10, 6, 5], 6, "ms"),
            f"{STEP}/reference": ([8, 8, 8], 8, "ms")})  # the yardstick is there though nobody asked for it
        self.assertEqual(self.calls(), [f"{STEP}/{side}" for side in ("student", "double", "gpd")] * 3)
        self.assertAlmostEqual(benchmarks[f"{STEP}/gpd"]["counters"]["images_per_second"], 1000 / 6)
        self.assertEqual(list(benchmarks[f"{STEP}/gpd"]["counters"]), ["images_per_second"])
        self.assertGreater(benchmarks[f"{STEP}/gpd"]["peak_mb"], 1)
        self.assertEqual(out["ratios"], {f"{STEP}/gpd against {STEP}/student + {STEP}/double": 1.2, f"{STEP}/gpd against {STEP}/reference": 0.75})
        self.assertIn(f"1.200  {STEP}/gpd against {STEP}/student + {STEP}/double\n", said)
        self.assertRegex(said, rf"{STEP}/gpd +6 +3 .*images_per_second 167\n")  # milliseconds, yardsticks
        self.assertEqual((out["rounds"], out["failed"]), (3, {}))

    def test_failures_are_told_and_the_others_go_on(self):
        (self.folder / "bench_gone").write_text("#!/bin/sh\nexit 3\n")
        (self.folder / "bench_gone").chmod(0o755)
        results = {"a": [1, 1], "b": [5, "crash"], "c": ["error"], "d": [4, 6]}
        code, said, errors, out = self.run_fake(results, "--rounds", 2)
        self.assertEqual(code, 1)
        self.assertEqual(list(out["benchmarks"]), ["a", "d"])
        self.assertEqual(out["benchmarks"]["d"]["median"], 5)
        self.assertEqual(out["failed"], {"b": "signal 6: it went wrong", "c": "points are missing",
                                         "bench_gone": "cannot list its benchmarks: exit code 3"})
        self.assertEqual(self.calls(), ["a", "b", "c", "d", "a", "b", "d"])
        self.assertIn("b failed: signal 6: it went wrong\n", errors)
        self.assertNotIn("\nb ", said)

    def test_nothing_found(self):
        code, _, errors, _ = self.run_fake({"a": [1]}, "--only", "^b")
        self.assertEqual(code, 1)
        self.assertIn('no benchmark', errors)

    def test_bad_input_is_told_without_a_traceback(self):
        wrong = self.folder / "wrong.json"
        wrong.write_text("[1")
        for arguments in (("compare", wrong, wrong), ("compare", self.folder / "none", wrong), ("run", self.folder, "--only", "(")):
            code, _, errors = self.call(*arguments)
            self.assertEqual(code, 2)
            self.assertNotIn("Traceback", errors)

    def test_verdicts(self):
        files = []
        for number, values in enumerate(({"up": [1, 2], "down": [5, 6], "same": [1, 3], "once": [1], "old": [1]},
                                         {"up": [3, 4], "down": [1, 2], "same": [2, 4], "once": [2], "new": [1]})):
            benchmarks = {name: {"values": v, "median": sum(v) / len(v), "peak_mb": 10} for name, v in values.items()}
            files.append(self.folder / f"{number}.json")
            files[-1].write_text(json.dumps({"machine": {"cpu": "a CPU", "cores": 2}, "date": "today", "commit": "", "rounds": 2,
                                             "benchmarks": benchmarks}))
        code, said, _ = self.call("compare", *files)
        self.assertEqual(code, 0)
        for line in (r"up .* 2\.333  slower ", r"down .* 0\.273  faster ", r"same .* 1\.500  within noise ",
                     r"once .* 2\.000  one round tells nothing", r"In one file only: new, old\n"):
            self.assertRegex(said, line)


if __name__ == "__main__":
    unittest.main()

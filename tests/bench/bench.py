#!/usr/bin/env python3
"""Runs the benchmarks of ./dev bench in rounds, each in a process of its own, and compares.

  bench.py run BIN_FOLDER [--only REGEX] [--rounds N] [--json FILE] [--reference GPD_STEP.py]
  bench.py compare BEFORE.json AFTER.json

A round runs every benchmark once, so that the sides of a comparison take turns: A B A B. Beside the median of each stands the most memory its
process had, and how many yardsticks it takes: plain steps of resnet20 in float32 on the same machine, which is always measured too.

GPD_STEP.py is a program that does the step step/NET/PRECISION/gpd in another way, such as PyTorch, as one more side: it takes --net, --kind,
--precision and --steps and prints a JSON line with median_ms. It is run by the Python that runs this.

"compare" tells the ratio of the medians of two files; 0.9 means that the second takes a tenth less. Where the rounds of the two overlap, the
difference is within noise. The exit code is 1 where a benchmark failed; the others are measured all the same.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

YARDSTICK = "step/resnet20/float32/student"
TIMING = "/iterations:1/manual_time"  # what Google Benchmark appends to names
MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}
NO_COUNTERS = {"family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads", "iterations", "real_time", "cpu_time"}
NO_BENCHMARKS = {"bench_peers"}  # of peers.py

REFERENCE_STEPS = {"resnet20": 5, "resnet18": 3}

# One side (a regular expression), and the other: the sum of what is named.
COMPARISONS = [
    (r"step/(\w+)/(\w+)/gpd", [r"step/\1/\2/student", r"step/\1/\2/double"]),
    (r"step/(\w+)/(\w+)/gpd", [r"step/\1/\2/gpd_merged_by_LibTorch"]),
    (r"step/(\w+)/(\w+)/gpd", [r"step/\1/\2/reference"]),
    (r"step/(\w+)/(\w+)/(student|gpd)", [r"program/\1/\2/\3"]),
    (r"curves/(noisy/)?ours", [r"curves/\1QCPGraph"]),
    (r"curves/ours", ["curves/QCPGraph_not_smooth"]),
    (r"data/folder/from_cache", ["data/folder/first_load"]),
]


# As GapLab's programs do (app/waiting_threads.cpp); of the reference too, so that a busy machine is unfair to neither.
ENVIRONMENT = {"GOMP_SPINCOUNT": "3000", **os.environ}


class Failed(Exception):
    pass


def run_process(command):
    """What it printed, and the most memory it had, in MB (not less than this Python has, about 15). Raises Failed."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=ENVIRONMENT)
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == 0:
            return output, usage.ru_maxrss / 1024
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
        ending = f"signal {-process.returncode}" if process.returncode < 0 else f"exit code {process.returncode}"
        raise Failed(f"{ending}{': ' + said[-1] if said else ''}")


def run_benchmark(program, name):
    output, peak = run_process([program, f"--benchmark_filter=^{name}$", "--benchmark_format=json"])
    try:
        (result,) = json.loads(output)["benchmarks"]
    except (ValueError, KeyError) as error:
        raise Failed(f"this is no result of one benchmark: {output[:200]!r}") from error
    if result.get("error_occurred"):
        raise Failed(result["error_message"])
    counters = {key: value for key, value in result.items() if isinstance(value, (int, float)) and key not in NO_COUNTERS | {"error_occurred"}}
    return {"ms": result["real_time"] * MILLISECONDS[result["time_unit"]], "peak_mb": peak, "counters": counters}


def run_reference(program, net, precision):
    output, peak = run_process([sys.executable, program, "--net", net, "--kind", "gpd", "--precision", precision,
                                "--steps", str(REFERENCE_STEPS[net])])
    return {"ms": json.loads(output)["median_ms"], "peak_mb": peak, "counters": {}}


def find_benchmarks(options, failed):
    """{name: a call that measures it}, in the order in which they are run."""
    found = {}
    for program in sorted(pathlib.Path(options.folder).glob("bench_*")):
        if program.name in NO_BENCHMARKS:
            continue
        try:
            names = run_process([program, "--benchmark_list_tests"])[0].split()
        except (Failed, OSError) as error:
            failed[program.name] = f"cannot list its benchmarks: {error}"
            continue
        for name in (listed.removesuffix(TIMING) for listed in names):
            found[name] = lambda program=program, name=name: run_benchmark(program, name)
            step = re.fullmatch(r"step/(\w+)/(\w+)/gpd", name)
            if step and options.reference:
                found[f"step/{step[1]}/{step[2]}/reference"] = lambda step=step: run_reference(options.reference, step[1], step[2])
    return {name: call for name, call in found.items() if name == YARDSTICK or re.search(options.only, name)}


def measure(benchmarks, rounds, failed):
    """{name: the results of its rounds}; what fails is told, and left out from then on."""
    results = {name: [] for name in benchmarks}
    for number in range(1, rounds + 1):
        for name, call in benchmarks.items():
            if name in failed:
                continue
            print(f"round {number} of {rounds}: {name}", file=sys.stderr, flush=True)
            try:
                results[name].append(call())
            except (Failed, OSError, ValueError, KeyError) as error:
                failed[name] = str(error)
    return {name: values for name, values in results.items() if name not in failed}


def summary(rounds):
    times = [result["ms"] for result in rounds]
    counters = {key: statistics.median(result["counters"][key] for result in rounds) for key in rounds[0]["counters"]}
    return {"values": times, "median": statistics.median(times), "unit": "ms", "counters": counters,
            "peak_mb": round(max(result["peak_mb"] for result in rounds))}


def machine():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor()
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "system": platform.platform()}


def commit():
    here = pathlib.Path(__file__).parent
    told = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=here, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def short(number):
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def print_medians(benchmarks):
    yardstick = benchmarks.get(YARDSTICK, {}).get("median")
    width = max(map(len, benchmarks), default=0)
    print(f"{'':{width}} {'median ms':>11} {'yardsticks':>10} {'peak MB':>8}")
    for name, result in benchmarks.items():
        told = short(result["median"] / yardstick) if yardstick else "-"
        counters = ", ".join(f"{key} {short(value)}" for key, value in result["counters"].items())
        print(f"{name:{width}} {short(result['median']):>11} {told:>10} {result['peak_mb']:>8,}  {counters}".rstrip())
    if yardstick:
        print(f"The yardstick, {YARDSTICK}, is {short(yardstick)} ms on this machine.")


def comparisons(benchmarks):
    """(what is compared, the ratio of medians, that of memory or None)"""
    for pattern, others in COMPARISONS:
        for name, result in benchmarks.items():
            match = re.fullmatch(pattern, name)
            sides = [benchmarks.get(match.expand(other)) for other in others] if match else [None]
            if None in sides:
                continue
            against = " + ".join(match.expand(other) for other in others)
            memory = result["peak_mb"] / sides[0]["peak_mb"] if len(sides) == 1 else None
            yield f"{name} against {against}", result["median"] / sum(side["median"] for side in sides), memory


def run(options):
    failed = {}
    found = find_benchmarks(options, failed)
    benchmarks = {name: summary(rounds) for name, rounds in measure(found, options.rounds, failed).items()}
    print_medians(benchmarks)
    ratios = list(comparisons(benchmarks))
    for what, ratio, memory in ratios:
        print(f"{ratio:.3f}  {what}" + (f"  (memory {memory:.2f})" if memory else ""))
    if options.json:
        document = {"machine": machine(), "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "commit": commit(),
                    "rounds": options.rounds, "benchmarks": benchmarks, "ratios": {what: ratio for what, ratio, _ in ratios}, "failed": failed}
        pathlib.Path(options.json).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for name, reason in failed.items():
        print(f"{name} failed: {reason}", file=sys.stderr)
    if not found and not failed:
        print(f"There is no benchmark in {options.folder} with \"{options.only.pattern}\" in its name.", file=sys.stderr)
    return 1 if failed or not found else 0


def verdict(before, after):
    if min(len(before), len(after)) < 2:
        return "one round tells nothing of noise"
    if min(after) > max(before):
        return "slower"
    return "faster" if max(after) < min(before) else "within noise"


def compare(options):
    before, after = (json.loads(pathlib.Path(path).read_text(encoding="utf-8")) for path in (options.before, options.after))
    for side, document in (("before", before), ("after", after)):
        print(f"{side:7} {document['date']}, {document['commit'] or 'no commit'}, {document['rounds']} rounds, "
              f"{document['machine']['cores']} cores of {document['machine']['cpu']}")
    common = [name for name in after["benchmarks"] if name in before["benchmarks"]]
    width = max(map(len, common), default=0)
    for name in common:
        old, new = before["benchmarks"][name], after["benchmarks"][name]
        print(f"{name:{width}} {short(old['median']):>9} -> {short(new['median']):>9} ms {new['median'] / old['median']:7.3f}  "
              f"{verdict(old['values'], new['values']):12}  {old['peak_mb']:,} -> {new['peak_mb']:,} MB")
    alone = sorted(set(before["benchmarks"]) ^ set(after["benchmarks"]))
    if alone:
        print(f"In one file only: {', '.join(alone)}")
    return 0


def regex(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError from error


def positive(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("run")
    one.add_argument("folder")
    one.add_argument("--only", type=regex, default="", metavar="REGEX")
    one.add_argument("--rounds", type=positive, default=3)
    one.add_argument("--json", metavar="FILE")
    one.add_argument("--reference", metavar="GPD_STEP.py")
    one.set_defaults(work=run)
    two = commands.add_parser("compare")
    two.add_argument("before")
    two.add_argument("after")
    two.set_defaults(work=compare)
    options = parser.parse_args()
    try:
        return options.work(options)
    except (OSError, ValueError, KeyError) as error:  # a file that is not there, or holds no results
        parser.error(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    sys.exit(main())

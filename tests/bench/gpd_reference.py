#!/usr/bin/env python3
"""Steps of bench_gpd_step and of a reference program in PyTorch, alternated, each in a process of its own: medians and ratios.

  gpd_reference.py run BENCH REFERENCE.py [--rounds N] [--net resnet20|resnet18].. [--json FILE]
  gpd_reference.py compare BEFORE.json AFTER.json

REFERENCE.py takes --net, --kind, --precision and --steps and prints a JSON line with median_ms and peak_rss_mb; the Python that runs
this must have its torch. "compare" prints the ratio of the medians of two files; 0.9 means that the second takes a tenth less.
"""
import argparse
import collections
import json
import platform
import statistics
import subprocess
import sys

SHAPES = {"resnet20": (32, 128, 5), "resnet18": (64, 32, 3)}  # image size, batch, steps
KINDS = ("student", "double", "gpd")


def own_step(bench, net, kind, precision):
    size, batch, steps = SHAPES[net]
    # In a process between, whose only child is the bench: its peak is that of the bench.
    code = ("import resource,subprocess,sys; o=subprocess.run(sys.argv[1:],capture_output=True,text=True,check=True).stdout;"
            "print(o.split()[0], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)")
    command = [sys.executable, "-c", code, bench, "--one", net, kind, precision, str(size), str(batch), str(steps)]
    time, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(time), int(peak)


def reference_step(program, net, precision):
    command = [sys.executable, program, "--net", net, "--kind", "gpd", "--precision", precision, "--steps", str(SHAPES[net][2])]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return result["median_ms"], result["peak_rss_mb"]


def run(options):
    results = []
    for net in options.net or list(SHAPES):
        for precision in ("float32", "bfloat16"):
            times, peaks = collections.defaultdict(list), collections.defaultdict(int)
            for _ in range(options.rounds):
                for side in (*KINDS, "reference"):
                    time, peak = (reference_step(options.reference, net, precision) if side == "reference"
                                  else own_step(options.bench, net, side, precision))
                    times[side].append(time)
                    peaks[side] = max(peaks[side], peak)
            for side, values in times.items():
                results.append({"net": net, "precision": precision, "side": side, "median_ms": round(statistics.median(values), 1),
                                "ms": values, "peak_mb": peaks[side]})
            middle = {side: statistics.median(values) for side, values in times.items()}
            print(f"{net} {precision}: student {middle['student']:.1f} ms, double width {middle['double']:.1f}, gpd {middle['gpd']:.1f}, "
                  f"reference {middle['reference']:.1f}; gpd / (student + double) {middle['gpd'] / (middle['student'] + middle['double']):.3f}, "
                  f"gpd / reference {middle['gpd'] / middle['reference']:.3f}; peak memory of the process {peaks['gpd']} MB, "
                  f"{peaks['gpd'] / peaks['reference']:.2f} of the reference's", flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"machine": platform.node(), "rounds": options.rounds, "results": results}, file, indent=1)


def compare(options):
    with open(options.before, encoding="utf-8") as file:
        before = {(r["net"], r["precision"], r["side"]): r for r in json.load(file)["results"]}
    with open(options.after, encoding="utf-8") as file:
        after = json.load(file)["results"]
    for result in after:
        old = before.get((result["net"], result["precision"], result["side"]))
        if old:
            print(f"{result['net']:9} {result['precision']:9} {result['side']:10} {old['median_ms']:9.1f} -> {result['median_ms']:9.1f} ms "
                  f"{result['median_ms'] / old['median_ms']:6.3f}   {old['peak_mb']:6} -> {result['peak_mb']:6} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("run")
    one.add_argument("bench")
    one.add_argument("reference")
    one.add_argument("--rounds", type=int, default=5)
    one.add_argument("--net", action="append", choices=list(SHAPES))
    one.add_argument("--json")
    one.set_defaults(work=run)
    two = commands.add_parser("compare")
    two.add_argument("before")
    two.add_argument("after")
    two.set_defaults(work=compare)
    options = parser.parse_args()
    options.work(options)


if __name__ == "__main__":
    main()

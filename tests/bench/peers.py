"""GapLab's store beside MLflow, TensorBoard and Aim: the same runs in each, their bytes on the disk, and what it takes until a fresh
process has the curve of one metric of every run as arrays, by each tool's own public interface.

    peers.py BENCH_PEERS GAPLAB_CLI [--aim PYTHON] [--runs 200] [--steps 1000] [--folder FOLDER] [--only TOOL..]

BENCH_PEERS and GAPLAB_CLI are the built programs; PYTHON is one that has the package "aim". MLflow and TensorBoard are fetched from PyPI as
for the tests. MLflow logs the first run by itself; the others get rows (lines) of the same form, since it takes half a second for a thousand
values, and are counted through its own interface. Aim 3.29 only finds the values of runs that have ended after "aim storage reindex".
Seconds are those of the processor (user and system, all threads), so that other work on the machine counts little, and, last, those of the
clock; the median of three processes, with the files in the cache of the system.
"""

import argparse
import json
import logging
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))
from environment import run_inside

SERIES = [f"student/train/measure{i}" for i in range(10)]
CHART = SERIES[3]
START = 1_700_000_000_000  # milliseconds


def points(run, series, steps):
    """(step, milliseconds, value): a curve that falls, with noise in every digit."""
    noise = random.Random(run * 1000 + series)
    return [(step, START + 400 * step, 1 / (1 + 0.01 * step) + 0.05 * noise.random()) for step in range(steps)]


def name_of(run):
    return f"run {run}"


# --- what makes the files of each tool


def make_gaplab(folder, options):
    table = folder / "runs.csv"
    with table.open("w") as file:
        file.write("run,metric,step,wall,value\n")
        for run in range(options.runs):
            for index, series in enumerate(SERIES):
                file.writelines(f"{name_of(run)},{series},{s},{ms / 1000!r},{v!r}\n" for s, ms, v in points(run, index, options.steps))
    begin = time.monotonic()
    subprocess.run([options.cli, "import", str(table), "--store", str(folder / "runs.db")], check=True, stdout=subprocess.DEVNULL)
    print(f"  gaplab-cli import of the table: {time.monotonic() - begin:.1f} s")
    table.unlink()


def log_by_mlflow(client, experiment, run, options):
    """The run with its id; only the first one has its values from MLflow itself."""
    from mlflow.entities import Metric

    made = client.create_run(experiment, run_name=name_of(run)).info
    if run == 0:
        for index, series in enumerate(SERIES):
            rows = points(run, index, options.steps)
            for first in range(0, len(rows), 1000):
                client.log_batch(made.run_id, metrics=[Metric(series, v, ms, s) for s, ms, v in rows[first : first + 1000]])
    return made


def make_mlflow_sqlite(folder, options):
    import sqlite3

    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.create_experiment("peers")
    ids = [log_by_mlflow(client, experiment, run, options).run_id for run in range(options.runs)]
    for run, uuid in enumerate(ids[1:], 1):
        with sqlite3.connect(folder / "mlflow.db") as database:
            for index, series in enumerate(SERIES):
                rows = points(run, index, options.steps)
                insert = "INSERT INTO {}(key, value, timestamp, run_uuid, step, is_nan) VALUES(?, ?, ?, ?, ?, 0)"
                database.executemany(insert.format("metrics"), [(series, v, ms, uuid, s) for s, ms, v in rows])
                s, ms, v = rows[-1]
                database.execute(insert.format("latest_metrics"), (series, v, ms, uuid, s))
        database.close()
    for run in ids:
        client.set_terminated(run)


def make_mlflow_files(folder, options):
    from mlflow import MlflowClient

    client = MlflowClient(f"file://{folder}/mlruns")
    experiment = client.create_experiment("peers")
    first = None
    for run in range(options.runs):
        made = log_by_mlflow(client, experiment, run, options)
        metrics = folder / "mlruns" / experiment / made.run_id / "metrics"
        first = first or metrics / CHART
        for index, series in enumerate(SERIES if run > 0 else []):
            (metrics / series).parent.mkdir(parents=True, exist_ok=True)
            (metrics / series).write_text("".join(f"{ms} {v} {s}\n" for s, ms, v in points(run, index, options.steps)))
        client.set_terminated(made.run_id)
    expected = "".join(f"{ms} {v} {s}\n" for s, ms, v in points(0, SERIES.index(CHART), options.steps))
    assert first.read_text() == expected, "MLflow writes its files in another form now"


def make_tensorboard(folder, options):
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    for run in range(options.runs):
        writer = EventFileWriter(str(folder / f"run-{run}"))
        for rows in zip(*(points(run, index, options.steps) for index in range(len(SERIES)))):
            for series, (s, ms, v) in zip(SERIES, rows):
                summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=series, simple_value=v)])
                writer.add_event(event_pb2.Event(wall_time=ms / 1000, step=s, summary=summary))
        writer.close()


def make_aim(folder, options):
    from aim import Run

    for number in range(options.runs):
        run = Run(repo=str(folder), system_tracking_interval=None, log_system_params=False, capture_terminal_logs=False)
        run.name = name_of(number)
        for rows in zip(*(points(number, index, options.steps) for index in range(len(SERIES)))):
            for series, (s, ms, v) in zip(SERIES, rows):
                run.track(v, name=series, step=s)
        run.close()
    reindex = [str(pathlib.Path(sys.executable).parent / "aim"), "storage", "--repo", str(folder), "reindex"]
    subprocess.run(reindex, input=b"y\n", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# --- what reads them: a list of arrays; the clock runs from where the imports are done


def read_mlflow(address):
    import numpy
    from mlflow import MlflowClient

    begin = time.process_time()
    client = MlflowClient(address)
    experiment = client.get_experiment_by_name("peers").experiment_id
    runs = client.search_runs([experiment], max_results=10_000)
    curves = [numpy.array([(m.step, m.value) for m in client.get_metric_history(run.info.run_id, CHART)]) for run in runs]
    return begin, [curve[:, 1] for curve in curves]


def read_tensorboard(folder):
    import numpy
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    begin = time.process_time()
    curves = []
    for run in sorted(folder.iterdir()):
        events = EventAccumulator(str(run), size_guidance={"scalars": 0, "tensors": 0})
        events.Reload()
        has = events.Tags()
        if CHART in has["scalars"]:
            curves.append(numpy.array([event.value for event in events.Scalars(CHART)]))
        else:
            curves.append(numpy.array([event.tensor_proto.float_val[0] for event in events.Tensors(CHART)]))
    return begin, curves


def read_aim(folder):
    from aim import Repo

    begin = time.process_time()
    curves = []
    for found in Repo(str(folder)).query_metrics(f'metric.name == "{CHART}"', report_mode=0).iter_runs():
        curves += [metric.values.sparse_numpy()[1] for metric in found]
    return begin, curves


READERS = {
    "mlflow-sqlite": lambda folder: read_mlflow(f"sqlite:///{folder}/mlflow.db"),
    "mlflow-files": lambda folder: read_mlflow(f"file://{folder}/mlruns"),
    "tensorboard": read_tensorboard,
    "aim": read_aim,
}
MAKERS = {
    "gaplab": make_gaplab,
    "mlflow-sqlite": make_mlflow_sqlite,
    "mlflow-files": make_mlflow_files,
    "tensorboard": make_tensorboard,
    "aim": make_aim,
}


def read(tool, folder):
    begin, curves = READERS[tool](pathlib.Path(folder))
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "runs": len(curves), "points": sum(map(len, curves)), "sum": float(sum(c.sum() for c in curves))}))


# --- the measurement


def bytes_of(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command):
    """What the process prints, with "whole", "clock" and "seconds" as medians of three."""
    answers = []
    for _ in range(3):
        begin, clock = children_seconds(), time.monotonic()
        printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().strip().splitlines()[-1]
        answers.append({**json.loads(printed), "whole": children_seconds() - begin, "clock": time.monotonic() - clock})
    return {**answers[0], **{key: statistics.median(answer[key] for answer in answers) for key in ("seconds", "whole", "clock")}}


def measure(tool, folder, python, options):
    place = folder / tool
    if not place.exists():
        place.mkdir(parents=True)
        print(f"{tool}: writing", flush=True)
        numbers = [f"--runs={options.runs}", f"--steps={options.steps}"]
        subprocess.run([python, __file__, options.bench, options.cli, *numbers, "--make", tool, "--folder", str(place)], check=True)
    own = [options.bench, str(place / "runs.db"), CHART]
    answer = timed(own if tool == "gaplab" else [python, __file__, options.bench, options.cli, "--read", tool, "--folder", str(place)])
    assert (answer["runs"], answer["points"]) == (options.runs, options.runs * options.steps), f"{tool}: {answer}"
    expected = sum(v for run in range(options.runs) for _, _, v in points(run, SERIES.index(CHART), options.steps))
    assert abs(answer["sum"] / expected - 1) < 1e-6, f"{tool}: the values differ"
    size = bytes_of(place)
    count = options.runs * options.steps * len(SERIES)
    print(f"| {tool} | {size / 1e6:.1f} MB | {size / count:.1f} | {answer['seconds']:.2f} s | {answer['whole']:.2f} s | {answer['clock']:.1f} s |", flush=True)


def work(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("cli")
    parser.add_argument("--aim")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--make", choices=MAKERS)
    parser.add_argument("--read", choices=READERS)
    options = parser.parse_args(arguments)
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    logging.disable(logging.CRITICAL)
    if options.make:
        return MAKERS[options.make](options.folder, options)
    if options.read:
        return read(options.read, options.folder)
    kept = options.folder
    folder = kept or pathlib.Path(tempfile.mkdtemp())
    print(f"{options.runs} runs of {len(SERIES)} series of {options.steps} points")
    print("| | on the disk | bytes a point | curves, after the imports | whole process | by the clock |\n| --- | --- | --- | --- | --- | --- |")
    for tool in options.only or MAKERS:
        if tool != "aim" or options.aim:
            measure(tool, folder, options.aim if tool == "aim" else sys.executable, options)
    if not kept:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    run_inside(__file__, ["tensorboard", "mlflow"], work)

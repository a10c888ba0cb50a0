"""What is exported for TensorBoard is read by the real package, what it and MLflow write is imported, each with equal values.

    trackers.py GAPLAB_CLI

Fetches both packages from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

from environment import run_inside

PACKAGES = ["tensorboard", "mlflow"]
FLOATS = [0.0, -0.0, 1.0, 0.1, 1e-40, 3.4028234663852886e38, math.inf, -math.inf, math.nan, 2.0**-149]


def float32(value):
    import numpy

    return float(numpy.float32(value))


def equal(left, right):
    return (math.isnan(left) and math.isnan(right)) or (left == right and math.copysign(1, left) == math.copysign(1, right))


class Check:
    def __init__(self, program, folder):
        self.program, self.folder, self.sound = program, pathlib.Path(folder), True

    def cli(self, *words, store="store.db"):
        result = subprocess.run([self.program, *map(str, words), "--json", "--store", str(self.folder / store)], stdout=subprocess.PIPE)
        if result.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}: {result.stdout.decode()}")
        return json.loads(result.stdout)

    def points(self, store, run):
        """{series: [(step, wall, value)]} of the run, from its JSON file."""
        out = self.folder / f"{store}-{run}.json"
        self.cli("export", run, "--format", "json", "--out", out, store=store)
        series = json.loads(out.read_text())["series"]
        number = lambda value: float(value)  # "nan", "inf"
        return {name: list(zip(s["step"], map(number, s["wall"]), map(number, s["value"]))) for name, s in series.items()}

    def same(self, what, ours, theirs):
        good = ours.keys() == theirs.keys() and all(
            len(ours[name]) == len(theirs[name])
            and all(a[0] == b[0] and abs(a[1] - b[1]) < 1e-3 and equal(a[2], b[2]) for a, b in zip(ours[name], theirs[name]))
            for name in ours
        )
        count = sum(map(len, ours.values()))
        print(f"{what}: {count} points of {len(ours)} series {'are equal' if good else 'DIFFER'}")
        if not good:
            print("  here: ", ours, "\n  there:", theirs)
        self.sound &= good and count > 0


def scalars_of(folder):
    """As TensorBoard itself reads them; plain values and tensors."""
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.util import tensor_util

    events = event_accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    found = {tag: [(e.step, e.wall_time, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    for tag in events.Tags()["tensors"]:
        found[tag] = [(e.step, e.wall_time, float(tensor_util.make_ndarray(e.tensor_proto))) for e in events.Tensors(tag)]
    return found


def write_table(path):
    """A run with every kind of number, to be exported."""
    lines = ["run,metric,step,epoch,wall,value"]
    for step, value in enumerate([*FLOATS, math.pi, 1e-300]):
        lines.append(f"first,student/train/loss,{step * 3},{step / 2},{1700000000.125 + step},{value!r}")
        lines.append(f"first,student/validation/accuracy,{step},{step},{1700000000.5 + step},{step / 7}")
    path.write_text("\n".join(lines) + "\n")


def tensorboard_out(check):
    write_table(check.folder / "table.csv")
    check.cli("import", check.folder / "table.csv")
    check.cli("export", 1, "--format", "tensorboard", "--out", check.folder / "events")
    ours = {name: [(s, w, float32(v)) for s, w, v in points] for name, points in check.points("store.db", 1).items()}
    check.same("TensorBoard reads what is exported", ours, scalars_of(check.folder / "events"))


def tensorboard_in(check):
    import numpy
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util import tensor_util

    folder = check.folder / "theirs"
    writer = EventFileWriter(str(folder))
    for step, value in enumerate(FLOATS):
        plain = summary_pb2.Summary.Value(tag="a/plain/value", simple_value=value)
        tensors = [
            summary_pb2.Summary.Value(tag=f"a/{kind.__name__}/tensor", tensor=tensor_util.make_tensor_proto(kind(value)))
            for kind in (numpy.float32, numpy.float64)
        ]
        text = summary_pb2.Summary.Value(tag="a/text/tensor", tensor=tensor_util.make_tensor_proto("words"))
        summary = summary_pb2.Summary(value=[plain, *tensors, text])
        writer.add_event(event_pb2.Event(wall_time=1700000000.25 + step, step=step * 10, summary=summary))
    writer.close()
    answer = check.cli("import", folder, store="tensorboard.db")["runs"][0]
    theirs = scalars_of_plain(folder)
    check.same("what TensorBoard writes is imported", check.points("tensorboard.db", answer["id"]), theirs)
    check.sound &= any("a/text/tensor" in note for note in answer["not_understood"])


def scalars_of_plain(folder):
    """As TensorBoard's own reader of records has them; its accumulator would not take the text apart from the numbers."""
    from tensorboard.backend.event_processing import event_file_loader
    from tensorboard.util import tensor_util

    found = {}
    for path in sorted(folder.iterdir()):
        for event in event_file_loader.LegacyEventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.tag != "a/text/tensor":
                    number = float(tensor_util.make_ndarray(value.tensor)) if value.HasField("tensor") else value.simple_value
                    found.setdefault(value.tag, []).append((event.step, event.wall_time, number))
    return found


def mlflow_in(check, kind, address, path):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # old folders are what is read here
    import mlflow

    mlflow.set_tracking_uri(address)
    mlflow.set_experiment("distilling")
    with mlflow.start_run(run_name="a long name: with a colon, and so many words that the line of the file is folded somewhere") as active:
        mlflow.log_params({"lr": 0.1, "model": "resnet20", "seed": 5})
        mlflow.set_tag("mlflow.note.content", "what I thought")
        for step, value in enumerate([0.5, 0.25, math.nan, math.inf, -math.inf, 1e-300, -0.0, math.pi]):
            mlflow.log_metric("student/validation/accuracy", value, step=step)
            mlflow.log_metric("gap/train/loss", value * 2, step=step * 7)
    client = mlflow.MlflowClient()
    run = client.get_run(active.info.run_id)
    theirs = {
        key: [(m.step, m.timestamp / 1000, m.value) for m in client.get_metric_history(run.info.run_id, key)] for key in run.data.metrics
    }
    if kind == "SQLite":  # which has no infinite numbers: the largest one stands for them, and is read as what was meant
        largest = sys.float_info.max
        theirs = {k: [(s, w, math.copysign(math.inf, v) if abs(v) == largest else v) for s, w, v in p] for k, p in theirs.items()}
    before = path.read_bytes() if path.is_file() else None
    store = f"mlflow-{kind}.db"
    answer = check.cli("import", path, store=store)["runs"]
    check.same(f"what MLflow {mlflow.__version__} writes ({kind}) is imported", check.points(store, answer[0]["id"]), theirs)
    row = json.loads((check.folder / f"{store}-{answer[0]['id']}.json").read_text())
    facts = [len(answer) == 1, row["name"] == run.info.run_name, row["notes"] == "what I thought", row["seed"] == 5]
    facts += [row["foreign"] == f"mlflow:{run.info.run_id}", row["state"] == "finished"]
    facts += [row["document"]["foreign"]["parameters"] == {"lr": 0.1, "model": "resnet20", "seed": 5}]
    facts += [row["document"]["foreign"]["experiment"] == "distilling", abs(row["started"] - run.info.start_time / 1000) < 1e-3]
    facts += [before is None or before == path.read_bytes()]
    facts += [check.cli("import", path, store=store)["runs"][0]["skipped"] is not None]
    print(f"  name, notes, seed, ids, parameters, times, file untouched, second import left out: {facts}")
    check.sound &= all(facts)


def work(arguments):
    with tempfile.TemporaryDirectory() as folder:
        check = Check(arguments[0], folder)
        tensorboard_out(check)
        tensorboard_in(check)
        mlflow_in(check, "files", f"file://{folder}/mlruns", check.folder / "mlruns")
        mlflow_in(check, "SQLite", f"sqlite:///{folder}/mlflow.db", check.folder / "mlflow.db")
        return 0 if check.sound else 1


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, work)

#!/usr/bin/env python3
"""Holds the sources to the table of rooms: who may include whom, and where Qt, LibTorch, SQLite and QCustomPlot may be seen.

    check_includes.py ROOT          prints every violation, exit code 1 if there is one
    check_includes.py --self-test   plants one violation of each rule in a small tree and wants it found
"""
import pathlib
import re
import sys
import tempfile

# What a room may include besides itself. What its rooms may include it may include too, except that `store` and `run` are only
# where they are named.
CORE = {
    "base": set(),
    "experiment": {"base"},
    "gap": {"base", "experiment"},
    "stats": {"base"},
    "fairness": {"base", "stats", "experiment"},
    "store": {"base", "experiment"},
    "interop": {"base", "experiment", "store"},
    "data": {"base", "experiment"},
    "nn": {"base", "experiment"},
    "reparam": {"base", "experiment", "nn"},
    "knowledge": {"base", "experiment", "nn", "data"},
    "measure": {"base", "experiment", "nn", "stats"},
    "mitigation": {"base", "experiment", "data", "knowledge", "nn"},
    "train": {"base", "experiment", "gap", "stats", "fairness", "data", "nn", "reparam", "knowledge", "measure", "mitigation"},
}
CORE["run"] = CORE["train"] | {"train", "store"}
UI = {"base", "experiment", "gap", "stats", "fairness", "store", "interop", "run"}
# The headers of core/run that window and command line are written against; its others are its own.
PUBLIC_OF_RUN = {f"core/run/{name}.h" for name in ("workbench", "inspect", "audit", "transfer", "latest_request", "compare", "add_seeds", "estimate", "sweep_plan", "deploy", "live_feed", "held_out_pictures",
                                                   "bias", "model_card")}
TORCH_ROOMS = {"data", "nn", "reparam", "knowledge", "measure", "mitigation", "train", "run"}

QT = re.compile(r"Q[A-Za-z]\w*(/|$)|qt\w*\.h$|qcustomplot")
TORCH = re.compile(r"(torch|ATen|c10|caffe2)/")
SQLITE = re.compile(r"sqlite3\.h$|SQLiteCpp/")
PLOT = re.compile(r"qcustomplot")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
SUFFIXES = {".h", ".hpp", ".cpp", ".cu", ".cuh"}


def sources(root):
    for top in ("app", "core", "ui"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix()


def read_includes(root):
    """{file: [(quote, included), ...]}"""
    return {name: INCLUDE.findall((root / name).read_text(encoding="utf-8")) for name in sources(root)}


def reaches(includes, name, pattern, seen=None):
    """The chain of files by which `name` comes to include something that matches; empty where it does not."""
    seen = seen if seen is not None else set()
    seen.add(name)
    for _, included in includes.get(name, []):
        if pattern.match(included):
            return [name, included]
    for _, included in includes.get(name, []):
        if included in includes and included not in seen:
            chain = reaches(includes, included, pattern, seen)
            if chain:
                return [name] + chain
    return []


def room_of(name):
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else ""


def problems_of_core(name, included):
    room = room_of(name)
    if room not in CORE:
        yield f"core/{room} is not in the table of rooms (tests/structure/check_includes.py)"
        return
    if included.startswith("core/") and room_of(included) not in CORE[room] | {room}:
        yield f"core/{room} must not include {included}: it may use {', '.join(sorted(CORE[room])) or 'nothing'}"
    if included.startswith(("ui/", "app/", "tests/")):
        yield f"core must not include {included}: that is upwards"
    if QT.match(included):
        yield f"core must not include Qt ({included})"
    if TORCH.match(included) and room not in TORCH_ROOMS:
        yield f"core/{room} must not include LibTorch ({included})"
    if SQLITE.match(included) and room != "store":
        yield f"only core/store may include SQLite ({included})"


def problems_of_ui(name, included):
    if included.startswith("core/") and room_of(included) not in UI:
        yield f"ui must not include {included}: it may use {', '.join(sorted(UI))} of core"
    if included.startswith(("app/", "tests/")):
        yield f"ui must not include {included}: that is upwards"
    if PLOT.match(included) and not name.startswith("ui/plot/"):
        yield f"only ui/plot may include QCustomPlot ({included})"


def problems_of_app(name, included):
    if name.startswith(("app/gaplab_cli", "app/cli_")) and (QT.match(included) or included.startswith("ui/")):
        yield f"the command line must not include the window or Qt ({included})"
    if PLOT.match(included):
        yield f"only ui/plot may include QCustomPlot ({included})"
    if included.startswith("tests/"):
        yield f"app must not include {included}"


def closure_problems(includes, name):
    """What must not come in by way of other headers either."""
    if name.startswith(("ui/", "app/")):
        for what, pattern in (("LibTorch", TORCH), ("SQLite", SQLITE)):
            chain = reaches(includes, name, pattern)
            if chain:
                yield f"must not see {what}, but does: {' -> '.join(chain)}"
    if name in PUBLIC_OF_RUN:
        chain = reaches(includes, name, TORCH)
        if chain:
            yield f"the public headers of core/run are free of LibTorch, but: {' -> '.join(chain)}"


def find_problems(root):
    includes = read_includes(root)
    rules = {"core": problems_of_core, "ui": problems_of_ui, "app": problems_of_app}
    problems = []
    for name, lines in includes.items():
        for quote, included in lines:
            found = list(rules[name.split("/")[0]](name, included))
            generated = included.endswith(".moc") or included.startswith("ui_")
            if quote == '"' and not generated and not included.startswith(("core/", "ui/", "app/", "tests/")):
                found.append(f'"{included}" is not written from the root of the repository')
            problems += [f"{name}: {problem}" for problem in found]
        problems += [f"{name}: {problem}" for problem in closure_problems(includes, name)]
    return problems


CLEAN = {
    "core/base/error.h": "#include <string>\n",
    "core/nn/network.h": '#include <torch/types.h>\n#include "core/experiment/experiment.h"\n',
    "core/run/workbench.h": '#include "core/base/error.h"\n',
    "core/run/workbench.cpp": '#include "core/run/workbench.h"\n#include "core/train/trainer.h"\n#include "core/store/store.h"\n',
    "core/store/store.cpp": "#include <SQLiteCpp/SQLiteCpp.h>\n",
    "ui/plot/plot.cpp": '#include <qcustomplot.h>\n#include "core/stats/stats.h"\n',
    "ui/monitor/page.cpp": '#include <QWidget>\n#include "core/run/workbench.h"\n#include "page.moc"\n',
    "app/gaplab.cpp": '#include <QApplication>\n#include "ui/window/window.h"\n',
    "app/gaplab_cli.cpp": '#include <CLI/CLI.hpp>\n#include "core/run/workbench.h"\n',
}
# (file, its text, words that the complaint must hold)
PLANTED = [
    ("core/base/names.cpp", "#include <QString>\n", "must not include Qt"),
    ("core/train/x.cpp", "#include <QtCore/QString>\n", "must not include Qt"),
    ("core/base/x.cpp", '#include "core/experiment/experiment.h"\n', "core/base must not include"),
    ("core/train/x.h", '#include "core/store/store.h"\n', "core/train must not include core/store"),
    ("core/store/x.h", '#include "core/data/dataset.h"\n', "core/store must not include"),
    ("core/stats/x.h", "# include <ATen/ATen.h>\n", "must not include LibTorch"),
    ("core/run/x.cpp", "#include <sqlite3.h>\n", "only core/store"),
    ("core/run/x.cpp", '#include "ui/feed/feed_pump.h"\n', "upwards"),
    ("core/run/workbench.h", '#include "core/nn/network.h"\n', "free of LibTorch"),
    ("core/extra/x.h", "#include <string>\n", "not in the table"),
    ("ui/monitor/x.cpp", "#include <torch/torch.h>\n", "must not see LibTorch"),
    ("ui/monitor/x.cpp", "#include <SQLiteCpp/Database.h>\n", "must not see SQLite"),
    ("ui/monitor/x.cpp", '#include "core/nn/network.h"\n', "ui must not include core/nn"),
    ("ui/monitor/x.cpp", "#include <qcustomplot.h>\n", "only ui/plot"),
    ("ui/monitor/x.cpp", '#include "page.h"\n', "root of the repository"),
    ("ui/monitor/x.cpp", '#include "app/x.h"\n', "upwards"),
    ("app/cli_x.cpp", "#include <QString>\n", "must not include the window or Qt"),
    ("app/gaplab_cli.cpp", '#include "core/nn/network.h"\n', "must not see LibTorch"),
]


def problems_of_tree(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return find_problems(root)


def self_test():
    wrong = [f"a clean tree is complained about: {problem}" for problem in problems_of_tree(CLEAN)]
    for name, text, words in PLANTED:
        found = problems_of_tree({**CLEAN, name: text})
        if not any(problem.startswith(name) and words in problem for problem in found):
            wrong.append(f"{text.strip()} in {name} should have been found ({words}); found: {found}")
    return wrong


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    problems = self_test() if sys.argv[1] == "--self-test" else find_problems(pathlib.Path(sys.argv[1]))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()

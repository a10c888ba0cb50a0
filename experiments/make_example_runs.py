#!/usr/bin/env python3
"""The small store of finished runs that GapLab shows at its first start: runs of a store without their checkpoint files, in the
folder Examples. Folders of images become the name of the last folder alone.

  make_example_runs.py GAPLAB_CLI STORE OUT.db RUN.. [--name "OLD=NEW"]..
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("cli")
parser.add_argument("store")
parser.add_argument("out", type=pathlib.Path, help="a store that is not there yet")
parser.add_argument("runs", nargs="+")
parser.add_argument("--name", action="append", default=[], help='"OLD=NEW": another name for runs and trials of this name')
options = parser.parse_args()
if options.out.exists():
    parser.error(f"{options.out} is there already")
names = dict(pair.split("=", 1) for pair in options.name)


def plain(value, key=""):
    """Without what belongs to the machine it was trained on."""
    if isinstance(value, dict):
        return {k: plain(v, k) for k, v in value.items() if k != "host"}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if key == "path" and isinstance(value, str):
        return pathlib.PurePath(value).name
    return names.get(value, value) if isinstance(value, str) else value


def cli(*arguments):
    if subprocess.run([options.cli, *map(str, arguments)], check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit(f"{parser.prog}: stopped; what was made of {options.out} is of no use")  # why, gaplab-cli has said


with tempfile.TemporaryDirectory() as folder:
    exported = pathlib.Path(folder) / "runs"
    cli("export", *options.runs, "--format", "json", "--out", exported, "--store", options.store)
    created = {}
    for file in exported.iterdir():
        run = plain(json.loads(file.read_text()))
        file.write_text(json.dumps(run))
        created[file] = run["created"]
    cli("import", *sorted(created, key=created.get), "--store", options.out)
cli("label", *map(str, range(1, len(options.runs) + 1)), "--folder", "Examples", "--tag", "example", "--store", options.out)
cli("store", "compact", "--store", options.out)
print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")

"""A Python with other programs in it, fetched from PyPI into a virtual environment of the user's cache."""

import hashlib
import os
import pathlib
import subprocess
import sys

SKIPPED = 77


def environment(packages, name="interop"):
    """The interpreter of the environment of that name, with these packages; ends the test as skipped where they cannot be fetched.
    Packages that want other versions than those of the common environment need one of their own."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gaplab" / name
    python = cache / "bin" / "python"
    marker = cache / f".complete-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:16]}"
    if not marker.exists():
        subprocess.run([sys.executable, "-m", "venv", str(cache)], check=True)
        if subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages]).returncode != 0:
            print("the packages could not be fetched: skipped")
            sys.exit(SKIPPED)
        marker.touch()
    return python


def run_inside(script, packages, work, name="interop"):
    """Runs `work(arguments)` of this script in that environment; its result is the exit code."""
    if os.environ.get("GAPLAB_INTEROP") == "inside":
        sys.exit(work(sys.argv[1:]))
    command = [str(environment(packages, name)), script, *sys.argv[1:]]
    sys.exit(subprocess.run(command, env={**os.environ, "GAPLAB_INTEROP": "inside"}).returncode)

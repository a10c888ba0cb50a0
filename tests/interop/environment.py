"""A virtual environment of the user's cache with packages from PyPI, for checks against other programs."""

import os
import pathlib
import subprocess
import sys

INSIDE = "GAPLAB_INTEROP"


def run_inside(name, packages, script):
    """Runs `script` again in the environment `name`, made where it is missing. Without a network the check is skipped (77)."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gaplab" / name
    python = cache / "bin" / "python"
    marker = cache / ".complete"
    if not marker.exists():
        subprocess.run([sys.executable, "-m", "venv", str(cache)], check=True)
        result = subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages])
        if result.returncode != 0:
            print("the packages could not be fetched: skipped")
            sys.exit(77)
        marker.touch()
    sys.exit(subprocess.run([str(python), script, *sys.argv[1:]], env={**os.environ, INSIDE: "inside"}).returncode)


def is_inside():
    return os.environ.get(INSIDE) == "inside"

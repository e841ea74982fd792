"""Programs of Microsoft's own, fetched by npm into a folder that is thrown away; skipped where npm is not."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.browser import missing

NO_NPM = "no npm here: Microsoft's own programs can't be asked"


def fetch(folder: Path, packages: Mapping[str, str]) -> Path:
    """Where they are, each in the version named. Without npm this test is an optional one, everywhere."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(NO_NPM)
    wanted = [f"{name}@{version}" for name, version in packages.items()]
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *wanted],
        capture_output=True, text=True, timeout=400, check=False, cwd=folder,
    )  # fmt: skip
    if done.returncode != 0:
        missing(f"npm is here and can't fetch {', '.join(packages)}")
    return folder / "node_modules"


def run(script: str, *words: str, folder: Path) -> str:
    """What a short program for node prints."""
    done = subprocess.run(
        ["node", "--input-type=module", "-", *words],
        input=script, capture_output=True, text=True, timeout=60, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout

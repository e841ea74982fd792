"""Microsoft's own Agents Playground, running on this machine as a school's technician runs it."""

import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until

PROGRAM = {"@microsoft/m365agentsplayground": "0.2.28"}
HERE_ONLY = ("localhost", "127.0.0.1")


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def playground(modules: Path, endpoint: str, folder: Path) -> Iterator[str]:
    """The address of its page, while it runs."""
    port = free_port()
    program = modules / "@microsoft" / "m365agentsplayground" / "cli.js"
    words = ["start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    with (folder / "playground.log").open("w") as log:
        running = subprocess.Popen(
            ["node", str(program), *words], stdout=log, stderr=log, cwd=folder,
            env={**kept, "HOME": str(folder), "BROWSER": "true"},
        )  # fmt: skip
        try:
            url = f"http://localhost:{port}/"
            until(lambda: running.poll() is not None or _there(url), patience=30)
            assert running.poll() is None, (folder / "playground.log").read_text()
            yield url
        finally:
            running.terminate()
            running.wait(10)


def _there(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

"""The engine tells nobody that it exists: no library beneath it calls home."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent.parent
LONG_ENOUGH = 18.0
"""Seconds; without the switch the first call home comes after about ten."""
LOAD = "from bot.understanding.embedding import Encoder\nEncoder().embed('hello')\n"
LOUD = f"import os\nos.environ = dict(os.environ)\n{LOAD}"
"""With the switch turned where no library looks: proves that this would hear a call."""


def test_nothing_goes_out_while_the_encoder_is_loaded(tmp_path: Path) -> None:
    with spy(tmp_path, LOAD) as heard, spy(tmp_path, LOUD) as heard_of_the_other:
        pass
    assert heard == []
    assert heard_of_the_other, "the test itself is deaf"


@contextmanager
def spy(home: Path, code: str) -> Iterator[list[bytes]]:
    """What a process asks its proxy for until it ends. It isn't told of CI, where it would be quiet."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.2)
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        told = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), url)
        kept = {"PATH": os.environ["PATH"]}
        running = subprocess.Popen(
            [sys.executable, "-c", f"{code}import time\ntime.sleep({LONG_ENOUGH})"],
            cwd=HERE, env={**kept, **told, "HOME": str(home)},
        )  # fmt: skip
        listening = threading.Thread(target=_listen, args=(proxy, running, heard))
        listening.start()
        yield heard
        assert running.wait(120) == 0
        listening.join()


def _listen(proxy: socket.socket, running: "subprocess.Popen[bytes]", heard: list[bytes]) -> None:
    while running.poll() is None:
        try:
            line, _ = proxy.accept()
        except TimeoutError:
            continue
        with line:
            line.settimeout(1)
            heard.append(line.recv(100))

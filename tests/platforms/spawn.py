"""`usher ...` as a process of its own, forked from one that has read and loaded everything already.

A start takes more than two seconds of processor time: imports, 16,000 phrasings, the engine. The tests
start Usher hundreds of times, so one nursery for each run of pytest does that work once and forks. A child
has its own environment, standard output, files and connections, and from there on runs the same
`python -m bot`. With `plain` it is started from nothing, as a school does; tests/platforms/test_spawn.py
compares the two. `done` is for commands that end by themselves.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

HERE = Path(__file__).resolve().parents[2]
LARGEST, PID = 64 * 1024, 12
_nursery: "Nursery | None" = None
_turn = threading.Lock()


def spawn(words: Sequence[str], env: Mapping[str, str], *, plain: bool = False) -> "subprocess.Popen[str]":
    """`usher WORDS` with nothing but this environment; its output, errors among it, is in `stdout`."""
    if plain:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, cwd=HERE, env=env,
        )  # fmt: skip
    reading, writing = os.pipe()
    try:
        forked = _born(words, env, (writing, writing))
    finally:
        os.close(writing)
    forked.stdout = os.fdopen(reading, encoding="utf-8")
    return forked


def done(
    words: Sequence[str], env: Mapping[str, str], typed: bytes = b"", *, timeout: float
) -> "subprocess.CompletedProcess[str]":
    """What has become of `usher WORDS` once it has ended; TimeoutExpired, and killed, when it doesn't."""
    with ExitStack() as stack:
        files: list[IO[bytes]] = [stack.enter_context(TemporaryFile()) for _ in range(3)]
        files[2].write(typed)
        files[2].seek(0)
        forked = _born(words, env, [file.fileno() for file in files])
        try:
            code = forked.wait(timeout)
        except subprocess.TimeoutExpired:
            forked.kill()
            raise
        said = [os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0) for file in files[:2]]
        return subprocess.CompletedProcess(list(words), code, *(text.decode() for text in said))


def _born(words: Sequence[str], env: Mapping[str, str], ends: Sequence[int]) -> "Forked":
    global _nursery
    with _turn:
        if _nursery is None or _nursery.ended():
            _nursery = Nursery()
        return _nursery.bear(words, env, ends)


class Nursery:
    """The process that all others are forked from; it ends when the one that started it does."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._calls = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.platforms.nursery", str(theirs.fileno())],
            cwd=HERE,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        atexit.register(self.close)

    def ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def close(self) -> None:
        """Let it go."""
        self._calls.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()

    def bear(self, words: Sequence[str], env: Mapping[str, str], ends: Sequence[int]) -> "Forked":
        """One child, with ends for what it says, for its errors and, where there is any, for its input.

        Its pid and in the end its exit code come by a line of its own.
        """
        line, its_line = socket.socketpair()
        told = json.dumps({"words": list(words), "env": dict(env)}).encode()
        assert len(told) < LARGEST
        try:
            socket.send_fds(self._calls, [told], [*ends, its_line.fileno()])
        finally:
            its_line.close()
        pid = line.recv(PID)
        assert pid, "the nursery has ended"
        return Forked(int(pid), words, line)


class Forked(subprocess.Popen[str]):
    """Somebody else's child, held like one of our own."""

    def __init__(self, pid: int, words: Sequence[str], line: socket.socket) -> None:
        self._child_created = False
        self.args, self.pid, self.returncode = list(words), pid, None
        self.stdin, self.stdout, self.stderr = None, None, None
        self._line = line

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._line.settimeout(timeout if timeout is None else max(timeout, 1e-6))
            with suppress(TimeoutError, BlockingIOError):
                self.returncode = int(self._line.recv(16) or -signal.SIGKILL)
                self._line.close()
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """A signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

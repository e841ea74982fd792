"""The process that tests/platforms/spawn.py forks Usher from: everything imported, read and loaded once."""

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import bot
from bot import reading
from bot.reading import house, trust
from bot.reading.faults import Fault, Faulty
from bot.school.matching import Intent, Phrasing
from bot.settings import Misset, read_settings
from bot.understanding import embedding, engine, heads, storage
from tests.platforms.spawn import LARGEST, PID

LAZY = (
    "apscheduler.schedulers.asyncio", "apscheduler.triggers.interval", "holidays",
    "sqlalchemy.dialects.sqlite", "tokenizers",
)  # fmt: skip
"""What Usher imports only when needed, and always needs. Not onnxruntime, which begins with a thread."""
PR_SET_PDEATHSIG = 1
MOST_ENDS = 4
"""Output, errors, input, and the line to whoever asked."""
LEARNERS = frozenset({"build_encoder", "crossval", "preview", "tune_encoder"})
"""Modules of bot that no running Usher imports."""

Intents = Mapping[str, Intent]
Read = Callable[..., tuple[Phrasing, ...]]


def import_all() -> None:
    """Every module of Usher; importing one does nothing else. A broken one is for the child to find."""
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if found.name != "bot.__main__" and found.name.rpartition(".")[2] not in LEARNERS:
            with suppress(ImportError):
                importlib.import_module(found.name)
    for name in LAZY:
        importlib.import_module(name)


def stamp(folder: Path, pattern: str) -> tuple[tuple[int, int, int], ...]:
    """What changes when one of these files does."""
    seen = [path.stat() for path in sorted(folder.glob(pattern))]
    return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in seen)


class OnDemand:
    """The encoder, loaded by the first question: most tests ask none."""

    def __init__(self) -> None:
        self._encoder: embedding.Encoder | None = None

    def __getattr__(self, name: str) -> Any:
        self._encoder = self._encoder or embedding.Encoder()
        return getattr(self._encoder, name)


class Remembered:
    """What has been read and loaded: houses, phrasings and engines, for whoever asks with the same files."""

    def __init__(self) -> None:
        self._read: Read = house.phrasings_in
        self._read_house = house.read_house
        self._load = engine.load
        self._houses: dict[object, reading.House] = {}
        self._phrasings: dict[object, tuple[Intents, tuple[Phrasing, ...]]] = {}
        self._learnt: dict[int, tuple[Intents, heads.Heads]] = {}
        trust.read_house = self.read_house
        house.phrasings_in = self.phrasings_in
        engine.load = self.load

    def read_house(self, policy: Path, intents: Path, **more: Any) -> reading.House:
        """As it stands in the files; read anew when any of them is another."""
        key = (policy, intents, more.get("phrasings"), stamp(policy, "**/*"), stamp(intents, "**/*"))
        if key not in self._houses:
            self._houses[key] = self._read_house(policy, intents, **more)
        return self._houses[key]

    def phrasings_in(
        self,
        folder: Path,
        called: str,
        intents: Mapping[str, Intent],
        clauses: Collection[str] | None,
        faults: list[Fault],
    ) -> tuple[Phrasing, ...]:
        """As they stand in the files; read anew when a file, an intent or a clause is another."""
        key = (folder, stamp(folder, "*.yml"), frozenset(clauses or ()))
        if key in self._phrasings and self._phrasings[key][0] == intents:
            return self._phrasings[key][1]
        before = len(faults)
        found = self._read(folder, called, intents, clauses, faults)
        if len(faults) == before:
            self._phrasings[key] = (intents, found)
        return found

    def load(
        self, intents: Intents, phrasings: tuple[Phrasing, ...], cache: Path, *rest: Any, **more: Any
    ) -> engine.Engine:
        """What was learnt from these very phrasings, where it lies in the cache, under an encoder of its own.

        The runtime of the encoder has threads, and those don't live on in a fork.
        """
        held = self._learnt.get(id(phrasings))
        if held is not None and held[0] == intents and any(cache.glob("heads-*.npz")):
            return engine.Engine(intents, held[1], cast(embedding.Encoder, OnDemand()))
        return self._load(intents, phrasings, cache, *rest, **more)

    def warm(self, env: Mapping[str, str], words: Collection[str]) -> None:
        """Read and load what a child with this environment will want; its faults are for it to find."""
        with suppress(Misset, Faulty, storage.Unreadable):
            settings = read_settings(env)
            for each in reading.read_houses(settings.policy, settings.intents):
                wanted = words in (["run"], ["serve"]) and id(each.phrasings) not in self._learnt
                if wanted and any(settings.learnt.glob("heads-*.npz")):
                    path = engine._path(each.intents, each.phrasings, settings.learnt)
                    self._learnt[id(each.phrasings)] = (each.intents, heads.restore(path))


def nurse(calls: socket.socket) -> tuple[list[str], dict[str, str], list[int]] | None:
    """Fork at each call; None when there are no more, or, in a child, what it is to be."""
    remembered, lines = Remembered(), dict[int, socket.socket]()
    woken, waking = socket.socketpair()
    for end in (woken, waking):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking.fileno())
    while True:
        _reap(lines)
        if calls not in _readable(calls, woken):
            continue
        told, fds, _, _ = socket.recv_fds(calls, LARGEST, MOST_ENDS)
        if not told:
            return None
        call = json.loads(told)
        remembered.warm(call["env"], call["words"])
        gc.collect()
        gc.freeze()
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _die_with_the_nursery()
            for each in (calls, woken, waking, *lines.values()):
                each.close()
            return call["words"], call["env"], fds
        *ends, line = fds
        for end in ends:
            os.close(end)
        lines[pid] = socket.socket(fileno=line)
        lines[pid].sendall(str(pid).ljust(PID).encode())


def _die_with_the_nursery() -> None:
    """So that nothing is left running when pytest is killed; Linux alone can do that."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _readable(calls: socket.socket, woken: socket.socket) -> list[socket.socket]:
    found, _, _ = select.select([calls, woken], [], [])
    if woken in found:
        woken.recv(4096)
    return found


def _reap(lines: dict[int, socket.socket]) -> None:
    """Tell of every child that has ended."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with suppress(OSError):
                lines[pid].sendall(str(os.waitstatus_to_exitcode(status)).encode())
            lines.pop(pid).close()


def become(words: list[str], env: dict[str, str], fds: list[int]) -> None:
    """From here on this process is `python -m bot WORDS`."""
    os.environ.clear()
    os.environ.update(env)
    *ends, _ = fds
    for end, place in zip(ends, (1, 2, 0), strict=False):
        os.dup2(end, place)
    for each in fds:
        os.close(each)
    sys.argv = ["usher", *words]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    import_all()
    child = nurse(socket.socket(fileno=int(sys.argv[1])))
    if child is not None:
        become(*child)

"""Starts short-lived processes of Usher: one long-lived process that has imported everything, and forks.

A kill then costs a fork and not an interpreter's start. `python -m tests.hazards.doing` is that process;
this is the side that asks it.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How one process ended: the signal that killed it (0 for none), and what it had to say."""

    killed_by: int
    code: int
    said: Any
    trouble: str


class Forge:
    """Asks the forking process to do things in processes of their own."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._errors = log.open("wb")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.hazards.doing"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def do(self, act: str, **wishes: Any) -> Ended:
        """Do one act in a process of its own, to its end or its death."""
        return self.together([{"act": act, **wishes}])[0]

    def together(self, acts: list[dict[str, Any]]) -> list[Ended]:
        """Do several acts at the same time, each in a process of its own."""
        asked, heard = self._server.stdin, self._server.stdout
        assert asked is not None
        assert heard is not None
        asked.write(json.dumps(acts).encode() + b"\n")
        asked.flush()
        line = heard.readline()
        if not line:
            raise RuntimeError(f"the forking process has gone:\n{self._log.read_text()[-4000:]}")
        return [Ended(**one) for one in json.loads(line)]

    def __enter__(self) -> "Forge":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """No more."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)
        self._errors.close()

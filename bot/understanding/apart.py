"""Learn in a process of its own, whose memory goes back to the machine when it has finished.

Learning needs about 1.7 GB for half a minute, and a process never gives all of that back. Doors that
stay open for months therefore leave it to another process, and read what it has learnt.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from bot.school.matching import Intent, IntentKind, NextStep, Phrasing, Verdict
from bot.understanding import engine

GONE = 130
"""Exit code: whoever asked for it has gone, or somebody pressed Ctrl-C."""


class NotLearnt(Exception):
    """The other process ended before it had learnt; the text says how."""


def learn(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    cache: Path,
    progress: engine.Progress | None = None,
) -> None:
    """Have it learnt and kept in the cache, and wait until it is. NotLearnt when it came to nothing."""
    given = {
        "cache": str(cache.absolute()),
        "intents": [asdict(intent) for intent in intents.values()],
        "phrasings": [asdict(phrasing) for phrasing in phrasings],
    }
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as learner:  # noqa: S603 - this module, by this interpreter
        assert learner.stdin
        assert learner.stdout
        with suppress(BrokenPipeError), learner.stdin as told:
            json.dump(given, told)
        _listen(learner.stdout, progress)
    if learner.returncode:
        raise NotLearnt(f"learning ended with code {learner.returncode}")


def _listen(said: IO[str], progress: engine.Progress | None) -> None:
    """Pass on how far it is, until it hangs up."""
    for line in said:
        share, step = line.rstrip("\n").split(" ", 1)
        if progress:
            progress(step, float(share))


def main(asked: IO[str], say: Callable[[str], object]) -> None:
    """What the other process does. It ends when nobody listens any more."""
    given = json.load(asked)
    intents = {entry["id"]: _intent(entry) for entry in given["intents"]}
    phrasings = [Phrasing(**_tuples(entry)) for entry in given["phrasings"]]

    def tell(step: str, share: float) -> None:
        say(f"{share:.3f} {step}\n")

    engine.learn_here(intents, phrasings, Path(given["cache"]), tell)


def _intent(entry: dict[str, Any]) -> Intent:
    """An intent as it was before it was written down."""
    verdict = Verdict(entry["verdict"]) if entry["verdict"] else None
    made = {**_tuples(entry), "kind": IntentKind(entry["kind"]), "next": NextStep(entry["next"])}
    return Intent(**{**made, "verdict": verdict})


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _say(line: str) -> None:
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise SystemExit(GONE) from None


if __name__ == "__main__":
    try:
        main(sys.stdin, _say)
    except KeyboardInterrupt:
        raise SystemExit(GONE) from None

"""Doors that stay open have the learning done by another process, and don't keep the memory for it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.understanding import apart, engine
from bot.understanding.corpus import read
from tests.operate.conftest import HERE, Terminal

MB = 1024


def resident(running: "subprocess.Popen[str]") -> int:
    """KB in memory now, and nothing else: shared pages included."""
    status = Path(f"/proc/{running.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1])


def started(terminal: Terminal) -> int:
    """Open the demo, and say what it holds in memory once its page is there."""
    running = terminal.start("demo", "--no-open")
    try:
        assert running.stdout
        assert running.stdout.readline().startswith("http")
        return resident(running)
    finally:
        running.terminate()
        running.wait(20)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_door_that_had_to_learn_holds_no_more_memory_than_one_that_had_not(terminal: Terminal) -> None:
    for path in (terminal.home / "learnt").glob("heads-*"):
        path.unlink()
    learning = started(terminal)
    assert list((terminal.home / "learnt").glob("heads-*"))
    assert learning <= started(terminal) + 25 * MB


def test_learning_that_fails_is_one_clear_line(terminal: Terminal) -> None:
    for path in (terminal.home / "learnt").iterdir():
        path.unlink()
    more = {"PYTHONPATH": str(broken(terminal.home))}
    done = terminal.usher("demo", "--no-open", **more)
    assert done.returncode == 2
    assert "run `usher train` to see why" in done.stderr


def broken(home: Path) -> Path:
    """A place to import from, in which learning ends at once."""
    (home / "odd").mkdir()
    (home / "odd" / "sitecustomize.py").write_text(
        "import sys\nif 'bot.understanding.apart' in ' '.join(sys.orig_argv): sys.exit(9)\n"
    )
    return home / "odd"


def test_what_another_process_learns_is_the_same(tmp_path: Path) -> None:
    corpus = read(HERE / "intents")
    few = corpus.phrasings[::80]
    told: list[str] = []
    apart.learn(corpus.intents, few, tmp_path / "apart", lambda step, _: told.append(step))
    engine.learn_here(corpus.intents, few, tmp_path / "here")
    (one,) = (tmp_path / "apart").glob("heads-*")
    (other,) = (tmp_path / "here").glob("heads-*")
    assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
    assert told[-1] == "learning"


def test_a_process_that_ends_early_is_noticed(tmp_path: Path) -> None:
    corpus = read(HERE / "intents")
    (tmp_path / "in the way").write_text("")
    with pytest.raises(apart.NotLearnt, match="code 1"):
        apart.learn(corpus.intents, corpus.phrasings[::400], tmp_path / "in the way")

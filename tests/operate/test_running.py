"""Processes that run until they are told to stop."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.operate.conftest import HERE, Terminal


@contextmanager
def running(
    terminal: Terminal, *words: str, after: list[str] | None = None, **more: str
) -> Iterator["subprocess.Popen[str]"]:
    """A command that runs; SIGTERM ends it in good order, well within ten seconds."""
    with terminal.start(*words, **more) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _, rest = process.communicate(timeout=30)
            assert process.returncode == 0
            if after is not None:
                after += [str(json.loads(line)["event"]) for line in rest.splitlines()]
        finally:
            process.kill()


def port_of(process: "subprocess.Popen[str]") -> int:
    """The port in the log line that says that the doors are open."""
    return int(str(waits_for(process, "doors.open")["port"]))


def waits_for(process: "subprocess.Popen[str]", event: str) -> dict[str, object]:
    """The log line of an event, once it is there."""
    assert process.stderr
    while line := process.stderr.readline():
        if line.startswith("{") and json.loads(line)["event"] == event:
            return dict(json.loads(line))
    raise AssertionError(f"{event} never came")


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_run_opens_the_doors_and_carries_and_stops_when_told(records: Terminal) -> None:
    after: list[str] = []
    with running(records, "run", after=after, PORT="0") as process:
        port = port_of(process)
        status, body = get(f"http://127.0.0.1:{port}/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        status, body = get(f"http://127.0.0.1:{port}/ready")
        assert (status, json.loads(body)) == (200, {"ready": True, "faults": []})
        assert get(f"http://127.0.0.1:{port}/")[0] == 404, "no local door on a real store"
        assert get(f"http://127.0.0.1:{port}/people")[0] == 404
    assert after == ["doors.closed", "courier.stopped"]


def test_work_carries_without_any_door(records: Terminal) -> None:
    after: list[str] = []
    with running(records, "work", after=after) as process:
        waits_for(process, "courier.started")
    assert after == ["courier.stopped"]


def test_serve_and_work_are_two_processes_on_one_store(records: Terminal) -> None:
    with running(records, "serve", PORT="0") as serve, running(records, "work") as work:
        port = port_of(serve)
        waits_for(work, "courier.started")
        assert get(f"http://127.0.0.1:{port}/ready")[0] == 200


def test_a_port_that_is_taken_is_one_clear_line(records: Terminal) -> None:
    with running(records, "serve", PORT="0") as process:
        taken = str(port_of(process))
        done = records.usher("serve", PORT=taken)
    assert done.returncode == 2
    assert f"port {taken} cannot be used" in done.stderr


@pytest.mark.parametrize("name", ["DATABASE_URL", "USHER_KEYS"])
@pytest.mark.parametrize("words", [("demo", "--no-open"), ("talk", "--as", "jem")])
def test_the_local_doors_never_open_a_real_store(
    terminal: Terminal, name: str, words: tuple[str, ...]
) -> None:
    done = terminal.usher(*words, **{name: "sqlite:////tmp/none.db"})
    assert done.returncode == 2
    assert f"{name} is set, and the demo cannot verify who anybody is" in done.stderr
    assert not (terminal.home / "demo").exists()


def test_the_demo_opens_on_this_machine_only_with_a_store_of_its_own(terminal: Terminal) -> None:
    with running(terminal, "demo", "--no-open") as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert get(f"{address}/health")[0] == 200
        people = json.loads(get(f"{address}/people")[1])
        assert people["school"] == "Palatine Primary School"
        listening = subprocess.run(
            ["ss", "-ltnH", f"sport = :{address.rsplit(':', 1)[1]}"], capture_output=True, text=True
        ).stdout
        assert "0.0.0.0" not in listening.split("*")[0] or "127.0.0.1" in listening
        home = terminal.home / "demo"
        assert home.stat().st_mode & 0o777 == 0o700
        assert {"keys", "usher.db"} <= {path.name for path in home.iterdir()}
        assert not (terminal.home / "usher.db").exists()
        again = terminal.usher("demo", "--no-open", "--port", address.rsplit(":", 1)[1])
        assert again.returncode == 2
        assert "choose another" in again.stderr


def test_a_demo_whose_key_is_gone_says_how_to_begin_anew(terminal: Terminal) -> None:
    terminal.right("talk", "--as", "jem", typed="quit\n")
    (terminal.home / "demo" / "keys").unlink()
    done = terminal.usher("talk", "--as", "jem", typed="quit\n")
    assert done.returncode == 2
    assert "there is no master key" in done.stderr
    assert not (terminal.home / "demo" / "keys").exists(), "a new key would hide the loss"


def test_an_error_nobody_foresaw_is_logged_without_its_words(terminal: Terminal) -> None:
    code = """
import bot.cli.checking as checking
from bot.__main__ import main
def broken(**_): raise ValueError("CANARY")
checking._faults = broken
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "check"], capture_output=True, text=True, cwd=HERE,
        env=terminal.environment(),
    )  # fmt: skip
    assert done.returncode == 70
    assert "something went wrong that nobody foresaw (ValueError)" in done.stderr
    assert '"frames":"bot/cli/__init__.py' in done.stderr
    assert "Traceback" not in done.stderr
    assert "CANARY" not in done.stderr + done.stdout


def test_a_home_that_cannot_be_made_is_one_clear_line(terminal: Terminal) -> None:
    done = terminal.usher("demo", "--no-open", USHER_HOME="/dev/null/home")
    assert done.returncode == 2
    assert "cannot be made" in done.stderr


def test_help_is_quick(terminal: Terminal) -> None:
    took = []
    for _ in range(3):
        began = os.times().children_user + os.times().children_system
        assert "Start with:" in terminal.right("--help")
        took.append(os.times().children_user + os.times().children_system - began)
    assert min(took) < 0.5, "seconds of processor time"
    assert terminal.right("--version").startswith("usher ")

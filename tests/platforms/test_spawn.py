"""Usher forked from a nursery is the Usher that a school starts: the same words, log, answers and ends."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.platforms.running import Template
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import HTTP, Running, make_template, running
from tests.platforms.slack.workspace import user_of
from tests.platforms.spawn import spawn
from tests.stories.people import PEOPLE

ASKED = (
    "can I be friends with a parent on facebook?",
    "a pupil showed me a horrible picture",
    "I put a photo of year 4 on my own page by mistake",
    "what's for lunch",
    "who may post photos of the trip?",
)
Start = Callable[..., Running]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def start(template: Template, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def go(name: str, *, plain: bool) -> Running:
            return stack.enter_context(running(template, tmp_path / name, HTTP, plain=plain))

        yield go


def processor(pid: int) -> float:
    """Processor seconds a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def events(usher: Running) -> list[str]:
    return [str(json.loads(line)["event"]) for line in usher.lines]


def test_a_forked_usher_answers_and_ends_like_one_started_from_nothing(start: Start) -> None:
    told = []
    for plain in (True, False):
        usher = start(f"plain-{plain}", plain=plain)
        phone = Phone(usher.fake, user_of(usher.template.school, PEOPLE["the TA"]))
        for text in ASKED:
            phone.dm(text)
        assert usher.delivered()
        took = processor(usher._process.pid) if usher._process else 0.0
        told.append((phone.sees(), sorted(set(events(usher))), usher.health()["status"], usher.stop(), took))
    (*plain_one, of_plain), (*forked, of_fork) = told
    assert forked == plain_one
    assert forked[-1] == 0
    assert of_fork < of_plain / 2


def test_a_killed_fork_is_dead_and_starts_again_on_the_same_records(start: Start) -> None:
    usher = start("killed", plain=False)
    killed = usher._process
    usher.kill()
    assert killed is not None
    assert killed.returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(killed.pid, 0)
    usher.start()
    assert usher.health()["status"] == "ok"
    assert usher.stop() == 0


def test_a_fork_knows_only_the_environment_it_was_given(tmp_path: Path) -> None:
    done = spawn(["keys", "new"], {"PATH": os.environ["PATH"], "USHER_HOME": str(tmp_path / "own")})
    assert done.stdout is not None
    said = done.stdout.read()
    assert done.wait(60) == 0, said
    assert list((tmp_path / "own").iterdir())
    refused = spawn(["run"], {"PATH": os.environ["PATH"], "USHER_HOME": str(tmp_path / "bare")})
    assert refused.stdout is not None
    assert "usher: " in refused.stdout.read()
    assert refused.wait(60) == 2


@contextmanager
def file_changed(path: Path, before: str, after: str) -> Iterator[None]:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    try:
        yield
    finally:
        path.write_text(text, "utf-8")


def test_a_fork_reads_the_files_as_they_are_now(start: Start, template: Template) -> None:
    assert start("before", plain=False).stop() == 0
    with file_changed(template.policy / "school.yml", "\ntimezone: Europe/London", "\ntimezone: Mars/Base"):
        refused = spawn(["run"], os.environ | {"USHER_POLICY": str(template.policy)})
        assert refused.stdout is not None
        assert "school.yml" in refused.stdout.read()
        assert refused.wait(60) == 1

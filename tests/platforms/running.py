"""`usher run` as its own process for tests: a home for it, and school.yml with a platform's addresses."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.reading import read_house
from bot.school.people import School
from bot.settings import read_settings
from bot.wiring.works import open_house, open_matcher
from tests.learnt import learnt
from tests.platforms.spawn import done, spawn
from tests.waiting import PATIENCE

HERE = Path(__file__).resolve().parents[2]
OURS = ("USHER_", "DATABASE_URL", "PORT", "SLACK_", "TEAMS_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
INTENTS = Path(os.environ.get("USHER_TESTS_INTENTS") or HERE / "intents")


@dataclass(frozen=True, kw_only=True)
class Template:
    """A home with keys and tables and nothing else, and the school's files with addresses in them."""

    home: Path
    policy: Path
    school: School


@dataclass(frozen=True, kw_only=True)
class Corner:
    """The school's corner of one platform, as school.yml names it."""

    platform: str
    tenancy: str
    """What stands under `platforms:`."""
    room_of: Callable[[School, str], str]
    user_of: Callable[[School, str], str]


def make_template(folder: Path, *corners: Corner) -> Template:
    """Once a session: `usher keys new`, `usher migrate`, and an engine that has learnt."""
    plain = open_house(read_settings({"USHER_HOME": str(folder), "USHER_INTENTS": str(INTENTS)})).school
    policy = folder / "policy"
    shutil.copytree(HERE / "policy", policy)
    file = policy / "school.yml"
    file.write_text(addressed(file.read_text("utf-8"), plain, corners), "utf-8")
    school = read_house(policy, INTENTS).school
    home = folder / "home"
    home.mkdir(mode=0o700)
    template = Template(home=home, policy=policy, school=school)
    _learn(template, folder / "learnt")
    for words in (("keys", "new"), ("migrate",)):
        assert done(words, environment(template, home), timeout=60).returncode == 0
    return template


def _learn(template: Template, own: Path) -> None:
    """Learn where all tests of this machine do, and keep a hold on it.

    An engine forgets the oldest of what was learnt there, so other tests could take this away while ours
    start Usher again and again: each start would then learn anew, longer than anybody waits for it.
    """
    (template.home / "learnt").symlink_to(own)
    own.symlink_to(learnt())
    settings = read_settings(environment(template, template.home))
    with (learnt() / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        open_matcher(settings, open_house(settings))
        own.unlink()
        own.mkdir(mode=0o700)
        for made in learnt().glob("heads-*.npz"):
            _hold(made, own / made.name)


def _hold(made: Path, own: Path) -> None:
    """The same file under a second name, a copy where that can't be; nothing where it has just gone."""
    with suppress(FileNotFoundError):
        try:
            own.hardlink_to(made)
        except OSError:
            shutil.copy2(made, own)


def addressed(text: str, school: School, corners: tuple[Corner, ...]) -> str:
    """school.yml with the platforms' ids: of the channels, and of people without an e-mail address."""
    for channel in school.channels:
        ids = ", ".join(f"{c.platform}: {json.dumps(c.room_of(school, channel))}" for c in corners)
        line = re.compile(rf"^(  {channel}: \{{.*)\}}$", re.M)
        text, found = line.subn(rf"\1, addresses: {{{ids}}}}}", text)
        assert found == 1, channel
    for person in school.people.values():
        if not person.email:
            under = f"  {person.id}:\n"
            assert under in text
            ids = ", ".join(f"{c.platform}: {json.dumps(c.user_of(school, person.id))}" for c in corners)
            text = text.replace(under, f"{under}    addresses: {{{ids}}}\n")
    tenancies = "".join(f"  {corner.platform}: {corner.tenancy}\n" for corner in corners)
    return f"platforms:\n{tenancies}{text}"


def environment(template: Template, home: Path, **more: str) -> dict[str, str]:
    """What `usher` is told, and nothing of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and name.upper() not in PROXIES
    }
    own = {"USHER_HOME": str(home), "USHER_POLICY": str(template.policy), "USHER_INTENTS": str(INTENTS)}
    return kept | own | {"PORT": "0"} | more


@dataclass(kw_only=True)
class Running:
    """One Usher that can be started, killed and started again on the same store."""

    template: Template
    home: Path
    level: str = "INFO"
    lines: list[str] = field(default_factory=list)
    """Its log, line by line."""
    took: float = 0.0
    """Seconds from the command to the first open door."""
    more: dict[str, str] = field(default_factory=dict)
    plain: bool = False
    """Started from nothing, as a school does, and not forked."""
    _process: "subprocess.Popen[str] | None" = None
    _reader: threading.Thread | None = None

    def told(self) -> dict[str, str]:
        """The platform's own settings."""
        return {}

    def reached(self) -> None:
        """Wait until the platform can reach it."""

    def start(self) -> Self:
        """Start it, and wait until it can be reached."""
        if not self.home.exists():
            shutil.copytree(self.template.home, self.home, symlinks=True)
        began = time.monotonic()
        self.begin()
        self.wait_for("doors.open")
        self.reached()
        self.took = time.monotonic() - began
        return self

    def begin(self) -> "subprocess.Popen[str]":
        """Start it, and wait for nothing."""
        own = {"USHER_LOG_LEVEL": self.level, **self.told(), **self.more}
        self.lines.clear()
        self._process = spawn(["run"], environment(self.template, self.home, **own), plain=self.plain)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        return self._process

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, event: str, patience: float = PATIENCE) -> dict[str, Any]:
        """The log line of an event."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            for line in list(self.lines):
                if f'"event":"{event}"' in line:
                    return dict(json.loads(line))
            assert self._process is not None
            assert self._process.poll() is None, "Usher has ended:\n" + "\n".join(self.lines)
            time.sleep(0.01)
        raise AssertionError(f"{event} never came:\n" + "\n".join(self.lines))

    @property
    def port(self) -> int:
        """Where its web doors are."""
        return int(self.wait_for("doors.open")["port"])

    def health(self) -> dict[str, Any]:
        """What /health says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as red:
            return dict(json.load(red))

    def delivered(self, patience: float = 8.0) -> bool:
        """Wait until no notice is on its way any more; whether that was so in time."""
        until = time.monotonic() + patience
        while sum(self.health()["undelivered"].values()):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def last_lines(self) -> str:
        """Of its log."""
        return "\n".join(self.lines[-30:])

    def ended(self, patience: float = PATIENCE) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        code = self._process.wait(patience)
        assert self._reader is not None
        self._reader.join(5)
        return code

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        assert self._process is not None
        self._process.kill()
        self.ended()

    def stop(self) -> int:
        """SIGTERM: in good order. Always dead afterwards."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self.ended()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

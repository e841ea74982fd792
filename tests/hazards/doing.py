"""What the short-lived processes do: let activities in, carry notices, rotate, erase, and die when told to.

`python -m tests.hazards.doing` imports everything once and forks for each act it reads from its input.
`tests.hazards.forge` is the other side.
"""

import asyncio
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.delivery.courier import Courier, Unreachable
from bot.reading import House, read_house
from bot.reception import Reception
from bot.records import keys
from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.posting import place_key
from bot.records.retention import sweep
from bot.records.vault import KeyRing
from bot.school.activities import Activity, Filled, Place, Pressed
from bot.school.codec import from_json, to_json
from bot.school.messages import Notice, Reply
from tests.hazards.rules import Rules
from tests.hazards.story import STORY, TA, draft_of

T = TypeVar("T")
HERE = Path(__file__).resolve().parent.parent.parent
KEY = "k1:" + "A" * 43 + "="
NEW_KEY = "k2:" + "B" * 43 + "="
START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
"""A Monday in term, in school hours."""
A_LITTLE = timedelta(milliseconds=1)
PAST_THE_LEASE = timedelta(seconds=31)
FEW_KEYS = 1
"""How many keys one batch of a rotation re-wraps here, so that a small school takes many batches."""


class Struck(Exception):
    """What a named point raises when it is told to raise instead of to kill."""


class Clock:
    """Time as the tests tell it; it never stands still."""

    def __init__(self, seconds: float) -> None:
        self._now = START + timedelta(seconds=seconds)

    def __call__(self) -> datetime:
        self._now += A_LITTLE
        return self._now

    def forward(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


@dataclass(kw_only=True)
class Trap:
    """Counts the named points that are passed, and strikes at one of them."""

    point: str = ""
    nth: int = 1
    raises: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, name: str) -> None:
        self.seen[name] += 1
        if name == self.point and self.seen[name] == self.nth:
            if self.raises:
                raise Struck(name)
            os.kill(os.getpid(), signal.SIGKILL)


class Street:
    """What the platform remembers: which activities were acknowledged and answered, and every post."""

    def __init__(self, folder: Path) -> None:
        self._calls, self._posts = folder / "calls", folder / "posts"

    def acknowledge(self, id: str) -> None:
        """The platform will never send this activity again."""
        _append(self._calls, {"acked": id})

    def answer(self, id: str, reply: Reply) -> None:
        """The person has seen this."""
        _append(self._calls, {"told": id, "reply": to_json(reply)})

    def post(self, notice: Notice, replaces: str | None) -> str:
        """Hang it on the wall."""
        post = {
            "key": notice.key,
            "to": place_key(notice.to),
            "card": notice.card,
            "replaces": replaces,
            "summary": notice.message.summary,
        }
        _append(self._posts, post)
        return f"post:{notice.key}"

    @property
    def acked(self) -> set[str]:
        """Ids of activities that were acknowledged."""
        return {line["acked"] for line in _lines(self._calls) if "acked" in line}

    @property
    def told(self) -> dict[str, Reply]:
        """Activity id -> what was said back."""
        return {line["told"]: from_json(line["reply"]) for line in _lines(self._calls) if "told" in line}

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Every post, first to last."""
        return _lines(self._posts)


def _append(file: Path, line: dict[str, Any]) -> None:
    with file.open("ab") as out:
        out.write(json.dumps(line).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def _lines(file: Path) -> list[dict[str, Any]]:
    """Whole lines only: a process may have been killed while writing one."""
    text = file.read_text() if file.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


class Hands:
    """A platform that posts to the street, save to whoever it cannot reach."""

    def __init__(self, street: Street, broken: list[str]) -> None:
        self._street, self._broken = street, broken

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it."""
        if place_key(notice.to) in self._broken:
            raise Unreachable
        return self._street.post(notice, replaces)


class Here:
    """Work with the database is done where one stands."""

    async def do(self, act: Callable[[], T]) -> T:
        """At once."""
        return act()


class Doing:
    """One process of Usher: its counter, its courier, and the platform outside."""

    def __init__(
        self,
        *,
        url: str,
        folder: str,
        seconds: float = 0,
        point: str = "",
        nth: int = 1,
        raises: bool = False,
        broken: list[str] | None = None,
        mutant: str = "",
        ring: str = KEY,
    ) -> None:
        if mutant:
            importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
        self.trap = Trap(point=point, nth=nth, raises=raises)
        self.clock = Clock(seconds)
        self.street = Street(Path(folder))
        self.database = Database(url, KeyRing.parse(ring), moment=self.trap)
        self.outbox = Outbox(self.database)
        home = house()
        self.school = home.school.id
        self.reception = Reception(
            database=self.database,
            houses={self.school: home},
            matchers={self.school: Rules(tuple(home.intents))},
            moment=self.trap,
        )
        hands = Hands(self.street, broken or [])
        self.courier = Courier(
            outbox=self.outbox,
            sender_for=lambda school, to: hands,
            desk=Here(),
            now=self.clock,
            worker=f"worker-{os.getpid()}",
            jitter=lambda: 0.0,
            speaking=lambda now: {self.school: now},
            moment=self.trap,
        )

    def take(self, activity: Activity) -> Reply:
        """What every door does: let it in, and only then acknowledge it and say the reply."""
        reply = self.reception.admit(activity)
        self.trap("acked")
        self.street.acknowledge(activity.id)
        self.street.answer(activity.id, reply)
        return reply

    def activity(self, id: str, who: str, did: Pressed | Filled | Any) -> Activity:
        """One thing a person did, now."""
        return Activity(id=id, school=self.school, person=who, place=Place(), did=did, at=self.clock())

    async def deliver(self, rounds: int) -> int:
        """Carry what can be carried, waiting so many leases for the rest; how many notices are left."""
        left = 0
        for turn in range(rounds):
            if turn:
                self.clock.forward(PAST_THE_LEASE)
            await self._carry()
            await self.courier.sweep()
            await self._carry()
            left = sum(self.outbox.undelivered().values())
            if not left:
                break
        return left

    async def _carry(self) -> None:
        while True:
            await self.courier.cycle()
            if not self.courier._sending:
                return
            await asyncio.wait(self.courier._sending)


_HOUSES: list[House] = []


def house() -> House:
    """The sample school, read once; but what its people would review is erased when its time has come."""
    if not _HOUSES:
        found = read_house(HERE / "policy", HERE / "intents", phrasings=False)
        rules = {kind: replace(rule, then="erase") for kind, rule in found.school.retention.items()}
        _HOUSES.append(replace(found, school=replace(found.school, retention=rules)))
    return _HOUSES[0]


def walk(*, peek: bool = False, rounds: int = 1, **wishes: Any) -> dict[str, Any]:
    """Go on with the story where the platform stands: what was not acknowledged is delivered again."""
    doing = Doing(**wishes)
    if peek:
        look_at_draft(doing)
    stuck = ""
    for step in STORY:
        told = doing.street.told
        if step.id in told:
            continue
        if step.id in doing.street.acked:
            stuck = step.id
            break
        activity = doing.activity(step.id, step.who, step.did(told))
        try:
            doing.take(activity)
        except Struck:
            doing.take(activity)
        asyncio.run(doing.deliver(1))
    left = asyncio.run(doing.deliver(rounds))
    return {"seen": dict(doing.trap.seen), "stuck": stuck, "left": left}


def look_at_draft(doing: Doing) -> None:
    """The person comes back to the half-written report before anything is delivered again."""
    told = doing.street.told
    if "begin" in told and "send" not in told:
        pressed = Pressed(action="draft.resume", value=draft_of(told))
        doing.street.answer("peek", doing.reception.admit(doing.activity("peek", TA, pressed)))


def repeat(**wishes: Any) -> dict[str, Any]:
    """The platform delivers the whole story a second time; every reply must be the one it knows."""
    doing = Doing(**wishes)
    told = doing.street.told
    other = [
        step.id
        for step in STORY
        if step.id in told
        and doing.reception.admit(doing.activity(step.id, step.who, step.did(told))) != told[step.id]
    ]
    return {"other": other, "left": asyncio.run(doing.deliver(4))}


def rotate(**wishes: Any) -> dict[str, Any]:
    """Move every data key to a newer master key."""
    keys.BATCH = FEW_KEYS
    doing = Doing(ring=f"{NEW_KEY},{KEY}", **wishes)
    done = doing.database.rotate(lambda *_: None)
    return {"seen": dict(doing.trap.seen), "done": done}


def retain(**wishes: Any) -> dict[str, Any]:
    """Erase what is no longer kept."""
    doing = Doing(**wishes)
    swept = sweep(doing.database, doing.school, doing.clock())
    return {"seen": dict(doing.trap.seen), "cases": swept.cases, "scrubbed": swept.scrubbed}


def same(*, who: str, action: str, value: str, times: int, gate: float, **wishes: Any) -> list[str]:
    """The same activity several times at once; what each was answered."""
    doing = Doing(**wishes)
    activity = Activity(
        id="the-same", school=doing.school, person=who, place=Place(), did=_did(action, value), at=START
    )
    replies: list[str] = []

    def knock() -> None:
        time.sleep(max(0.0, gate - time.time()))
        replies.append(to_json(doing.reception.admit(activity)))

    threads = [threading.Thread(target=knock) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def _did(action: str, value: str) -> Pressed | Filled:
    if action == "draft.send":
        return Filled(action=action, value=value, answers={})
    return Pressed(action=action, value=value)


def silence(**wishes: Any) -> dict[str, Any]:
    """Type canaries everywhere; see tests.hazards.singing."""
    from tests.hazards import singing

    return singing.sing(**wishes)


def tick(**wishes: Any) -> dict[str, Any]:
    """The escalation clock ticks once; see tests.hazards.ticking."""
    from tests.hazards import ticking

    return ticking.tick(**wishes)


def remind(**wishes: Any) -> dict[str, Any]:
    """Campaigns make their rounds once, and a courier carries; see tests.hazards.travelling."""
    from tests.hazards import travelling

    return travelling.remind(**wishes)


ACTS: dict[str, Callable[..., Any]] = {
    act.__name__: act for act in (walk, repeat, rotate, retain, same, silence, tick, remind)
}


def _begin(act: dict[str, Any]) -> tuple[int, int]:
    """Fork; the child does the act and ends. Its process id and where to hear from it."""
    hear, say = os.pipe()
    pid = os.fork()
    if pid:
        os.close(say)
        return pid, hear
    os.close(hear)
    os.dup2(2, 1)
    code = 1
    try:
        said, trouble, code = ACTS[act.pop("act")](**act), "", 0
    except BaseException:  # noqa: BLE001 - whatever it was, the other side is told
        said, trouble = None, traceback.format_exc()
    with os.fdopen(say, "w") as out:
        json.dump({"said": said, "trouble": trouble}, out)
    os._exit(code)


def _end(pid: int, hear: int) -> dict[str, Any]:
    with os.fdopen(hear) as heard:
        text = heard.read()
    _, status = os.waitpid(pid, 0)
    said = json.loads(text) if text else {"said": None, "trouble": ""}
    return {
        "killed_by": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        **said,
    }


def main() -> None:
    """Fork for each line of acts, until there are no more."""
    house()
    for line in sys.stdin:
        begun = [_begin(act) for act in json.loads(line)]
        sys.stdout.write(json.dumps([_end(*one) for one in begun]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    from tests.hazards import doing  # the same classes that mutants change, not a second copy

    doing.main()

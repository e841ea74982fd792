"""Simulated time for the escalation clock: cases, ticks at any moment, and what must have come of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.vault import KeyRing
from bot.school.concerns import Case, CaseKind, NewCase, State, Urgency
from bot.school.escalation import Rung, due, whom
from bot.school.people import Role, School
from bot.school.routing import REPORTER, SUBJECT
from bot.wiring.rounds import Rounds
from tests.hazards.doing import KEY, Here, house

TA, DSL, HEAD, CHAIR = "jem-karuna", "isolde-penhallow", "rafferty-oduya", "cressida-wainfleet"
PAIR = (Role.DSL, Role.DEPUTY_DSL)
WORKERS = 3
SECOND = timedelta(seconds=1)
TICK = timedelta(seconds=15)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A case of one kind; `about` is whom it is about."""

    urgency: Urgency
    kind: CaseKind = CaseKind.ESAFETY
    roles: tuple[Role, ...] = PAIR
    about: str = ""


KINDS: Mapping[str, Kind] = {
    **{urgency.value: Kind(urgency=urgency) for urgency in Urgency},
    "child of a report about the head": Kind(urgency=Urgency.TODAY, about=HEAD),
    "adult, today": Kind(urgency=Urgency.TODAY, kind=CaseKind.BREACH, roles=(Role.HEADTEACHER,)),
    "adult, should be known": Kind(urgency=Urgency.KNOWN, kind=CaseKind.BREACH, roles=(Role.HEADTEACHER,)),
    "about the head": Kind(urgency=Urgency.TODAY, kind=CaseKind.BREACH, roles=(Role.CHAIR,), about=HEAD),
    "about the DSL": Kind(urgency=Urgency.DANGER, roles=(Role.DEPUTY_DSL,), about=DSL),
}


class Ticking:
    """One process of those that tick: a database of its own, and the time it is told."""

    def __init__(self, url: str, school: School) -> None:
        self.database = Database(url, KeyRing.parse(KEY))
        self.at = datetime.min.replace(tzinfo=UTC)
        self.trouble: dict[str, str] = {}
        self.rounds = Rounds(
            database=self.database,
            schools=lambda: [school],
            desk=Here(),
            now=lambda: self.at,
            wake=lambda: None,
            trouble=self.trouble,
        )

    def tick(self, at: datetime) -> None:
        """The clock ticks once."""
        self.at = at
        asyncio.run(self.rounds.escalate())
        assert not self.trouble

    def close(self) -> None:
        """No more."""
        self.database.close()


def tick(*, url: str, at: str, mutant: str = "") -> dict[str, Any]:
    """What a forked process does: one tick at a moment, perhaps with a fault put in on purpose."""
    if mutant:
        import importlib

        importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
    one = Ticking(url, house().school)
    one.tick(datetime.fromisoformat(at))
    one.close()
    return {}


@dataclass(kw_only=True)
class Travel:
    """A database through simulated time: each moment all workers tick at once."""

    url: str
    school: School
    together: Callable[[datetime], None] | None = None
    """How the workers tick; None means three threads here."""
    ticks: list[datetime] | None = None
    ended: dict[str, tuple[datetime | None, datetime | None]] | None = None
    """Case -> when it was opened and acknowledged."""

    def __post_init__(self) -> None:
        """Three workers of its own, and a desk for what people do."""
        self.desk = Database(self.url, KeyRing.parse(KEY))
        self.cases: dict[str, Case] = {}
        self.ticks, self.ended = [], {}
        self.workers = [] if self.together else [Ticking(self.url, self.school) for _ in range(WORKERS)]
        self.pool = ThreadPoolExecutor(WORKERS)

    def close(self) -> None:
        """No more."""
        self.pool.shutdown()
        for each in (*self.workers, self):
            (each.desk if isinstance(each, Travel) else each.database).close()

    def send(self, sent: datetime, names: Iterable[str] = KINDS) -> None:
        """A case of each of these kinds is sent at this very moment."""
        with self.desk.books(self.school.id, sent) as books:
            for name in names:
                wanted = KINDS[name]
                excluded = {TA: REPORTER, **({wanted.about: SUBJECT} if wanted.about else {})}
                new = NewCase(
                    kind=wanted.kind, part="both", urgency=wanted.urgency, roles=wanted.roles,
                    excluded=excluded, account={"form": "esafety", "answers": {}},
                )  # fmt: skip
                self.cases[f"{name} {sent}"] = books.cases.open(TA, "esafety", [new]).cases[0]

    def open(self, at: datetime) -> None:
        """Every case is opened."""
        self._end(at, State.OPENED, opened_by=DSL)

    def acknowledge(self, at: datetime) -> None:
        """Every case is acknowledged."""
        self._end(at, State.ACKNOWLEDGED, opened_by=DSL, acknowledged_by=DSL)

    def _end(self, at: datetime, state: State, **by: str) -> None:
        assert self.ended is not None
        with self.desk.books(self.school.id, at) as books:
            for case in self.cases.values():
                now = books.cases.by_reference(case.reference)
                if now.acknowledged is None:
                    moved = books.cases.move(now, state, **by)
                    self.ended[case.id] = (moved.opened, moved.acknowledged)

    def forget(self, at: datetime) -> None:
        """Everything has been delivered, long ago, and is pruned."""
        outbox = Outbox(self.desk)
        for waiting in outbox.claim(at, "w", lease=TICK, most=100_000):
            outbox.settle(waiting, at, "post")
        outbox.prune(at + SECOND, older=timedelta(0))

    def go(self, moments: Iterable[datetime]) -> None:
        """Time passes, with ticks at these moments."""
        assert self.ticks is not None
        for at in sorted(moments):
            self.ticks.append(at)
            if self.together:
                self.together(at)
            else:
                list(self.pool.map(lambda worker, now=at: worker.tick(now), self.workers))

    def wrong(self) -> list[str]:
        """What has not come as it must, in sentences; nothing when all is well."""
        return [fault for case in self.cases.values() for fault in self._faults(case)]

    def _faults(self, case: Case) -> Iterator[str]:
        wanted = dict(self._wanted(case))
        with self.desk.read(self.school.id, datetime.now(UTC)) as books:
            taken = [
                (entry["facts"]["step"], entry["at"])
                for entry in books.audit.about(case.reference)
                if entry["verb"] == "case.escalated"
            ]
            posted = books.outbox.trail(case.id)
        for step, times in Counter(step for step, _ in taken).items():
            if times > 1:
                yield f"{case.kind} {case.urgency}: {step} was taken {times} times"
        if sorted(taken) != sorted((step, at) for step, (at, _) in wanted.items()):
            yield f"{case.kind} {case.urgency}: {taken} instead of {[(s, w[0]) for s, w in wanted.items()]}"
        told = Counter((f"{one.key}::".split(":")[2], one.to.person) for one in posted)
        here = {(step, person): 1 for step, (_, people) in wanted.items() for person in people}
        if posted and told != Counter(here):
            yield f"{case.kind} {case.urgency}: told {told} instead of {here}"
        subjects = {person for person, why in case.excluded.items() if why == SUBJECT}
        for one in posted:
            if one.to.person in subjects:
                yield f"{one.to.person}, whom it is about, was told of {one.key}"

    def _wanted(self, case: Case) -> Iterator[tuple[str, tuple[datetime, set[str]]]]:
        """Step -> the first tick after its minute, and who is told then."""
        assert self.ticks is not None
        done: set[str] = set()
        for at in self.ticks:
            for rung in due(self.school, self._at(case, at), at) if at > case.sent else ():
                if rung.id not in done:
                    done.add(rung.id)
                    yield rung.id, (at, self._told(case, rung, at))

    def _told(self, case: Case, rung: Rung, at: datetime) -> set[str]:
        people = {person.id for person in whom(self.school, case, rung, at)}
        return people | ({case.reporter} if rung.reporter else set())

    def _at(self, case: Case, at: datetime) -> Case:
        """The case as it stood at a tick."""
        assert self.ended is not None
        ends = self.ended.get(case.id, (None, None))
        opened, acknowledged = (end if end is not None and end <= at else None for end in ends)
        return replace(case, opened=opened, acknowledged=acknowledged)


def around(moments: Iterable[datetime]) -> set[datetime]:
    """Ticks just before each moment, at it, and after it."""
    return {at + gap for at in moments for gap in (-SECOND, timedelta(0), TICK)}


def outside(moments: Iterable[datetime], since: datetime, length: timedelta) -> list[datetime]:
    """The same without those in an outage, and one tick as soon as it is over."""
    until = since + length
    return sorted({at for at in moments if not since < at < until} | {until})


def first_rungs(school: School, cases: Sequence[Case], until: datetime, most: int = 6) -> set[datetime]:
    """When the first steps of each case are due."""
    from bot.school.escalation import ladder

    return {rung.at for case in cases for rung in ladder(school, case, until)[:most]}

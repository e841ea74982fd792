"""Takes notices from the outbox to the platforms and doesn't rest until each has arrived."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from logging import WARNING
from typing import Protocol, TypeVar

from bot import log
from bot.records.outbox import Outbox, Waiting
from bot.school.messages import Lane, Notice, Recipient

T = TypeVar("T")

LEASE = timedelta(seconds=30)
"""How long a claimed notice is ours; after a crash anybody may take it then."""
LONGEST_SEND = timedelta(seconds=10)
ALARM_AFTER = timedelta(seconds=60)
"""Undelivered for this long: the next in line is told as well."""
UNREACHABLE_AGAIN = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=5)
LONGEST_ALERT_RETRY = timedelta(seconds=20)
POLL = 0.5
"""Seconds between looks at the outbox when nobody has rung."""
BATCH = 50
IN_FLIGHT = 200
CARDS = 10_000
DRAIN = 8.0
"""Seconds that stopping waits for what is being sent."""


class Later(Exception):
    """The platform asks to wait this long before trying again."""

    def __init__(self, after: timedelta, why: str = "rate_limited") -> None:
        super().__init__(why)
        self.after = after
        self.why = why


class Unreachable(Exception):
    """The recipient cannot be reached this way at all: tell the next in line now."""

    def __init__(self, why: str = "no_address") -> None:
        super().__init__(why)
        self.why = why


class Sender(Protocol):
    """A platform's hands: renders a notice and posts it."""

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it, in place of the earlier post `replaces` if there is one; what it is called now."""
        ...


class Desk(Protocol):
    """Where work with the database is done, away from the event loop."""

    async def do(self, act: Callable[[], T]) -> T:
        """Do it there and give back what comes of it."""
        ...


Card = tuple[str, str, Recipient]
"""School, card, and where it is on show."""

SenderFor = Callable[[str, Recipient], Sender]
"""School and recipient -> the platform that reaches them. Raises Unreachable."""


@dataclass
class Turn:
    """Who is next with one card."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


@dataclass(kw_only=True)
class Courier:
    """One courier of one process; any number may work on the same outbox."""

    outbox: Outbox
    sender_for: SenderFor
    desk: Desk
    now: Callable[[], datetime]
    worker: str
    jitter: Callable[[], float]
    """A number from 0 to 1, different each time."""
    speaking: Callable[[datetime], Mapping[str, datetime]]
    """Schools in which campaigns may speak at a moment, and since when; what else they say waits."""
    moment: Callable[[str], None] = lambda _name: None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _turns: dict[Card, Turn] = field(default_factory=dict)
    _newest: dict[Card, int] = field(default_factory=dict)

    def wake(self) -> None:
        """Something has just been committed: look now. Call it from the event loop."""
        self._bell.set()

    def stop(self) -> None:
        """Claim nothing more; `run` ends once what is being sent has been, or after DRAIN."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Carry notices until stopped."""
        while not self._stopping:
            self._bell.clear()
            if not await self.cycle():
                await self._rung()
        if self._sending:
            await asyncio.wait(self._sending, timeout=DRAIN)
        for task in self._sending:
            task.cancel()

    async def cycle(self) -> bool:
        """Claim and start sending; whether there may be more to do at once."""
        while len(self._sending) >= IN_FLIGHT:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        most = min(BATCH, IN_FLIGHT - len(self._sending))
        claimed: list[Waiting] = []
        await self._caught("claim", self._claim(claimed, most))
        for waiting in claimed:
            task = asyncio.create_task(self._deliver(waiting, self.now()))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(claimed) == most

    async def sweep(self) -> None:
        """Tell the next in line about every alert that has not arrived for too long."""
        await self._caught("sweep", self._sweep())

    async def _sweep(self) -> None:
        late = await self.desk.do(lambda: self.outbox.overdue(self.now(), older=ALARM_AFTER))
        for waiting in late:
            await self._alarm(waiting)
        if late:
            log.event("courier.overdue", count=len(late), code="undelivered")

    async def _rung(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), POLL)
        except TimeoutError:
            return

    async def _claim(self, into: list[Waiting], most: int) -> None:
        now = self.now()
        speaking = self.speaking(now)
        into += await self.desk.do(
            lambda: self.outbox.claim(now, self.worker, lease=LEASE, most=most, speaking=speaking)
        )

    async def _deliver(self, waiting: Waiting, claimed: datetime) -> None:
        """Send one notice in its turn; whatever goes wrong, it is tried again."""
        async with self._turn(waiting):
            if self._stopping:
                await self._caught("release", self._release(waiting))
            elif self.now() - claimed < LEASE - LONGEST_SEND:
                failure = await self._caught("send", self._send(waiting))
                if failure:
                    await self._caught("retry", self._put_off(waiting, failure))

    @asynccontextmanager
    async def _turn(self, waiting: Waiting) -> AsyncIterator[None]:
        """One card is brought up to date by one notice at a time, in the order of the outbox."""
        if not waiting.notice.card:
            yield
            return
        turn = self._turns.setdefault(_card(waiting), Turn())
        turn.users += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[_card(waiting)]

    async def _send(self, waiting: Waiting) -> None:
        notice, began = waiting.notice, self.now()
        sender = self.sender_for(waiting.school, notice.to)
        replaces = await self._posted_before(waiting) if notice.card else None
        if replaces and self._newest.get(_card(waiting), 0) > waiting.id:
            # It failed at first, and its card has moved on: what is on show must not go back.
            await self.desk.do(lambda: self.outbox.settle(waiting, self.now(), replaces))
            return
        async with asyncio.timeout(LONGEST_SEND.total_seconds()):
            posted = await sender.send(waiting.school, notice, replaces)
        self.moment("sent")
        self._remember(waiting)
        await self.desk.do(lambda: self.outbox.settle(waiting, self.now(), posted))
        took = round((self.now() - began).total_seconds() * 1000)
        log.event(
            "courier.delivered",
            school=waiting.school,
            lane=notice.lane.value,
            attempts=waiting.attempts + 1,
            ms=took,
        )

    def _remember(self, waiting: Waiting) -> None:
        """Remember which notice of a card is on show, for as many cards as are likely to move."""
        if waiting.notice.card:
            self._newest[_card(waiting)] = waiting.id
            while len(self._newest) > CARDS:
                self._newest.pop(next(iter(self._newest)))

    async def _posted_before(self, waiting: Waiting) -> str | None:
        notice = waiting.notice
        return await self.desk.do(lambda: self.outbox.posted_before(waiting.school, notice.card, notice.to))

    async def _put_off(self, waiting: Waiting, failure: Exception) -> None:
        """Try again later. When a room is gone, each of its readers is told now; else the next in line."""
        after, why = self._again(waiting, failure)
        lane, tried = waiting.notice.lane.value, waiting.attempts + 1
        log.event(
            "courier.put_off", level=WARNING, school=waiting.school, lane=lane, attempts=tried, code=why
        )
        await self.desk.do(lambda: self.outbox.retry(waiting, self.now(), after=after, why=why))
        if isinstance(failure, Unreachable) and not waiting.alarms:
            for told in range(max(waiting.notice.readers, 1)):
                await self._alarm(replace(waiting, alarms=told))

    def _again(self, waiting: Waiting, failure: Exception) -> tuple[timedelta, str]:
        """After how long to try again, and why it has not arrived, as a code."""
        match failure:
            case Later():
                return failure.after, failure.why
            case Unreachable():
                return UNREACHABLE_AGAIN, failure.why
            case TimeoutError():
                return self._backoff(waiting), "timed_out"
            case OSError():
                return self._backoff(waiting), "unreachable"
        return self._backoff(waiting), "unknown"

    def _backoff(self, waiting: Waiting) -> timedelta:
        """Twice as long each time, up to a limit, and never all at the same moment."""
        alert = waiting.notice.lane is Lane.ALERT
        longest = LONGEST_ALERT_RETRY if alert else LONGEST_RETRY
        doubled: timedelta = FIRST_RETRY * (1 << min(waiting.attempts, 16))
        return min(doubled, longest) * (0.5 + 0.5 * self.jitter())

    async def _alarm(self, waiting: Waiting) -> None:
        raised = await self.desk.do(lambda: self.outbox.raise_alarm(waiting, self.now()))
        if raised:
            log.event("alarm.raised", school=waiting.school, lane=waiting.notice.lane.value)
            self.wake()

    async def _release(self, waiting: Waiting) -> None:
        await self.desk.do(lambda: self.outbox.release(waiting, self.now()))

    async def _caught(self, step: str, act: Awaitable[None]) -> Exception | None:
        """Do it, and give back what went wrong: the one place where any error is survived."""
        try:
            await act
        except Exception as failure:  # noqa: BLE001 - a courier that dies delivers nothing
            if not isinstance(failure, Later | Unreachable | OSError):
                log.failure("courier.failed", failure, step=step)
            return failure
        return None


def _card(waiting: Waiting) -> Card:
    return waiting.school, waiting.notice.card, waiting.notice.to

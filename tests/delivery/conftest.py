"""A real outbox on SQLite, a clock that is set by hand, and a platform that does what it is told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.delivery.courier import Courier
from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.vault import KeyRing
from bot.school.messages import Lane, Message, Notice, Recipient

T = TypeVar("T")
START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Threads:
    """One thread for the database, as wiring has it."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)

    async def do(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.pool, act)


@dataclass
class Platform:
    """Posts what it is given, unless told to fail."""

    posted: list[tuple[str, str | None]] = field(default_factory=list)
    """Key of each notice, and what it replaced."""
    fails: Callable[[Notice], BaseException | None] = lambda _notice: None
    slow: Callable[[Notice], Awaitable[None]] | None = None

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        if self.slow:
            await self.slow(notice)
        if failure := self.fails(notice):
            raise failure
        self.posted.append((notice.key, replaces))
        return f"ts-{len(self.posted)}"

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.posted]


@dataclass
class Post:
    """The whole of delivery, with its hands tied to a clock."""

    database: Database
    platform: Platform
    moments: list[str]
    at: datetime = START
    speaking: tuple[str, ...] = ("s", "small")
    """Schools in which campaigns may speak."""
    threads: Threads = field(default_factory=Threads)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.database)

    def courier(self, name: str = "a") -> Courier:
        return Courier(
            outbox=self.outbox,
            sender_for=lambda school, to: self.platform,
            desk=self.threads,
            now=lambda: self.at,
            worker=name,
            jitter=lambda: 1.0,
            speaking=lambda now: dict.fromkeys(self.speaking, now),
            moment=self.moments.append,
        )

    def write(self, *notices: Notice) -> None:
        with self.database.books("s", self.at) as books:
            for notice in notices:
                books.outbox.post(notice)

    def later(self, **times: float) -> None:
        self.at += timedelta(**times)

    async def round(self, courier: Courier) -> None:
        """One cycle, and all that it began."""
        await courier.cycle()
        if courier._sending:
            await asyncio.wait(courier._sending)

    def waiting(self) -> int:
        return sum(self.outbox.undelivered().values())


def notice(key: str, lane: Lane = Lane.CHAT, to: str = "amy", card: str = "", *fallback: str) -> Notice:
    return Notice(
        key=key,
        lane=lane,
        to=Recipient(person=to),
        message=Message(summary=key),
        card=card,
        fallback=tuple(Recipient(person=each) for each in fallback),
    )


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    database = Database(f"sqlite:///{tmp_path}/usher.db", KeyRing.parse(KeyRing.new_key()))
    database.migrate()
    made = Post(database=database, platform=Platform(), moments=[])
    yield made
    made.threads.pool.shutdown()
    database.close()

"""Is Usher well? Numbers and codes for whoever runs it, never a word of content."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from bot import log
from bot.delivery.courier import Desk
from bot.records.database import Database
from bot.records.errors import RecordsFault
from bot.records.outbox import Outbox
from bot.school.people import ROLE_NAMES, Role, School

RED_AFTER = timedelta(seconds=120)
"""A notice undelivered for longer than this turns /health red."""
UNHURRIED = timedelta(minutes=30)
"""A campaign goes out at the pace its platform allows: for a thousand people that takes minutes."""
PATIENCE = 5.0
"""Seconds after which a database that does not answer counts as down."""
NEEDED = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER, Role.CHAIR)


@dataclass(frozen=True, kw_only=True)
class Health:
    """How delivery stands."""

    red: bool
    oldest: float | None
    """Seconds the oldest undelivered notice has waited."""
    undelivered: Mapping[str, int]
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        """What /health answers."""
        return {
            "status": "red" if self.red else "ok",
            "code": self.code,
            "oldest_undelivered_seconds": self.oldest,
            "undelivered": dict(self.undelivered),
        }


@dataclass(kw_only=True)
class Watch:
    """Looks at the outbox and the records, and remembers what it saw last to log only changes."""

    database: Database
    outbox: Outbox
    schools: Callable[[], Iterable[School]]
    desk: Desk
    now: Callable[[], datetime]
    speaking: Callable[[datetime], Mapping[str, datetime]]
    """Schools in which campaigns may speak at a moment, and since when; elsewhere theirs wait rightly."""
    trouble: dict[str, str] = field(default_factory=dict)
    """What a platform cannot do any more -> its code; any of them turns /health red."""
    _was_red: bool = False

    async def health(self) -> Health:
        """Alive, and notices arrive."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.desk.do(self._look)
        except TimeoutError:
            return _down("timed_out")
        except RecordsFault as fault:
            return _down(type(fault).__name__)

    def _look(self) -> Health:
        now = self.now()
        oldest = self.outbox.oldest(now, self.speaking(now), unhurried=UNHURRIED)
        late = oldest is not None and oldest > RED_AFTER
        codes = ["undelivered", *self.trouble.values()] if late else list(self.trouble.values())
        waiting = {lane.value: count for lane, count in self.outbox.undelivered().items()}
        return Health(
            red=bool(codes),
            oldest=round(oldest.total_seconds(), 1) if oldest is not None else None,
            undelivered=waiting,
            code=codes[0] if codes else "",
        )

    async def faults(self) -> tuple[str, ...]:
        """Why Usher is not ready, as codes; empty when it is."""
        missing = tuple(f"no_{role.value}" for school in self.schools() for role in unfilled(school))
        try:
            async with asyncio.timeout(PATIENCE):
                await self.desk.do(self.database.ready)
        except TimeoutError:
            return (*missing, "timed_out")
        except RecordsFault as fault:
            return (*missing, type(fault).__name__)
        return missing

    async def tick(self) -> None:
        """Log when health turns red, and when it is well again."""
        health = await self.health()
        if health.red != self._was_red:
            self._was_red = health.red
            log.event("health.red" if health.red else "health.ok", code=health.code or None)

    def routes(self) -> list[web.RouteDef]:
        """The two addresses for whoever watches Usher."""
        return [web.get("/health", self._health), web.get("/ready", self._ready)]

    async def _health(self, _request: web.Request) -> web.Response:
        health = await self.health()
        return web.json_response(health.as_json(), status=503 if health.red else 200)

    async def _ready(self, _request: web.Request) -> web.Response:
        faults = await self.faults()
        body = {"ready": not faults, "faults": list(faults)}
        return web.json_response(body, status=503 if faults else 200)


def unfilled(school: School) -> tuple[Role, ...]:
    """Roles that nobody holds and the school cannot do without."""
    return tuple(role for role in NEEDED if not school.holders(role))


def nobody_on_duty(school: School, day: date) -> tuple[str, ...]:
    """Roles whose holders are all away on a day, in words."""
    held = [role for role in NEEDED if school.holders(role)]
    return tuple(ROLE_NAMES[role] for role in held if not school.on_duty(role, day))


def _down(code: str) -> Health:
    return Health(red=True, oldest=None, undelivered={}, code=code)

"""Slack in several workspaces: what the records say is installed, made live here without a restart."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot import log
from bot.platforms.slack.identity import SLACK
from bot.platforms.slack.install import Grant, Taken
from bot.records.errors import RecordsFault
from bot.records.installations import Installation
from bot.wiring.slack_proof import workspace_of
from bot.wiring.works import Usher, now

if TYPE_CHECKING:
    from bot.platforms.slack.receive import Workspace
    from bot.wiring.slack import SlackAt

EVERY = 3.0
"""Seconds between looks at what other processes have installed or seen taken away."""
AGAIN = 30.0
"""Seconds after which a workspace that was not in order is looked at again."""


@dataclass(frozen=True, kw_only=True)
class Unready:
    """An installation whose workspace is not in order yet."""

    id: str
    due: float
    faults: tuple[str, ...]


@dataclass(kw_only=True)
class Installs:
    """The installations of every school that names a workspace."""

    usher: Usher
    at: "SlackAt"
    clock: Callable[[], float] = time.monotonic
    live: dict[str, str] = field(default_factory=dict)
    """School -> the installation by which it is connected."""
    unready: dict[str, Unready] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    """Schools that had Usher once and let it go."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Connect what is new, let go what is gone, try again what was not in order."""
        async with self._turn:
            try:
                found = await self.usher.threads.do(self._found)
            except RecordsFault as fault:
                log.event("slack.installations_unknown", code=type(fault).__name__)
                return
            await asyncio.gather(*(self._bring(school, last) for school, last in found.items()))

    async def take(self, grant: Grant) -> Taken:
        """A workspace has agreed: kept if it is one of ours, and live from now on."""
        school = self._named().get(grant.team)
        if school is None:
            log.event("slack.install_refused", code="unknown_workspace")
            return Taken()
        if not await self.usher.threads.do(partial(_keep, self.usher, school, grant)):
            log.event("slack.install_refused", code="state", school=school)
            return Taken(again=True)
        await self.look()
        waiting = self.unready.get(school)
        name = self.at.declared[school].name
        return Taken(school=name, open=len(waiting.faults) if waiting else 0)

    def awaited(self, team: str) -> bool:
        """Whether a workspace is one of ours and not open, though it has not let Usher go: it will be soon.

        What it has to say meanwhile must come again. Slack sends it three more times within six minutes.
        """
        school = self._named().get(team)
        return school is not None and team not in self.at.workspaces and school not in self.removed

    async def gone(self, here: "Workspace") -> None:
        """The app was removed there, or its token withdrawn."""
        await self.usher.threads.do(partial(_end, self.usher, here.school, here.known.team))
        await self.look()

    def _named(self) -> dict[str, str]:
        """Workspace -> school, as the school.yml files have it: nobody else's is taken."""
        named = {workspace_of(school): id for id, school in self.at.declared.items()}
        return {team: school for team, school in named.items() if team}

    def _found(self) -> dict[str, Installation | None]:
        moment, found = now(), {}
        for school in self._named().values():
            with self.usher.database.read(school, moment) as books:
                found[school] = books.installations.last(SLACK)
        return found

    async def _bring(self, school: str, last: Installation | None) -> None:
        """Bring one school's connection in line with its last installation."""
        if last is not None and last.gone:
            self.removed.add(school)
        else:
            self.removed.discard(school)
        if last is None or last.gone:
            self._leave(school)
            self.at.alarm(school, "slack_gone" if last else "")
            return
        waiting = self.unready.get(school)
        if self.live.get(school) == last.id:
            return
        if waiting and waiting.id == last.id and self.clock() < waiting.due:
            return
        faults = await self.at.join(last.token)
        if faults:
            self._leave(school)
            self._wait(school, last.id, tuple(faults))
            return
        self.live[school] = last.id
        self.unready.pop(school, None)
        self.at.alarm(school, "")
        log.event("slack.connected", school=school)

    def _leave(self, school: str) -> None:
        self.unready.pop(school, None)
        if self.live.pop(school, None):
            self.at.leave(school)

    def _wait(self, school: str, id: str, faults: tuple[str, ...]) -> None:
        self.unready[school] = Unready(id=id, due=self.clock() + AGAIN, faults=faults)
        self.at.alarm(school, "slack_not_ready")
        log.event("slack.not_ready", school=school, count=len(faults))


def _keep(usher: Usher, school: str, grant: Grant) -> bool:
    """With its entry in the audit, in one transaction; False when it was kept before."""
    with usher.database.books(school, now()) as books:
        kept = books.installations.keep(SLACK, grant.team, grant.token, by=grant.by, state=grant.state)
        if kept is not None:
            facts = {"platform": SLACK, "person": grant.by, "id": kept.id}
            books.audit.write("usher", "platform.installed", grant.team, **facts)
    return kept is not None


def _end(usher: Usher, school: str, team: str) -> None:
    with usher.database.books(school, now()) as books:
        if books.installations.end(SLACK):
            books.audit.write("usher", "platform.removed", team, platform=SLACK)

"""Proves one Teams tenant: whose it is, who is who, that its rooms are safe, that somebody hears of it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.platforms.teams.identity import Directory
from bot.platforms.teams.login import Login
from bot.platforms.teams.preflight import Rosters, login_fault, people_faults, reach_them, room_faults
from bot.platforms.teams.whereabouts import Voice
from bot.school.people import School
from bot.settings import Misset
from bot.wiring.tenants import school_in


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Whom another platform reaches."""

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


def whose(tenant: str, schools: Iterable[School]) -> School:
    """The school of this tenant. Misset when none is."""
    school = school_in(tenant, schools)
    if school is None:
        raise Misset(
            f"Teams: no school.yml names the tenant {tenant}: write it under platforms, teams, workspace"
        )
    return school


async def prove(
    login: Login | None,
    directory: Directory,
    voice: Voice,
    look: Callable[[], Awaitable[Rosters]],
    elsewhere: Callable[[], Elsewhere],
) -> list[str]:
    """Every fault that keeps the doors shut, a line each; `look` reads the rosters into the directory."""
    fault = await login_fault(login) if login else ""
    if fault:
        return [fault]
    rosters, there = await look(), elsewhere()
    faults = room_faults(directory, rosters, elsewhere=there.channels)
    faults += people_faults(p for p in directory.unmatched() if p.id not in there.people)
    if faults:
        return faults
    return list((await reach_them(voice, directory, elsewhere=there.people)).faults)

"""Whose tenant of Microsoft 365 it is: what picks the school for everything that comes from Teams."""

from collections.abc import Iterable

from bot.school.people import School
from bot.settings import Settings

TEAMS = "teams"


def school_in(tenant: str, schools: Iterable[School]) -> School | None:
    """The school that names the tenant, or the only one there is if it names none."""
    known = list(schools)
    for school in known:
        if tenant_of(school) == tenant.lower():
            return school
    return known[0] if len(known) == 1 and not tenant_of(known[0]) else None


def tenant_of(school: School) -> str:
    """The tenant that school.yml names; "" where it names none."""
    tenancy = school.platforms.get(TEAMS)
    return tenancy.workspace.lower() if tenancy else ""


def also_in_teams(settings: Settings, schools: Iterable[School]) -> frozenset[str]:
    """Schools that Teams serves too, so that no other platform has to reach everybody there alone."""
    school = school_in(settings.teams.tenant, schools) if settings.teams else None
    return frozenset({school.id} if school else ())

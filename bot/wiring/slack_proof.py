"""Proves one Slack workspace: whose token, which school, who is who, and that its rooms are safe."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.clients import client
from bot.platforms.slack.errors import UNSAID, SlackDown, SlackLater, SlackRefused, SlackUnreachable, called
from bot.platforms.slack.identity import SLACK, Directory, read_members, read_staff
from bot.platforms.slack.manifest import bot_scopes, read_manifest
from bot.platforms.slack.pacing import Pace
from bot.platforms.slack.preflight import Known, people_notes, room_faults, who_we_are
from bot.school.people import School
from bot.settings import SlackSettings

MANIFEST = Path(__file__).resolve().parent.parent.parent / "manifest.yml"


@dataclass(kw_only=True)
class Met:
    """One workspace, looked at once."""

    client: AsyncWebClient
    token: str = field(repr=False)
    known: Known
    pace: Pace = field(default_factory=Pace)
    directory: Directory | None = None
    """None where no school is in this workspace."""
    faults: list[str] = field(default_factory=list)
    """Why its doors stay shut, a line each."""


async def meet(
    session: ClientSession,
    settings: SlackSettings,
    token: str,
    schools: Iterable[School],
    beside: frozenset[str] = frozenset(),
) -> Met:
    """Look at everything; the faults are in what comes back.

    Schools `beside` have another platform too, which is proved later and then looks who is on neither.
    """
    web_client = client(session, token, settings.api_url)
    known = await who_we_are(web_client, needed_scopes())
    met = Met(client=web_client, token=token, known=known, faults=list(known.faults))
    if met.faults:
        return met
    school = school_of(known.team, schools)
    if school is None:
        met.faults.append(
            f"the token is of workspace {known.team}, which no school.yml names: write it under "
            "platforms, slack, workspace"
        )
        return met
    met.directory = Directory(declared=school, team=known.team)
    met.faults += await _people_and_rooms(met, met.directory, alone=school.id not in beside)
    return met


async def _people_and_rooms(met: Met, directory: Directory, *, alone: bool) -> list[str]:
    try:
        await learn(met.client, directory, met.pace)
        faults = await room_faults(met.client, directory, met.pace, met.known.user, alone=alone)
    except UNSAID as error:
        return [_unsaid(error, directory.declared)]
    return faults + (people_notes(directory) if alone else [])


def _unsaid(error: Exception, school: School) -> str:
    """What keeps us from knowing who is who."""
    tenancy = school.platforms.get(SLACK)
    group = tenancy.staff_group if tenancy else ""
    if isinstance(error, SlackRefused) and error.code == "no_such_subteam":
        return f"the staff group {group} is not there: correct platforms, slack, staff_group in school.yml"
    if isinstance(error, SlackUnreachable) and not group:
        return (
            "the staff room can't be looked into: make its channel private and invite the bot, or name a "
            "staff group under platforms, slack, staff_group"
        )
    return f"Slack did not say who is in the workspace ({type(error).__name__}): try again in a minute"


async def learn(web_client: AsyncWebClient, directory: Directory, pace: Pace) -> bool:
    """Who is in the workspace, and who of them is staff; whether anything is new."""
    members = await read_members(web_client, pace, directory.team)
    return directory.learn(members, await read_staff(web_client, directory.declared, pace))


async def revoked(web_client: AsyncWebClient) -> bool | None:
    """Whether the token is worth nothing any more; None where Slack doesn't say."""
    try:
        await called(lambda: web_client.auth_test())
    except SlackUnreachable:
        return True
    except (SlackRefused, SlackLater, SlackDown, TimeoutError):
        return None
    return False


def school_of(team: str, schools: Iterable[School]) -> School | None:
    """Whose workspace this is: the school that names it, or the only one there is if it names none."""
    known = list(schools)
    for school in known:
        if workspace_of(school) == team:
            return school
    return known[0] if len(known) == 1 and not workspace_of(known[0]) else None


def workspace_of(school: School) -> str:
    """The workspace that school.yml names; "" where it names none."""
    tenancy = school.platforms.get(SLACK)
    return tenancy.workspace if tenancy else ""


def needed_scopes() -> frozenset[str]:
    """What the app asks for, as the manifest says."""
    return bot_scopes(read_manifest(MANIFEST))

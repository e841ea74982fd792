"""`usher slack check`: every workspace looked at once, without opening any door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import ClientSession

from bot.platforms.slack.clients import client, open_session
from bot.platforms.slack.identity import SLACK, Directory
from bot.platforms.slack.preflight import app_token_fault
from bot.reading import House
from bot.records.errors import RecordsFault
from bot.records.installations import Installation
from bot.school.people import School
from bot.settings import Misset, Settings, SlackSettings
from bot.wiring.slack_proof import Met, meet, workspace_of
from bot.wiring.tenants import also_in_teams
from bot.wiring.works import now, open_database


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found in one workspace."""

    school: str = ""
    team: str = ""
    us: str = ""
    people: int = 0
    found: int = 0
    more: int = 0
    """Staff that only Slack knows."""
    missing: tuple[str, ...] = ()
    """People of school.yml who are not there."""
    faults: tuple[str, ...] = ()


async def look_over(settings: Settings, slack: SlackSettings, houses: Sequence[House]) -> list[Looked]:
    """Every workspace, and the app itself."""
    schools = [house.school for house in houses]
    beside = also_in_teams(settings, schools)
    async with open_session() as session:
        if slack.bot_token:
            found = await _by_token(session, slack, schools, beside)
        else:
            installed = _installed(settings, schools)
            found = [await _by_install(session, slack, each, installed, beside) for each in schools]
        if slack.app_token:
            socket_client = client(session, slack.bot_token, slack.api_url)
            fault = await app_token_fault(socket_client, slack.app_token)
            found += [Looked(faults=(fault,))] if fault else []
    return found


async def directory_of(
    session: ClientSession,
    settings: Settings,
    slack: SlackSettings,
    schools: Sequence[School],
    school: School,
) -> Directory | None:
    """Who is who in one school's workspace; None where it has none, or Slack doesn't say."""
    token = slack.bot_token
    if not token:
        last = _installed(settings, schools)[school.id]
        token = last.token if last is not None and not last.gone else ""
    if not token:
        return None
    met = await meet(session, slack, token, schools, also_in_teams(settings, schools))
    return met.directory if met.directory is not None and met.directory.declared.id == school.id else None


async def _by_token(
    session: ClientSession, slack: SlackSettings, schools: Sequence[School], beside: frozenset[str]
) -> list[Looked]:
    """The one workspace that the token is of; other schools have none."""
    here = _looked(await meet(session, slack, slack.bot_token, schools, beside))
    others = [each.name for each in schools if here.school and each.name != here.school]
    why = "SLACK_BOT_TOKEN is of another workspace: for several schools set USHER_SLACK_CLIENT_ID instead"
    return [here, *(Looked(faults=(f"{name}: {why}",)) for name in others)]


async def _by_install(
    session: ClientSession,
    slack: SlackSettings,
    school: School,
    installed: Mapping[str, Installation | None],
    beside: frozenset[str],
) -> Looked:
    """One school's own workspace, by what is installed there."""
    last, team = installed[school.id], workspace_of(school)
    fault = ""
    if not team:
        fault = "school.yml names no workspace: write it under platforms, slack, workspace"
    elif last is None:
        fault = f"Usher is not installed in workspace {team}: open /slack/install and choose it"
    elif last.gone:
        fault = f"Usher was removed from workspace {last.team}: open /slack/install and choose it again"
    if last is None or fault:
        return Looked(faults=(f"{school.name}: {fault}",))
    looked = _looked(await meet(session, slack, last.token, [school], beside))
    return replace(looked, faults=tuple(f"{school.name}: {each}" for each in looked.faults))


def _installed(settings: Settings, schools: Sequence[School]) -> Mapping[str, Installation | None]:
    database, moment, found = open_database(settings), now(), {}
    try:
        database.ready()
        for school in schools:
            with database.read(school.id, moment) as books:
                found[school.id] = books.installations.last(SLACK)
    except RecordsFault as fault:
        raise Misset(str(fault)) from None
    finally:
        database.close()
    return found


def _looked(met: Met) -> Looked:
    directory = met.directory
    if directory is None or not directory.members:
        return Looked(faults=tuple(met.faults))
    declared, missing = directory.declared, directory.unmatched()
    return Looked(
        school=declared.name,
        team=met.known.team,
        us=met.known.user,
        people=len(declared.people),
        found=len(declared.people) - len(missing),
        more=len(directory.school.people) - len(declared.people),
        missing=tuple(person.id for person in missing),
        faults=tuple(met.faults),
    )

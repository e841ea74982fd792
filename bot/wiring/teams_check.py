"""`usher teams check`: the tenant looked at once, without opening any door."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.platforms.slack.clients import open_session as open_slack
from bot.platforms.slack.identity import Directory as SlackDirectory
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.identity import Directory
from bot.platforms.teams.login import Login
from bot.platforms.teams.pacing import Pace
from bot.platforms.teams.preflight import Rosters, read_rosters
from bot.platforms.teams.whereabouts import Voice
from bot.reading import House
from bot.records.errors import RecordsFault
from bot.school.people import School
from bot.settings import Misset, Settings, TeamsSettings
from bot.wiring.slack_check import directory_of
from bot.wiring.teams_book import Book
from bot.wiring.teams_login import credential, way_out
from bot.wiring.teams_proof import Elsewhere, prove, whose
from bot.wiring.works import Threads, open_database


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found in the tenant."""

    school: str
    tenant: str
    people: int
    missing: tuple[str, ...]
    """People of school.yml who are not there."""
    more: int
    """Staff that only Teams knows."""
    seen: bool
    """Whether Teams has shown anybody at all."""
    faults: tuple[str, ...]


async def look_over(settings: Settings, teams: TeamsSettings, houses: Sequence[House]) -> Looked:
    """Login, rosters, rooms and people. Misset when there is no such school, or no store."""
    schools = [house.school for house in houses]
    declared = whose(teams.tenant, schools)
    slack = await _in_slack(settings, schools, declared)
    directory = Directory(declared=slack.school if slack else declared, tenant=teams.tenant)
    database, threads = open_database(settings), Threads(1)
    login = Login(teams.app_id, teams.tenant, credential(teams))
    try:
        await threads.do(database.ready)
        book = Book(database=database, desk=threads, school=declared.id)
        where = book.whereabouts()
        await book.recall(where)
        async with way_out() as session:
            voice = Voice(connector=Connector(session, login, Pace()), where=where)

            async def look() -> Rosters:
                rosters = await read_rosters(voice.connector, where, directory.declared)
                directory.learn(rosters.members(), rosters.staff(directory.declared))
                return rosters

            faults = await prove(login, directory, voice, look, lambda: _reached(slack))
    except RecordsFault as fault:
        raise Misset(str(fault)) from None
    finally:
        await login.close()
        threads.close()
        database.close()
    missing = [person.id for person in directory.unmatched() if person.id in declared.people]
    return Looked(
        school=declared.name,
        tenant=teams.tenant,
        people=len(declared.people),
        missing=tuple(missing),
        more=len(directory.school.people) - len(directory.declared.people),
        seen=bool(directory.members),
        faults=tuple(faults),
    )


async def _in_slack(settings: Settings, schools: Sequence[School], school: School) -> SlackDirectory | None:
    """Who is who there, where this school has Slack too."""
    if settings.slack is None:
        return None
    async with open_slack() as session:
        return await directory_of(session, settings, settings.slack, schools, school)


def _reached(slack: SlackDirectory | None) -> Elsewhere:
    if slack is None:
        return Elsewhere()
    return Elsewhere(
        people=frozenset(id for id in slack.school.people if slack.user(id)),
        channels=frozenset(id for id in slack.school.channels if slack.channel(id)),
    )

"""Usher behind Microsoft's Agents Playground: the sample store, on this machine only, with no login."""

from collections.abc import Callable

from aiohttp import web

from bot.platforms.teams.clients import open_session
from bot.platforms.teams.http import PATH, Door, Loopback
from bot.platforms.teams.pacing import Pace
from bot.platforms.teams.playground import OnePerson, WithoutWindows
from bot.platforms.web.rooms import Bell
from bot.school.people import Person
from bot.wiring.listening import listen, open_doors, told_to_stop
from bot.wiring.local import LOOPBACK, PageSender
from bot.wiring.teams import TeamsAt, own_secret
from bot.wiring.teams_book import Book
from bot.wiring.teams_hands import TeamsHands
from bot.wiring.works import Usher


async def serve_playground(usher: Usher, me: Person, port: int, opened: Callable[[str], None]) -> None:
    """The door, the courier and the clock in one process, until told to stop.

    Whatever is for somebody else hangs in the rooms of the sample store, where `usher demo` shows it.
    """
    listening = listen(LOOPBACK, port)
    school = usher.house.school
    async with open_session(here=True) as session:
        book = Book(database=usher.database, desk=usher.threads, school=school.id)
        at = TeamsAt(
            usher=usher,
            directory=OnePerson(declared=school, who=me.id),
            connector=WithoutWindows(session, None, Pace()),
            login=None,
            book=book,
            where=book.whereabouts(),
            session=session,
        )
        doors = at.doors(own_secret(usher), windows=False)
        usher.hands += [TeamsHands(at.directory, at.send), PageSender(usher, Bell())]
        app = web.Application()
        app.add_routes(usher.watch.routes())
        app.add_routes(Door(Loopback(), doors.take).routes())
        told = told_to_stop()
        try:
            async with usher.delivering(), open_doors(app, listening):
                opened(f"http://{LOOPBACK}:{listening.getsockname()[1]}{PATH}")
                await told.wait()
        finally:
            await doors.close()
            await at.close()

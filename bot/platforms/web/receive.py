"""The web page's front door: what a person does there becomes an Activity, what comes back is shown."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import web

from bot.platforms.web import stream
from bot.platforms.web.doors import LARGEST_BODY, body, guard, shelf
from bot.platforms.web.identity import Sessions, card, groups, places, seen_by
from bot.platforms.web.knock import DIALOG, Knock
from bot.platforms.web.render import (
    Json,
    Unreadable,
    line_json,
    mapping,
    name,
    read_did,
    text,
)
from bot.platforms.web.rooms import Bell, Rooms
from bot.platforms.web.talk import Line, Said, Talk
from bot.school.activities import Activity
from bot.school.codec import to_plain
from bot.school.messages import Reply
from bot.school.people import Person, School

Admit = Callable[[Activity], Awaitable[Reply]]

ACTIVITY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def page(
    school: School,
    admit: Admit,
    rooms: Rooms,
    *,
    port: int,
    bell: Bell | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> web.Application:
    """The whole page as an application for 127.0.0.1:`port`; `bell` is the one that `Send` rings."""
    app = web.Application(middlewares=[guard(port)], client_max_size=LARGEST_BODY)
    counter = Counter(school, admit, rooms, port=port, bell=bell or Bell(), clock=clock)
    app.add_routes(counter.routes())
    app.on_shutdown.append(counter.close)
    return app


async def open_door(app: web.Application, port: int) -> web.AppRunner:
    """Serve the page on this machine's own address and no other; `cleanup()` the runner to stop."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


class Counter:
    """Everything the page does between a request and its answer."""

    def __init__(
        self,
        school: School,
        admit: Admit,
        rooms: Rooms,
        *,
        port: int,
        bell: Bell,
        clock: Callable[[], datetime],
    ) -> None:
        self._school = school
        self._admit = admit
        self._clock = clock
        self._bell = bell
        self._cookie = f"usher-{port}"
        self._sessions = Sessions()
        self._talk = Talk()
        self._watch = stream.Watch(school=school, talk=self._talk, rooms=rooms, bell=bell)
        self._files = shelf()

    def routes(self) -> list[web.RouteDef]:
        """The few addresses there are. Everything of one person lives under /as/<person>/."""
        return [
            web.get("/", self.start),
            web.get("/static/{file}", self.file),
            web.get("/people", self.people),
            web.post("/choose", self.choose),
            web.get("/as/{person}/", self.messenger),
            web.get("/as/{person}/state", self.state),
            web.get("/as/{person}/stream", self.stream),
            web.post("/as/{person}/act", self.act),
        ]

    async def close(self, _app: web.Application) -> None:
        """End every stream, so that stopping does not wait for the people watching."""
        self._watch.close()

    async def start(self, _request: web.Request) -> web.Response:
        """Who are you?"""
        return self._file("start.html")

    async def file(self, request: web.Request) -> web.Response:
        """One of the page's own files."""
        return self._file(request.match_info["file"])

    def _file(self, name: str) -> web.Response:
        if name not in self._files:
            raise web.HTTPNotFound
        content, type = self._files[name]
        return web.Response(body=content, content_type=type, charset="utf-8")

    async def people(self, _request: web.Request) -> web.Response:
        """Everybody one can be."""
        now = self._clock()
        shown = [
            {"name": g.name, "people": [card(self._school, person, now) for person in g.people]}
            for g in groups(self._school)
        ]
        return web.json_response({"school": self._school.name, "groups": shown})

    async def choose(self, request: web.Request) -> web.Response:
        """Become somebody. The cookie holds for that person's own address only, so that two tabs of
        one browser can be two people.
        """
        sent = await body(request)
        chosen = sent.get("person") if isinstance(sent, dict) else None
        person = self._school.people.get(chosen) if isinstance(chosen, str) else None
        if person is None:
            raise web.HTTPNotFound(text="Nobody of that name works at this school.")
        home = f"/as/{quote(person.id, safe='')}/"
        response = web.json_response({"go": home})
        token = self._sessions.open(person.id)
        response.set_cookie(self._cookie, token, path=home, httponly=True, samesite="Strict")
        return response

    async def messenger(self, request: web.Request) -> web.Response:
        """The messenger itself; somebody who has not chosen goes to the start page."""
        if self._person(request) is None:
            raise web.HTTPSeeOther("/")
        return self._file("messenger.html")

    def _person(self, request: web.Request) -> Person | None:
        """Who this is: the session's word, and it must be the person whose address this is."""
        person = self._sessions.person(request.cookies.get(self._cookie, ""))
        return self._school.people.get(person) if person == request.match_info["person"] else None

    def _known(self, request: web.Request) -> Person:
        person = self._person(request)
        if person is None:
            raise web.HTTPUnauthorized(text="Choose who you are on the start page first.")
        return person

    async def state(self, request: web.Request) -> web.Response:
        """Everything this person may see, for a page that has just been opened."""
        person = self._known(request)
        entries, mark = await self._watch.news(person, None)
        kept = self._talk.kept(person.id)
        return web.json_response(
            {
                "school": self._school.name,
                "me": card(self._school, person, self._clock()),
                "places": [self._place_json(place) for place in places(self._school, person)],
                "entries": entries,
                "mark": mark,
                "boot": self._talk.boot,
                "kept": to_plain(kept) if kept else None,
            }
        )

    def _place_json(self, place: str) -> Json:
        kind, _, id = place.partition(":")
        if kind == "person":
            about = "Ask what the policy says, or start a report."
            return {"id": place, "kind": "direct", "name": "Usher", "about": about}
        channel = self._school.channels[id]
        about = seen_by(self._school, channel)
        return {"id": place, "kind": "channel", "name": channel.name, "about": about}

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """News for this person for as long as the page is open."""
        return await self._watch.serve(request, self._known(request))

    async def act(self, request: web.Request) -> web.Response:
        """Let one thing a person did in, once: the same id again gets the same answer."""
        person = self._known(request)
        try:
            sent = mapping(await body(request))
            knock = self._read(sent, person)
            said = await self._once(knock)
        except Unreadable as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        reply = said.reply
        return web.json_response(
            {
                "entries": [line_json(line, self._school, person.id) for line in said.lines],
                "dialog": to_plain(reply.dialog) if reply.dialog else None,
                "closes": reply.closes,
            }
        )

    def _read(self, sent: Mapping[str, object], person: Person) -> Knock:
        """What was done and where, if this person may do anything there."""
        key = text(sent.get("id"))
        if not ACTIVITY_ID.fullmatch(key):
            raise Unreadable("Usher needs to know which click this was. Reload the page.")
        place = name(sent.get("place"))
        if place not in places(self._school, person):
            raise web.HTTPForbidden(text="You are not in that room, so nothing was sent to it.")
        within = name(sent.get("within", ""), empty=True)
        line = self._shown(within, person, place)
        thread = (line.thread or line.id) if line else name(sent.get("thread", ""), empty=True)
        return Knock(
            # The person is part of the id: nobody can have somebody else's reply repeated to them.
            id=f"web-{person.id}-{key}",
            person=person.id,
            place=place,
            thread=thread,
            within=within,
            draft=name(sent.get("draft", ""), empty=True),
            line=line,
            root=self._shown(thread, person, place),
            did=read_did(sent.get("did")),
        )

    def _shown(self, id: str, person: Person, place: str) -> Line | None:
        """The line of that id, if it is still remembered; a refusal when it isn't for this person."""
        line = self._talk.line(id) if id else None
        if line is not None and not line.visible(person.id, (place,)):
            raise web.HTTPForbidden(text="That message is not shown to you.")
        return line

    async def _once(self, knock: Knock) -> Said:
        """Run it, or wait for the run that is on its way; a browser that leaves stops nothing."""
        task = self._talk.act(knock.id)
        if task is None:
            task = asyncio.create_task(self._let_in(knock))
            self._talk.remember(knock.id, task)
        return await asyncio.shield(task)

    async def _let_in(self, knock: Knock) -> Said:
        """Ask the desk; only then show the words, because the reply says to whom."""
        at = self._clock()
        activity = Activity(
            id=knock.id,
            school=self._school.id,
            person=knock.person,
            place=knock.at_desk(),
            did=knock.did,
            at=at,
        )
        reply = await self._admit(activity)
        lines = self._talk.add(knock.lines(reply, at, self._clock()))
        draft = knock.draft if knock.within == DIALOG else None
        self._talk.keep(knock.person, draft, knock.did, reply)
        self._bell.ring()
        return Said(lines=lines, reply=reply)

"""Show people what is new in their rooms, live, for as long as their page is open."""

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from bot.platforms.web.doors import HEADERS
from bot.platforms.web.identity import places
from bot.platforms.web.render import Json, line_json, post_json
from bot.platforms.web.rooms import Bell, Rooms
from bot.platforms.web.talk import Talk
from bot.school.people import Person, School

LOOK_EVERY = 2.0
"""Seconds between looks at the rooms when no bell rang: the courier may run in another process."""
BEAT_EVERY = 15.0
"""Seconds between signs of life on a quiet line."""

MARK = re.compile(r"([0-9a-f]{8})\.(\d{1,18})\.(\d{1,18})")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far a page has read: lines said since this start, and posts of the rooms."""

    lines: int = 0
    posts: int = 0


@dataclass(kw_only=True)
class Watch:
    """Everybody's news, each person's own."""

    school: School
    talk: Talk
    rooms: Rooms
    bell: Bell
    closing: bool = False

    def close(self) -> None:
        """Let every stream end."""
        self.closing = True
        self.bell.ring()

    async def news(self, person: Person, mark: Mark | None) -> tuple[list[Json], str]:
        """What this person has not seen since the mark, in the order it happened, and the new mark.

        What they may see is decided here, each time, from the school's list.
        """
        since = mark or Mark()
        mine = places(self.school, person)
        posts = await self.rooms.after(mine, since.posts)
        seen = [post for post in posts if post.place in mine]
        last = self.talk.last
        lines = self.talk.after(since.lines, person.id, mine)
        latest = {(post.place, post.id): post_json(post, self.school) for post in seen}
        fresh = [*latest.values(), *(line_json(line, self.school, person.id) for line in lines)]
        fresh.sort(key=lambda entry: (entry["at"], entry["order"]))
        read = max((post.revision for post in seen), default=since.posts)
        return fresh, f"{self.talk.boot}.{last}.{read}"

    def mark(self, sent: str) -> Mark | None:
        """How far a page says that it has read; None when that was before this start."""
        found = MARK.fullmatch(sent)
        if not found or found[1] != self.talk.boot:
            return None
        return Mark(lines=int(found[2]), posts=int(found[3]))

    async def serve(self, request: web.Request, person: Person) -> web.StreamResponse:
        """One page's stream of news (server-sent events)."""
        sent = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        mark = self.mark(sent)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
        await response.prepare(request)
        with suppress(ConnectionError):
            if mark is None:
                # The page has read another start's lines: it must ask for everything again.
                await response.write(event("again", "", {"boot": self.talk.boot}))
                return response
            await self._follow(request, response, person, mark)
        return response

    async def _follow(
        self, request: web.Request, response: web.StreamResponse, person: Person, mark: Mark
    ) -> None:
        await response.write(b"retry: 1000\n: welcome\n\n")
        loop = asyncio.get_running_loop()
        beat = loop.time()
        while not (self.closing or gone(request)):
            ring = self.bell.listen()
            entries, id = await self.news(person, mark)
            if entries:
                await response.write(event("news", id, {"entries": entries}))
            elif loop.time() - beat > BEAT_EVERY:
                await response.write(b": still here\n\n")
            if entries or loop.time() - beat > BEAT_EVERY:
                beat = loop.time()
            mark = self.mark(id) or mark
            with suppress(TimeoutError):
                await asyncio.wait_for(ring.wait(), LOOK_EVERY)


def gone(request: web.Request) -> bool:
    """Whether the browser has hung up."""
    return request.transport is None or request.transport.is_closing()


def event(name: str, id: str, content: Json) -> bytes:
    """One server-sent event. JSON has no raw line breaks, so that one data line is enough."""
    lines = [f"event: {name}", *([f"id: {id}"] if id else []), f"data: {json.dumps(content)}"]
    return ("\n".join(lines) + "\n\n").encode()

"""The door of signed links: whoever holds one may read one text and say, under one name, that they have."""

import base64
import hashlib
import re
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl

from aiohttp import web

from bot.platforms.link import render
from bot.school.activities import Activity, Did, Filled, Place, Pressed
from bot.school.messages import Reply

PATH = "/acknowledge/{school}/{link}"
LINK = re.compile(r"[0-9a-f]{8}\.[0-9a-f]{32}")
ONCE = re.compile(r"[0-9a-f]{32}")
"""What the form carries, so that sending it twice is one act."""
LARGEST = 16 * 1024
MOST_FIELDS = 20
MOST_IN_A_MINUTE = 20
"""How often one link may be looked at: each time leaves a reply in the records for a day."""
MINUTE = timedelta(minutes=1)
GONE = (
    "This link doesn't lead anywhere any more. It is for one person only, and ends with the campaign it "
    "belongs to. The school office can give you a new one."
)
STYLE = base64.b64encode(hashlib.sha256(render.STYLE.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{STYLE}'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class Holders(Protocol):
    """Whose a link is."""

    async def holder(self, school: str, link: str) -> tuple[str, str]:
        """The person's id, and the school's name; "" for a link that is nobody's."""
        ...


Admit = Callable[[Activity], Awaitable[Reply]]


def routes(holders: Holders, admit: Admit, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The page, and where its form goes."""
    door = Door(holders, admit, now)
    return [web.get(PATH, door.show), web.post(PATH, door.sign)]


class Door:
    """Looking changes nothing: a chat that fetches a preview of the link signs nothing."""

    def __init__(self, holders: Holders, admit: Admit, now: Callable[[], datetime]) -> None:
        self._holders, self._admit, self._now = holders, admit, now
        self._looks: defaultdict[str, deque[datetime]] = defaultdict(deque)

    async def show(self, request: web.Request) -> web.Response:
        """The text with the form under it."""
        link = request.match_info["link"]
        return await self._answer(request, Pressed(action="link.open", value=link), {}, uuid.uuid4().hex)

    async def sign(self, request: web.Request) -> web.Response:
        """What was typed, once: the same form sent twice is one act."""
        link = request.match_info["link"]
        raw = await _body(request)
        if len(raw) > LARGEST or raw.count(b"&") >= MOST_FIELDS:
            return _page("Usher", "Too much", "<p>That is too much to send in one go.</p>", 413)
        typed = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        once = typed.pop("_once", "")
        # With what was typed: whoever goes back in the browser and corrects it sends something new.
        once = hashlib.sha256(raw).hexdigest()[:32] if ONCE.fullmatch(once) else uuid.uuid4().hex
        did = Filled(action="link.sign", value=link, answers=typed)
        return await self._answer(request, did, typed, once)

    async def _answer(self, request: web.Request, did: Did, typed: dict[str, str], id: str) -> web.Response:
        school, link = request.match_info["school"], request.match_info["link"]
        person, name = await self._holders.holder(school, link) if LINK.fullmatch(link) else ("", "")
        if not person:
            return _page("Usher", "This link has ended", f"<p>{GONE}</p>", 404)
        if self._too_often(f"{school}/{person}"):
            return _page(name, "Too often", "<p>Please wait a minute, then try again.</p>", 429)
        activity = Activity(
            id=f"link-{id}", school=school, person=person, place=Place(), did=did, at=self._now()
        )
        reply = await self._admit(activity)
        if reply.dialog:
            return _page(name, reply.dialog.title, render.dialog(reply.dialog, typed, uuid.uuid4().hex), 200)
        said = "".join(render.message(each) for each in reply.messages)
        return _page(name, "Thank you" if reply.closes else "Not possible", said, 200)

    def _too_often(self, who: str) -> bool:
        """Whether somebody, or what they have left running, asks more often than a reader would."""
        now, looks = self._now(), self._looks[who]
        while looks and looks[0] <= now - MINUTE:
            looks.popleft()
        if len(looks) >= MOST_IN_A_MINUTE:
            return True
        looks.append(now)
        return False


async def _body(request: web.Request) -> bytes:
    """All that was sent, in however many pieces it came; too much of it is not read to its end."""
    raw = b""
    async for piece in request.content.iter_any():
        raw += piece
        if len(raw) > LARGEST:
            break
    return raw


def _page(school: str, title: str, inside: str, status: int) -> web.Response:
    text = render.page(school, title, inside)
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)

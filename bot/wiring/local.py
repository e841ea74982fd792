"""The local doors, page and terminal, on the sample store: for trying Usher out, on one machine."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from bot.platforms.terminal import rooms as terminal_rooms
from bot.platforms.terminal.read import Reader
from bot.platforms.terminal.receive import Conversation
from bot.platforms.terminal.screen import Screen
from bot.platforms.terminal.send import Send as TerminalSend
from bot.platforms.web import rooms as page_rooms
from bot.platforms.web.receive import page
from bot.platforms.web.send import Send as PageSend
from bot.records.errors import RecordsFault
from bot.records.posting import place_key
from bot.records.posts import Post
from bot.school.activities import Activity
from bot.school.messages import Message, Notice, Recipient, Reply
from bot.school.people import Person
from bot.settings import Misset, Settings
from bot.wiring.key_file import make_key_file
from bot.wiring.listening import listen, open_doors, told_to_stop
from bot.wiring.works import (
    Moment,
    Progress,
    Usher,
    make_home,
    nothing,
    now,
    open_house,
    open_matcher,
)

LOOPBACK = "127.0.0.1"
SETTLING = 0.5
"""Seconds the terminal waits for what it has just caused to be posted."""


def open_sample(settings: Settings, *, progress: Progress | None = None, moment: Moment = nothing) -> Usher:
    """Usher on the sample store, made on first use with a key of its own."""
    house = open_house(settings)
    make_home(settings.home)
    make_key_file(settings.key_file, only_if=not (settings.home / "usher.db").exists())
    matcher = open_matcher(settings, house, progress, stays=True)
    usher = Usher(settings=settings, house=house, matcher=matcher, moment=moment)
    try:
        usher.database.migrate()
    except RecordsFault as fault:
        usher.close()
        raise Misset(f"{fault} To begin the demo anew, delete {settings.home}.") from None
    return usher


def keep_post(usher: Usher, school: str, notice: Notice) -> Post:
    """Hang a notice in its room; a card already there is replaced where it stands."""
    moment = now()
    with usher.database.books(school, moment) as books:
        return books.posts.show(place_key(notice.to), notice.card, notice.message, moment)


def share_post(usher: Usher, place: str, message: Message) -> Post:
    """Hang an answer in a shared room."""
    moment = now()
    with usher.database.books(usher.house.school.id, moment) as books:
        return books.posts.show(place, "", message, moment)


def posts_after(usher: Usher, places: Sequence[str], revision: int) -> tuple[Post, ...]:
    """What has been posted in these places since a revision."""
    with usher.database.read(usher.house.school.id, now()) as books:
        return books.posts.changed(places, revision)


class PageRooms:
    """The rooms as the page reads them."""

    def __init__(self, usher: Usher) -> None:
        self._usher = usher

    async def after(self, places: Sequence[str], revision: int) -> Sequence[page_rooms.Post]:
        """Posts in these places with a later revision than this one, oldest first."""
        found = await self._usher.threads.do(lambda: posts_after(self._usher, places, revision))
        return [
            page_rooms.Post(revision=p.revision, place=p.place, card=p.card, message=p.message, at=p.at)
            for p in found
        ]


class PageSender:
    """The page's own hands, as the courier holds them."""

    name = "page"

    def __init__(self, usher: Usher, bell: page_rooms.Bell) -> None:
        self._usher = usher
        self._send = PageSend(self._keep, bell)

    def reaches(self, school: str, recipient: Recipient) -> bool:
        """Everybody has a room on the page."""
        del school, recipient
        return True

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it; the room itself replaces an earlier post of the same card."""
        del school, replaces
        await self._send(notice)
        return f"page:{notice.card or notice.key}"

    async def _keep(self, notice: Notice) -> None:
        school = self._usher.house.school.id
        await self._usher.threads.do(lambda: keep_post(self._usher, school, notice))


async def serve_page(usher: Usher, port: int, opened: Callable[[str], None]) -> None:
    """The demo: the page, the courier and the clock in one process, until told to stop."""
    listening = listen(LOOPBACK, port)
    port = listening.getsockname()[1]
    bell = page_rooms.Bell()
    usher.hands.append(PageSender(usher, bell))
    app = page(usher.house.school, usher.admit, PageRooms(usher), port=port, bell=bell)
    app.add_routes(usher.watch.routes())
    told = told_to_stop()
    async with usher.delivering(), open_doors(app, listening):
        opened(f"http://{LOOPBACK}:{port}")
        await told.wait()


class TerminalRooms:
    """The rooms as the terminal reads them."""

    def __init__(self, usher: Usher) -> None:
        self._usher = usher

    def after(self, places: Sequence[str], revision: int) -> Sequence[terminal_rooms.Posting]:
        """Postings in these places, once what is on its way has arrived or a moment has passed."""
        waited = time.monotonic() + SETTLING
        while sum(self._usher.outbox.undelivered().values()) and time.monotonic() < waited:
            time.sleep(0.02)
        return [
            terminal_rooms.Posting(
                revision=p.revision, place=p.place, card=p.card, message=p.message, at=p.at
            )
            for p in posts_after(self._usher, places, revision)
        ]

    def share(self, place: str, message: Message) -> int:
        """Hang an answer in a shared room; its revision."""
        return share_post(self._usher, place, message).revision


class TerminalSender(TerminalSend):
    """The terminal's own hands, as the courier holds them."""

    name = "room"

    def reaches(self, school: str, recipient: Recipient) -> bool:
        """Everybody has a terminal."""
        del school, recipient
        return True


def talk(usher: Usher, me: Person, screen: Screen) -> None:
    """One person's conversation at this terminal, with courier and clock behind it."""
    with carrying(usher) as admit:
        conversation(usher, me, screen, admit).run()


def conversation(
    usher: Usher, me: Person, screen: Screen, admit: Callable[[Activity], Reply]
) -> Conversation:
    """One person at one terminal, not yet talking."""
    zone = ZoneInfo(usher.house.school.timezone)
    return Conversation(
        school=usher.house.school,
        me=me,
        admit=admit,
        rooms=TerminalRooms(usher),
        screen=screen,
        reader=Reader(now=lambda: now().astimezone(zone)),
        now=now,
        new_id=lambda: f"terminal-{uuid.uuid4().hex}",
    )


@contextmanager
def carrying(usher: Usher) -> Iterator[Callable[[Activity], Reply]]:
    """Courier and clock on a thread of their own, so that the terminal can wait for the keyboard."""

    async def keep(school: str, notice: Notice) -> str:
        post = await usher.threads.do(lambda: keep_post(usher, school, notice))
        return f"room:{post.seq}"

    usher.hands.append(TerminalSender(keep))
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def carry() -> None:
        async with usher.delivering():
            await stop.wait()

    behind = threading.Thread(target=lambda: loop.run_until_complete(carry()), name="courier")
    behind.start()
    try:
        yield lambda activity: asyncio.run_coroutine_threadsafe(usher.admit(activity), loop).result()
    finally:
        loop.call_soon_threadsafe(stop.set)
        behind.join()
        loop.close()

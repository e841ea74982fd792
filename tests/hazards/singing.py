"""A canary is typed into everything that can be typed into, while things go wrong on purpose."""

import asyncio
import gc
import importlib
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import text

from bot import log
from bot.platforms.web.rooms import Bell
from bot.school.activities import Activity, Did, Dropped, Filled, Place, Pressed, Said
from bot.school.codec import to_json
from bot.school.forms import Answer, Kind, Question
from bot.school.messages import Dialog, Facts, Reply
from bot.settings import Settings
from bot.wiring.listening import listen, open_doors
from bot.wiring.local import PageSender
from bot.wiring.works import Usher, now
from tests.hazards.doing import HERE, KEY, Struck, house
from tests.hazards.rules import Rules

TA, DSL, HEAD, CHAIR = "jem-karuna", "isolde-penhallow", "rafferty-oduya", "cressida-wainfleet"
PICKED = {
    "told": "yes",
    "urgency": "today",
    "image": "yes",
    "adult": "yes",
    "adult_who": "other",
    "harm": "yes",
    "about": "colleague",
    "visible": "yes",
    "support": "yes",
    "personal_data": "no",
}
"""The choices that lead to the most questions."""
STRUCK = ("received", "admitted", "draft.saved", "case.written", "audit.written", "outbox.written")
CARRIED = ("claimed", "sent", "settled")
KEPT: list[Usher] = []
"""Never collected: the last connection to close would take the write-ahead log away before it is searched."""


class Loud:
    """A trap whose error says what must never be said."""

    def __init__(self, song: str) -> None:
        self.song, self.point = song, ""

    def __call__(self, name: str) -> None:
        if name == self.point:
            self.point = ""
            raise Struck(self.song)


class Singer:
    """Everybody at the school, typing the same word everywhere."""

    def __init__(self, usher: Usher, trap: Loud, door: str, session: aiohttp.ClientSession) -> None:
        self.usher, self.trap, self.song = usher, trap, trap.song
        self.door, self.session = door, session
        self.ids = count(1)
        self.where: dict[str, bool] = {}
        self.asked: set[str] = set()

    def activity(self, who: str, did: Did, channel: str = "") -> Activity:
        """One thing somebody does now."""
        place = Place(channel=channel)
        school = self.usher.house.school.id
        return Activity(
            id=f"sung-{next(self.ids)}", school=school, person=who, place=place, did=did, at=now()
        )

    async def act(self, who: str, did: Did, channel: str = "") -> Reply:
        """Do it."""
        return await self.usher.admit(self.activity(who, did, channel))

    async def press(self, who: str, action: str, value: str = "") -> Reply:
        """Press a button."""
        return await self.act(who, Pressed(action=action, value=value))

    async def fill(self, who: str, action: str, value: str, answers: Mapping[str, Answer]) -> Reply:
        """Send a form."""
        return await self.act(who, Filled(action=action, value=value, answers=answers))

    async def chat(self) -> None:
        """The chat box and the channel box."""
        for words in (
            "{}",
            "may I {}",
            "either {}",
            "I'm worried about {}",
            "a knife {}",
            "a colleague has {}",
        ):
            said = words.format(self.song)
            await self.act(TA, Said(text=said))
            await self.act(TA, Said(text=said), "staffroom")
        offered = await self.act(TA, Said(text=f"I'm worried about {self.song}"))
        draft = offered.messages[0].buttons[1].value
        self.belongs("the draft of what was typed", await self.press(TA, "draft.resume", draft), later=True)
        await self.press(TA, "ask.only", draft)
        await self.fill(TA, "former.work", "", {"age": self.song, "left": self.song})
        await self.act(TA, Dropped())

    async def odd(self) -> None:
        """Buttons and values that nobody drew."""
        for action in ("case.open", "report.start", "ask.missed", "ask.choose", "receipt.open", self.song):
            await self.press(DSL, action, self.song)
        for action in ("case.note", "case.move", "draft.keep", "draft.send", "receipt.added", self.song):
            await self.fill(DSL, action, self.song, {"note": self.song, self.song: self.song})

    def belongs(self, what: str, reply: Reply, *, later: bool = False) -> None:
        """Remember whether the canary is where it should be."""
        if not later:
            self.where[what] = self.song[:20] in to_json(reply)

    async def report(self, form: str, *, short: bool) -> str:
        """Walk a form to its end, junk first, then what is asked; the concern's id."""
        dialog = shown(await self.press(TA, "report.begin", form))
        if short:
            dialog = shown(await self.fill(TA, "draft.quick", dialog.draft, {}))
        for _ in range(40):
            if dialog.id.endswith(":review"):
                break
            self.asked |= {f"{form}.{field.question.id}" for field in dialog.fields}
            junk = {f.question.id: self.junk(f.question) for f in dialog.fields}
            await self.fill(TA, "draft.keep", dialog.draft, junk)
            await self.fill(TA, "draft.next", dialog.draft, junk)
            for _again in range(3):
                good = {f.question.id: self.answer(f.question) for f in dialog.fields}
                dialog_after = shown(await self.fill(TA, "draft.keep", dialog.draft, good))
                fields, dialog = dialog.fields, dialog_after
                if len(dialog.fields) == len(fields):
                    break
            self.asked |= {f"{form}.{field.question.id}" for field in dialog.fields}
            good = {f.question.id: self.answer(f.question) for f in dialog.fields}
            dialog = shown(await self.fill(TA, "draft.next", dialog.draft, good))
        assert dialog.id.endswith(":review"), (form, dialog.id, [f.error for f in dialog.fields])
        self.belongs(f"the reporter's draft of {form}", await self.press(TA, "draft.resume", dialog.draft))
        sent = shown(await self.fill(TA, "draft.send", dialog.draft, {}))
        assert sent.id.startswith("receipt:"), sent.id
        return sent.id.removeprefix("receipt:")

    def answer(self, question: Question) -> Answer:
        """An answer that is right, with the canary wherever something is typed."""
        match question.kind:
            case Kind.CHOICE:
                offered = [choice.id for choice in question.choices]
                wanted = PICKED.get(question.id, offered[0])
                return wanted if wanted in offered else offered[0]
            case Kind.CHOICES:
                return tuple(choice.id for choice in question.choices[:1])
            case Kind.ROWS:
                row = {column.id: str(self.answer(column)) for column in question.columns}
                return (row,) * max(1, question.least)
            case Kind.MOMENT:
                return f"{(now() - timedelta(days=2)).date()}"
            case Kind.DATE:
                return f"{(now() + timedelta(days=100)).date()}"
            case Kind.NUMBER:
                return "12"
            case Kind.CONFIRM:
                return "yes"
        return f"{self.song} {question.id}"[: question.longest]

    def junk(self, question: Question) -> Answer:
        """The canary where it does not fit."""
        if question.kind is Kind.ROWS:
            return ({column.id: self.song for column in question.columns},)
        if question.kind is Kind.CHOICES:
            return (self.song,)
        return self.song

    async def references(self, concern: str) -> list[str]:
        """The cases that a concern became."""
        receipt = shown(await self.press(TA, "receipt.open", concern))
        facts = next(part for part in receipt.parts if isinstance(part, Facts))
        named = [label for label, _ in facts.rows if label not in ("Reference", "Sent")]
        return named or [facts.rows[0][1]]

    async def work(self, who: str, reference: str, concern: str) -> None:
        """Everything a reader writes into a case, and everything the reporter writes back."""
        await self.press(who, "case.open", reference)
        await self.fill(who, "case.acknowledge", reference, {"line": ""})
        await self.fill(who, "case.acknowledge", reference, {"line": self.song})
        await self.fill(who, "case.note", reference, {"note": self.song})
        bad = {"action": self.song, "owner": self.song, "due": self.song}
        await self.fill(who, "case.act", reference, bad)
        await self.fill(who, "case.act", reference, {**bad, "due": "2026-12-01"})
        await self.fill(who, "case.finish", reference, {"which": self.song, "outcome": self.song})
        done = shown(await self.press(who, "case.finishing", reference)).fields[0].question.choices[0].id
        await self.fill(who, "case.finish", reference, {"which": done, "outcome": self.song})
        await self.fill(who, "case.ask", reference, {"question": self.song})
        await self.fill(TA, "receipt.answer", concern, {"answer": self.song})
        await self.fill(TA, "receipt.added", concern, {"more": self.song, "part": "both"})
        await self.press(TA, "receipt.rest", concern)
        await self.press(TA, "receipt.support", concern)
        self.belongs(f"the readers' view of {reference[-2:]}", await self.press(who, "case.open", reference))

    async def decide(self, who: str, reference: str, state: str, **more: str) -> None:
        """Move a case, with the canary for a reason."""
        answers = {"state": state, "reason": f"{self.song} and more", **more}
        reply = shown(await self.fill(who, "case.move", reference, {**answers, "state": self.song}))
        reply = shown(await self.fill(who, "case.move", reference, answers))
        assert reply.id == f"case:{reference}", [field.error for field in reply.fields]

    async def cases(self) -> None:
        """A report about a child and an adult, and one about an adult, and all that is done with them."""
        child = await self.report("esafety", short=False)
        for reference in await self.references(child):
            await self.work(DSL if reference.endswith("-C") else HEAD, reference, child)
        [half] = [one for one in await self.references(child) if one.endswith("-C")]
        spoken = {"agency": self.song, "person": self.song, "agency_reference": self.song}
        await self.decide(DSL, half, "referred", when="2026-01-01", **spoken)
        await self.decide(DSL, half, "closed")
        await self.decide(DSL, half, "reopened")
        adult = await self.report("breach", short=False)
        for reference in await self.references(adult):
            await self.work(DSL if reference.endswith("-C") else HEAD, reference, adult)

    async def site(self, *, grant: bool) -> None:
        """A request for an official site, refused or granted."""
        site = await self.report("site", short=False)
        [reference] = await self.references(site)
        await self.work(HEAD, reference, site)
        if grant:
            await self.decide(HEAD, reference, "granted", conditions=self.song)
            return
        await self.fill(HEAD, "case.move", reference, {"state": "x", "conditions": self.song})
        await self.decide(HEAD, reference, "refused", conditions=self.song)

    async def danger(self) -> None:
        """ "In danger now" with something typed before it, and the short way after it."""
        offered = await self.act(TA, Said(text=f"a knife {self.song}"))
        dialog = shown(await self.press(TA, "danger.now", offered.messages[0].buttons[0].value))
        dialog = shown(await self.press(TA, "draft.resume", dialog.buttons[0].value))
        while "account" not in {field.question.id for field in dialog.fields}:
            good = {f.question.id: self.answer(f.question) for f in dialog.fields}
            dialog = shown(await self.fill(TA, "draft.next", dialog.draft, good))
        self.belongs("the draft after danger", await self.press(TA, "draft.resume", dialog.draft))
        await self.report("esafety", short=True)

    async def troubles(self) -> None:
        """Errors in the middle of everything, left to whatever catches them at each kind of door."""
        for point in (*STRUCK, "committed"):
            await self.at_the_door(point)
            await self.in_a_task(point)
            self.in_a_thread(point)
        for point in CARRIED:
            self.trap.point = point
            await self.act(TA, Said(text=f"I'm worried about {self.song}"))
            await self.report("esafety", short=True)
            await asyncio.sleep(0.1)
        self.trap.point = ""
        await self.without_a_table()

    async def at_the_door(self, point: str) -> None:
        """An HTTP door that lets the error go: aiohttp's server logs it."""
        self.trap.point = point
        async with self.session.post(self.door, data=self.song.encode()) as answer:
            body = await answer.read()
        log.event("door", code=answer.status, count=len(body))

    async def in_a_task(self, point: str) -> None:
        """A task that nobody waits for: asyncio logs it."""
        self.trap.point = point
        task = asyncio.create_task(self.sending())
        await asyncio.wait([task])
        del task
        gc.collect()

    def in_a_thread(self, point: str) -> None:
        """A thread and the last line of defence of the interpreter itself."""

        def shout() -> None:
            raise Struck(f"{point}: {self.song}")

        thread = threading.Thread(target=shout)
        thread.start()
        thread.join()
        try:
            shout()
        except Struck as error:
            sys.excepthook(type(error), error, error.__traceback__)

    async def sending(self) -> None:
        """Everything from a draft to a case, so that every point of the counter is passed."""
        await self.danger()

    async def without_a_table(self) -> None:
        """The database itself refuses, with the sealed words among the query's parameters."""
        with self.usher.database.writing() as connection:
            connection.execute(text("ALTER TABLE entries RENAME TO hidden"))
        await self.at_the_door("")
        with suppress(Exception):
            await self.danger()
        with self.usher.database.writing() as connection:
            connection.execute(text("ALTER TABLE hidden RENAME TO entries"))

    async def quiet(self) -> None:
        """Until every notice has been posted, save those whose lease an error on purpose has left."""
        for _ in range(40):
            if not sum(self.usher.outbox.undelivered().values()):
                return
            await asyncio.sleep(0.05)


def shown(reply: Reply) -> Dialog:
    """The dialog of a reply that has one."""
    assert reply.dialog is not None, [message.summary for message in reply.messages]
    return reply.dialog


PARTS: Mapping[str, Callable[[Singer], Awaitable[None]]] = {
    "chat": Singer.chat,
    "odd": Singer.odd,
    "cases": Singer.cases,
    "refused site": lambda singer: singer.site(grant=False),
    "granted site": lambda singer: singer.site(grant=True),
    "danger": Singer.danger,
    "troubles": Singer.troubles,
}


def sing(*, url: str, folder: str, song: str, parts: list[str], mutant: str = "") -> dict[str, Any]:
    """All of it, in one process whose log and terminal are files; what was heard where it belongs."""
    here = Path(folder)
    terminal = os.open(here / "terminal", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(terminal, 1)
    os.dup2(terminal, 2)
    if mutant:
        importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
    with (here / "log").open("w") as stream:
        log.configure("DEBUG", stream)
        return asyncio.run(_sing(url, here, song, parts))


async def _sing(url: str, here: Path, song: str, parts: list[str]) -> dict[str, Any]:
    trap = Loud(song)
    home = house()
    settings = Settings(
        home=here,
        learnt=here,
        database=url,
        key_text=KEY,
        key_file=here / "keys",
        policy=HERE / "policy",
        intents=HERE / "intents",
        port=0,
        log_level="DEBUG",
    )
    usher = Usher(settings=settings, house=home, matcher=Rules(tuple(home.intents)), moment=trap)
    KEPT.append(usher)
    usher.hands.append(PageSender(usher, Bell()))
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = web.Application()
    app.add_routes(usher.watch.routes())
    async with usher.delivering(), aiohttp.ClientSession() as session:
        singer = Singer(usher, trap, f"{address}/door", session)

        async def door(_request: web.Request) -> web.Response:
            await singer.sending()
            return web.Response(text="ok")

        app.router.add_post("/door", door)
        async with open_doors(app, listening):
            for part in parts:
                await PARTS[part](singer)
            for path in ("health", "ready"):
                async with session.get(f"{address}/{path}") as answer:
                    (here / path).write_bytes(await answer.read())
            await singer.quiet()
    return {"where": singer.where, "asked": sorted(singer.asked)}

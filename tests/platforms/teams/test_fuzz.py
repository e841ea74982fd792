"""Whatever comes in with a good token: nothing breaks, no case is opened, the next one is answered."""

import asyncio
import copy
import json
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platforms.teams import shapes
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running, running
from tests.platforms.teams.tenant import Post, Room, room_of, user_of
from tests.stories.people import PEOPLE
from tests.waiting import until

Json = dict[str, Any]
MANY = int(os.environ.get("USHER_TESTS_FUZZ", "400"))
"""Activities; 20,000 before a release."""
AT_ONCE = 16
FINE = {200, 202, 400, 401, 403, 413}
TA, DSL = PEOPLE["the TA"], PEOPLE["the DSL"]
STRANGER = "8f3c1f0a-0000-4d0f-8f0e-00000000dead"
QUESTION = "can I give a pupil my phone number"
OPENING = ("draft.send", "draft.seal")
"""What opens a case when a form has been filled in; "danger.now", which needs none, has a test of its own."""
ACTIONS = (
    "home",
    "report.doors",
    "report.start",
    "report.begin",
    "draft.keep",
    "draft.next",
    "draft.back",
    "draft.resume",
    "draft.full",
    "draft.drop",
    "receipt.open",
    "receipt.added",
    "cases.list",
    "case.open",
    "case.note",
    "case.finish",
    "case.move",
    "ack.sign",
    "ack.snooze",
    "campaign.new",
    "campaign.create",
    "campaign.run",
    "former.work",
    "link.sign",
    "no.such",
    *OPENING,
)
HUGE = 10**400
DEEP: Any = None
for _ in range(300):
    DEEP = [DEEP]
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    float("inf"),
    float("nan"),
    HUGE,
    -HUGE,
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "²",
    "9" * 5000,
    "x" * 20_000,
    "😀" * 900,
    "<" * 5000,
    "<br" * 2000,
    "<at>",
    "&#xD800;&#0;&#99999999999;",
    "'; DROP TABLE cases; --",
    "{0}%s%n",
    "\u202eeid",
    "2026-13-45",
    "../../etc/passwd",
    ";messageid=",
    "https://smba.trafficmanager.net/teams/",
    [],
    {},
    [None],
    [[]],
    [{}] * 500,
    {"": ""},
    {"id": {}},
    {"usher": None},
    {"usher": {"do": "press"}},
    DEEP,
)
NAMES = (
    "x|",
    "|",
    "account|#0/2",
    "pupils|0.name",
    "pupils|999999.name",
    "when|date",
    "when|flags",
    "k|ids#1",
)


class Storm:
    """Makes activities that are nearly right, or not at all."""

    def __init__(self, usher: Running, seed: int) -> None:
        self.usher, self.fake, self.dice = usher, usher.fake, random.Random(seed)
        school = usher.template.school
        self.people = [Phone(usher.fake, user_of(school, person)) for person in (TA, DSL)]
        self.chats = {phone.aad: phone.chat() for phone in self.people}
        self.rooms = [
            usher.fake.tenant.rooms[room_of(school, room)] for room in ("staffroom", "safeguarding")
        ]
        self.count = 0

    def next(self) -> bytes:
        """One body."""
        self.count += 1
        made = self._whole()
        for _ in range(self.dice.choice((0, 1, 1, 1, 2, 3, 8))):
            self._spoil(made)
        if self.dice.random() < 0.9:
            self._past_the_gate(made)
        body = json.dumps(made).encode()
        if self.dice.random() < 0.03:
            at = self.dice.randrange(len(body))
            body = body[:at] + self.dice.randbytes(2) + body[at + self.dice.randrange(3) :]
        return body

    def _whole(self) -> Json:
        """Something that Teams could send."""
        phone = self.dice.choice(self.people)
        room: Room = self.dice.choice((self.chats[phone.aad], self.chats[phone.aad], *self.rooms))
        post = Post(id=f"{10**12 + self.count}", root="", author=phone.aad, activity={})
        match self.dice.randrange(8):
            case 0:
                text = self.dice.choice((QUESTION, "help", "cases", "in chat", "report x", "ask", "<a>b</a>"))
                return shapes.said(self.fake, phone.user, room, post, text, mention=self.dice.random() < 0.5)
            case 1:
                return shapes.pressed(self.fake, phone.user, room, post, self._data())
            case 2:
                return self._invoke(phone, room, "task/fetch", {"data": self._data()})
            case 3:
                return self._invoke(phone, room, "task/submit", {"data": self._data()})
            case 4:
                payload = shapes.message_payload(phone.user, post, "look at this")
                told = {"commandId": "report_message", "commandContext": "message", "messagePayload": payload}
                return self._invoke(phone, room, "composeExtension/fetchTask", told)
            case 5:
                told = {"commandId": "report_message", "commandContext": "message", "data": self._data()}
                return self._invoke(phone, room, "composeExtension/submitAction", told)
            case 6:
                return shapes.joined(self.fake, phone.user, room)
        return shapes.installed(self.fake, phone.user, room, self.dice.choice(("add", "remove", "upgrade")))

    def _invoke(self, phone: Phone, room: Room, name: str, value: Json) -> Json:
        return shapes.invoke(self.fake, phone.user, room, name, value)

    def _data(self) -> Json:
        """A button, with some boxes beside it."""
        act: Json = {"do": self.dice.choice(("press", "press", "fill", "fill", "part", "row"))}
        act["action"] = self.dice.choice(ACTIONS)
        act["value"] = self.dice.choice(("", "esafety", "breach", "K7QF-C", "2", "no-such-draft"))
        for name, some in (
            ("draft", ("esafety", "d-1")),
            ("view", ("esafety", "x" * 1999)),
            ("once", ("o1", "", "\ud800", "😀" * 1999)),
            ("part", (1, 2, "3", 999)),
            ("rows", ({"pupils": 3}, {"x": 400})),
            ("origin", (["report.begin", "esafety"], ["home", ""], ["draft.drop", "x"])),
            ("asks", (["account", "pupils*"], [])),
        ):
            if self.dice.random() < 0.4:
                act[name] = self.dice.choice(some)
        boxes = {self.dice.choice(NAMES): self.dice.choice(JUNK) for _ in range(self.dice.randrange(4))}
        return copy.deepcopy({"usher": act, **boxes})

    def _spoil(self, made: Json) -> None:
        """Change, drop or add one thing somewhere."""
        places = list(_places(made))
        holder, key = self.dice.choice(places)
        match self.dice.randrange(6):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[f"{key}{self.dice.choice(('', '|', 's'))}x"] = copy.deepcopy(holder[key])
            case 2:
                other, name = self.dice.choice(places)
                holder[key] = copy.deepcopy(other[name])
            case 3 if isinstance(holder[key], str):
                holder[key] += self.dice.choice(("\0", "\ud800", " ", "|", ";messageid=", "x" * 1000))
            case _:
                holder[key] = copy.deepcopy(self.dice.choice(JUNK))

    def _past_the_gate(self, made: Json) -> None:
        """What the gate looks at is right, mostly: it has tests of its own."""
        sound = shapes.base(self.fake, self.people[0].user, self.rooms[0], "message", "1")
        made |= {name: sound[name] for name in ("channelId", "serviceUrl")}
        for holder, name in (("channelData", "tenant"), ("conversation", "tenantId")):
            if isinstance(made.get(holder), dict):
                made[holder][name] = copy.deepcopy(sound[holder][name])
        if isinstance(made.get("from"), dict) and self.dice.random() < 0.1:
            made["from"]["aadObjectId"] = self.dice.choice((STRANGER, "", "\ud800", None, "x" * 3000))


def _places(held: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in an activity that holds something; not far down a deep hole."""
    stack = [(held, 0)]
    while stack:
        inside, depth = stack.pop()
        named = inside.items() if isinstance(inside, dict) else enumerate(inside)
        for key, value in list(named):
            yield inside, key
            if isinstance(value, dict | list) and depth < 8:
                stack.append((value, depth + 1))


@pytest.fixture(scope="module")
def served(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One Usher."""
    with running(template, tmp_path_factory.mktemp("storm") / "usher", level="DEBUG") as usher:
        yield usher


MEANT: Json = {"do": "press", "action": "danger.now", "value": ""}
NOT_MEANT: tuple[Any, ...] = (
    *({"usher": MEANT | {"value": junk}} for junk in JUNK if not isinstance(junk, str)),
    *({"usher": MEANT | {"do": junk}} for junk in (*JUNK, "Press", "part", "row")),
    *({"usher": MEANT | {"action": junk}} for junk in (*JUNK, "danger.now ", "Danger.now", "danger.now\0")),
    *({"usher": MEANT | {"once": junk}} for junk in JUNK if not isinstance(junk, str)),
    *({"usher": MEANT | {"origin": junk}} for junk in JUNK if junk != ""),
    *({"usher": junk} for junk in JUNK),
    {"Usher": MEANT},
    {"usher": [MEANT]},
    {"usher": json.dumps(MEANT)},
    {"data": {"usher": MEANT}},
    MEANT,
)
"""Data that comes near a press of "In danger now"."""


def nearly(storm: Storm, data: Any) -> Iterator[Json]:
    """The ways in which somebody's button reaches us, with this data."""
    phone = storm.people[0]
    room = storm.chats[phone.aad]
    post = Post(id=storm.fake.tenant.stamp(), root="", author=phone.aad, activity={})
    yield shapes.pressed(storm.fake, phone.user, room, post, data)
    for name in ("task/fetch", "task/submit", "composeExtension/submitAction"):
        told = {"data": data, "commandId": "report_message"}
        yield shapes.invoke(storm.fake, phone.user, room, name, told)


async def hand_over(usher: Running, bodies: list[bytes]) -> list[tuple[int, bytes]]:
    """All of them, some at once: what each was answered with."""
    door = usher.fake.door
    token = door.token({"serviceUrl": usher.fake.service})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(body: bytes) -> tuple[int, bytes]:
        async with turn:
            status, _ = await door.post(body, headers)
        return status, body

    return list(await asyncio.gather(*map(one, bodies)))


def cases(usher: Running) -> int:
    with sqlite3.connect(usher.home / "usher.db") as records:
        return int(records.execute("SELECT count(*) FROM cases").fetchone()[0])


def complaints(usher: Running) -> list[str]:
    """Lines in the log that tell of something nobody foresaw."""
    return [
        line
        for line in usher.lines
        if '"frames"' in line
        or '"event":"library"' in line
        or ('"level":"error"' in line and '"event":"teams.alarm"' not in line)
    ]


def test_no_alarm_is_rung_by_what_is_no_press(served: Running) -> None:
    storm = Storm(served, 1)
    bodies = [json.dumps(made).encode() for data in NOT_MEANT for made in nearly(storm, data)]
    for status, body in served.fake.run(hand_over(served, bodies), 120):
        assert status in FINE, body[:3000]
    assert complaints(served) == []
    assert cases(served) == 0


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_however_deep_a_hole_is_nobody_falls_in(served: Running, opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    storm = Storm(served, 1)
    made = next(nearly(storm, {"usher": MEANT | {"once": "o"}, "hole": "HOLE", "more": "\ud800"}))
    whole = json.dumps(made | {"entities": []})
    bodies = [
        whole.replace('"HOLE"', opening * depth + "1" + closing * depth)
        .replace("danger.now", "home")
        .encode()
        for depth in (*range(100, 1000, 7), 5_000, 30_000)
    ]
    for status, body in served.fake.run(hand_over(served, bodies), 120):
        assert status in FINE, body.count(opening.encode())
    assert complaints(served) == []


@pytest.mark.timeout(120 + MANY // 8)
def test_nothing_that_comes_in_breaks_anything(served: Running) -> None:
    seed = int(os.environ.get("USHER_TESTS_SEED", time.time_ns() % 10**6))
    storm, statuses = Storm(served, seed), Counter[int]()
    for begun in range(0, MANY, 200):
        bodies = [storm.next() for _ in range(min(200, MANY - begun))]
        for status, body in served.fake.run(hand_over(served, bodies), 120):
            statuses[status] += 1
            assert status in FINE, f"seed {seed}: {status} for {body[:3000]!r}\n" + "\n".join(
                complaints(served)[-5:]
            )
        assert complaints(served) == [], f"seed {seed}"
    assert statuses[200] + statuses[202] > MANY / 5, f"hardly anything got in: {statuses}"
    assert statuses[400] > MANY / 20, statuses
    assert cases(served) == 0
    phone = Phone(served.fake, user_of(served.template.school, TA))

    def answered() -> bool:
        phone.dm(QUESTION)
        return "PER-1a" in phone.sees()

    until(answered, patience=30)

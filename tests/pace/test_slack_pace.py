"""Slack's signed door beside a Bolt app that does nothing, the engine alone and the disk, all in one run.

Ratios are printed for docs/pace.md. They are asserted only so loosely that no busy machine fails them.
"""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.records.database import Database
from bot.school.messages import Lane, Message, Notice, Paragraph, Recipient
from bot.school.people import Role
from bot.settings import read_settings
from bot.understanding import corpus, engine
from bot.wiring.works import now, open_database
from tests.hazards.office import CHILD
from tests.learnt import learnt
from tests.pace import floors
from tests.platforms.crowd import TICK, crowded
from tests.platforms.slack import shapes
from tests.platforms.slack.doors import ANSWER_WITHIN
from tests.platforms.slack.front import Process
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.reading import buttons_in
from tests.platforms.slack.running import HTTP, INTENTS, Running, Template, environment, make_template
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.state import action_of
from tests.platforms.slack.workspace import school_workspace, user_of
from tests.stories.people import PEOPLE

ROUNDS, QUESTIONS, REPORTS = 5, 100, 20
PRESSES, WITHIN, NOTICES = 300, 10.0, 10_000
WAITED = timedelta(minutes=2)
LOOSE = 10
"""How many times its goal a ratio may be before a test says that something is wrong."""
TA = PEOPLE["the TA"]
TICKED = {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
Json = dict[str, Any]
Way = Callable[[Process, Json, str], str]

pytestmark = pytest.mark.timeout(1800)


@dataclass(kw_only=True)
class Round:
    """What one round took, in seconds, by turns so that load hits all alike."""

    usher: list[float] = field(default_factory=list)
    noop: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    """The engine alone, or the disk."""

    def beyond(self, share: float) -> float:
        """What Usher takes beyond the engine, as a multiple of the app that does nothing."""
        over = floors.at(share, self.usher) - floors.at(share, self.other)
        return over / floors.at(share, self.noop)

    def writes(self) -> float:
        """What Usher takes beyond the app that does nothing, as a multiple of one write to the disk."""
        return (median(self.usher) - median(self.noop)) / median(self.other)


def told(what: str, found: float, goal: float, rounds: list[Round], other: str) -> None:
    """One line for docs/pace.md."""
    names = {"usher": "Usher", "noop": "no-op", "other": other}
    times = ", ".join(
        f"{name} {median(floors.at(share, getattr(one, of)) for one in rounds) * 1000:.2f}"
        for of, name in names.items()
        for share in (0.5,)
    )
    sys.stdout.write(f"\n{what}: {found:.1f} (goal {goal:g}); p50 in ms: {times}; {floors.busy()}\n")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module")
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """`usher serve`: the doors alone, so that nothing but the call itself is measured."""
    fake = FakeSlack(school_workspace(template.school)).start()
    settings = {"SLACK_BOT_TOKEN": fake.token, "SLACK_SIGNING_SECRET": fake.secret}
    process = Process(
        template=template, fake=fake, home=tmp_path_factory.mktemp("served") / "usher", mode=HTTP,
        words=("serve",), settings={**settings, "SLACK_API_URL": f"{fake.url}/api/"},
    )  # fmt: skip
    process.begin()
    try:
        fake.deliver_to(f"http://127.0.0.1:{process.port}/slack/events")
        yield process
    finally:
        process.stop()
        fake.stop()


def questions() -> list[str]:
    """What staff ask, about a dozen words each."""
    asked = [each.text for each in corpus.read(INTENTS).phrasings if 9 <= len(each.text.split()) <= 15]
    return asked[:: len(asked) // QUESTIONS][:QUESTIONS]


def command(fake: FakeSlack, user: str, text: str) -> str:
    """The body of `/policy`."""
    room = fake.space.direct(user)
    return urlencode(fake.do(lambda: shapes.command(fake.space, fake.url, user, room, "/policy", text)))


def test_a_question_costs_a_few_times_an_app_that_does_nothing(served: Process) -> None:
    learned = corpus.read(INTENTS)
    alone = engine.load(learned.intents, learned.phrasings, learnt())
    user, asked = user_of(served.template.school, TA), questions()
    rounds = [Round() for _ in range(ROUNDS)]
    with floors.noop_port() as port, floors.calling(port) as noop, floors.calling(served.port) as usher:
        for one in [Round(), *rounds]:
            for text in asked:
                body = command(served.fake, user, text)
                one.noop.append(noop.call(body)[0])
                took, said = usher.call(body)
                assert json.loads(said)["blocks"]
                one.usher.append(took)
                one.other.append(floors.timed(partial(alone.match, text)))
    for share, goal in ((0.5, 3), (0.99, 10)):
        found = median(one.beyond(share) for one in rounds)
        told(f"a question beyond the engine, p{share * 100:g}, in no-ops", found, goal, rounds, "engine")
        assert found <= LOOSE * goal


@contextmanager
def records(process: Running) -> Iterator[Database]:
    """The same records, opened a second time."""
    database = open_database(read_settings(environment(process.template, process.home)))
    try:
        yield database
    finally:
        database.close()


def drafts(served: Process, page: str, count: int) -> list[str]:
    """Reports that want nothing but to be sent."""
    answers = {id: answer for id, answer in CHILD.items() if page == "review" or id != "declaration"}
    with records(served) as database, database.books(served.template.school.id, now()) as books:
        return [books.drafts.start(TA, "esafety", page, answers).id for _ in range(count)]


def sent(served: Process) -> int:
    """How many reports have been sent so far."""
    with records(served) as database, database.read(served.template.school.id, now()) as books:
        return len(books.cases.of_reporter(TA))


def page_of(served: Process, draft: str) -> Json:
    """The page of a draft as Slack has it on show."""
    phone = Phone(served.fake, user_of(served.template.school, TA))
    phone.knock("press:0:draft.resume", draft)
    page = phone.top()
    assert page is not None, phone.sees()
    held: Json = json.loads(json.dumps(page))
    phone.reload()
    return held


def submission(served: Process, page: Json, draft: str) -> str:
    """A view_submission that ticks the declaration and sends the report; the receipt is in the ack."""
    fake, user = served.fake, user_of(served.template.school, TA)
    meta = json.loads(page["private_metadata"]) | {"d": draft, "s": ["draft.send", draft]}
    view = page | {"id": f"V{draft}", "private_metadata": json.dumps(meta)}
    view["state"] = {"values": {"declaration|": {"confirm": TICKED}}}
    return urlencode({"payload": json.dumps(fake.do(lambda: shapes.submitted(fake.space, user, view)))})


def press(served: Process, page: Json, draft: str) -> str:
    """The press of "Send the report" on the last page; the receipt is shown after the ack."""
    fake, user = served.fake, user_of(served.template.school, TA)
    said = json.dumps(page).replace(json.loads(page["private_metadata"])["d"], draft)
    view = json.loads(said) | {"id": f"V{draft}"}
    block, element = next(
        (block, element) for label, block, element in buttons_in(view["blocks"]) if label == "Send the report"
    )
    made = fake.do(lambda: shapes.pressed_view(fake.space, user, view, action_of(block, element)))
    return urlencode({"payload": json.dumps(made)})


@pytest.mark.parametrize(("way", "page"), [(submission, "declaration"), (press, "review")])
def test_a_report_sent_costs_a_few_writes_to_the_disk(served: Process, way: Way, page: str) -> None:
    rounds, before = [Round() for _ in range(ROUNDS)], sent(served)
    first, *ready = drafts(served, page, 1 + (ROUNDS + 1) * REPORTS)
    shown, waiting = page_of(served, first), iter(ready)
    with (
        floors.noop_port() as port, floors.calling(port) as noop, floors.calling(served.port) as usher,
        floors.disk(served.home) as write,
    ):  # fmt: skip
        for one in [Round(), *rounds]:
            for _ in range(REPORTS):
                body = way(served, shown, next(waiting))
                one.noop.append(noop.call(body)[0])
                one.usher.append(usher.call(body)[0])
                one.other.append(floors.timed(write))
                served.fake.settle()
    assert sent(served) - before == (ROUNDS + 1) * REPORTS
    found = median(one.writes() for one in rounds)
    what = f"a report sent by {way.__name__} beyond the no-op, p50, in fdatasyncs"
    told(what, found, 10, rounds, "fdatasync")
    assert found <= LOOSE * 10


def pile_up(process: Running) -> None:
    """Notices that have waited for some minutes already, for all staff, at whatever hour it is."""
    school = process.template.school
    staff = [person.id for person in school.people.values() if Role.STAFF in person.roles]
    with records(process) as database, database.books(school.id, now() - WAITED) as books:
        for number in range(NOTICES):
            to = Recipient(person=staff[number % len(staff)])
            said = Message(summary=f"Please read it ({number})", parts=(Paragraph(text="Please read it."),))
            books.outbox.post(Notice(key=f"pace:{number}", lane=Lane.CHAT, to=to, message=said))


def presses(process: Running) -> list[str]:
    """One press of "Start the report" each, by everybody on the staff in turn."""
    fake, school = process.fake, process.template.school
    staff = [user_of(school, person.id) for person in school.people.values() if Role.STAFF in person.roles]
    button = {"type": "button", "action_id": "press:0:report.begin", "block_id": "b", "value": "esafety"}

    def made(number: int) -> Json:
        user = staff[number % len(staff)]
        message = shapes.posted("Before anything else", [], fake.space.stamp())
        room = fake.space.direct(user)
        payload = shapes.pressed_message(fake.space, fake.url, user, room, message, button, {})
        # Its three seconds begin when it is pressed, not when it is made up.
        fake.space.triggers[payload["trigger_id"]].born += number * WITHIN / PRESSES
        return payload

    payloads = fake.do(lambda: [made(number) for number in range(PRESSES)])
    return [urlencode({"payload": json.dumps(payload)}) for payload in payloads]


@pytest.mark.xfail(
    reason="on a busy machine some acks come later than Slack waits: see docs/pace.md", strict=False
)
def test_presses_are_acknowledged_while_ten_thousand_notices_wait(template: Template, tmp_path: Path) -> None:
    # In school hours, for campaigns say nothing at any other time.
    template = crowded(template, tmp_path, 0)
    fake = FakeSlack(school_workspace(template.school)).start()
    usher = Running(template=template, fake=fake, home=tmp_path / "usher", mode=HTTP)
    shutil.copytree(template.home, usher.home, symlinks=True)
    pile_up(usher)
    rounds: list[tuple[list[float], list[float]]] = []
    try:
        usher.start()
        usher.wait_for("courier.put_off", 2 * TICK)
        with floors.noop_port() as port:
            for _ in range(ROUNDS):
                rounds.append(asyncio.run(floors.volley((usher.port, port), presses(usher), WITHIN)))
        waiting, put_off = usher.health()["undelivered"]["chat"], put_offs(usher)
    finally:
        usher.stop()
        fake.stop()
    late = sum(took > ANSWER_WITHIN for ours, _ in rounds for took in ours)
    for share in (0.5, 0.999):
        ours, noop = (median(floors.at(share, one[turn]) for one in rounds) for turn in (0, 1))
        sys.stdout.write(
            f"\nack of {PRESSES} presses in {WITHIN:g} s, p{share * 100:g}: {ours * 1000:.0f} ms (goal 300 "
            f"at p99.9), no-op {noop * 1000:.0f} ms; {floors.busy()}"
        )
    slowest = ", ".join(f"{max(ours) * 1000:.0f}" for ours, _ in rounds)
    sys.stdout.write(f"\nslowest of each round in ms: {slowest}; {late} acks later than Slack waits")
    sys.stdout.write(f"\n{waiting} notices still waiting, put off {put_off} times\n")
    assert waiting > NOTICES / 2
    assert fake.retried == []
    assert not late, "Slack would have shown that it went wrong"


def put_offs(usher: Running) -> int:
    """How often the courier has put a notice off."""
    return sum('"event":"courier.put_off"' in line for line in list(usher.lines))

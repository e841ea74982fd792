"""Slack's signed door beside a Bolt app that does nothing, the engine alone and the disk, all in one run.

Ratios are printed for docs/pace.md. They are asserted only so loosely that no busy machine fails them.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.school.people import Role
from bot.settings import read_settings
from bot.understanding import corpus, engine
from bot.wiring.works import now, open_database
from tests.hazards.office import CHILD
from tests.learnt import learnt
from tests.pace import floors
from tests.platforms.slack import shapes
from tests.platforms.slack.front import Process
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import HTTP, INTENTS, Template, environment, make_template
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import school_workspace, user_of
from tests.stories.people import PEOPLE

ROUNDS, QUESTIONS, REPORTS = 5, 100, 20
LOOSE = 10
"""How many times its goal a ratio may be before a test says that something is wrong."""
TA = PEOPLE["the TA"]
TICKED = {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
Json = dict[str, Any]

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
                one.other.append(floors.timed(lambda text=text: alone.match(text)))
    for share, goal in ((0.5, 3), (0.99, 10)):
        found = median(one.beyond(share) for one in rounds)
        told(f"a question beyond the engine, p{share * 100:g}, in no-ops", found, goal, rounds, "engine")
        assert found <= LOOSE * goal


def drafts(served: Process, count: int) -> list[str]:
    """Reports that want nothing but the tick and the press."""
    database = open_database(read_settings(environment(served.template, served.home)))
    answers = {id: answer for id, answer in CHILD.items() if id != "declaration"}
    try:
        with database.books(served.template.school.id, now()) as books:
            return [books.drafts.start(TA, "esafety", "review", answers).id for _ in range(count)]
    finally:
        database.close()


def last_page(served: Process, draft: str) -> Json:
    """The last page of a report as Slack has it, ticked."""
    phone = Phone(served.fake, user_of(served.template.school, TA))
    phone.knock("press:0:draft.resume", draft)
    page = phone.top()
    assert page is not None
    assert "Send the report" in phone.modal()
    name = next(id for id in page["state"]["values"] if id.startswith("declaration|"))
    held: Json = json.loads(json.dumps(page))
    held["state"]["values"][name] = {"confirm": TICKED}
    phone.reload()
    return held


def sent(served: Process, page: Json, draft: str) -> str:
    """The body of the view_submission that sends a draft."""
    fake, user = served.fake, user_of(served.template.school, TA)
    meta = json.loads(page["private_metadata"]) | {"d": draft, "s": ["draft.send", draft]}
    view = page | {"id": f"V{draft}", "private_metadata": json.dumps(meta)}
    return urlencode({"payload": json.dumps(fake.do(lambda: shapes.submitted(fake.space, user, view)))})


def test_a_report_sent_costs_a_few_writes_to_the_disk(served: Process, tmp_path: Path) -> None:
    rounds = [Round() for _ in range(ROUNDS)]
    first, *ready = drafts(served, 1 + (ROUNDS + 1) * REPORTS)
    page, waiting = last_page(served, first), iter(ready)
    with (
        floors.noop_port() as port, floors.calling(port) as noop, floors.calling(served.port) as usher,
        floors.disk(served.home) as write,
    ):  # fmt: skip
        for one in [Round(), *rounds]:
            for _ in range(REPORTS):
                body = sent(served, page, next(waiting))
                one.noop.append(noop.call(body)[0])
                took, said = usher.call(body)
                assert "Your report is on its way" in said
                one.usher.append(took)
                one.other.append(floors.timed(write))
    found = median(one.writes() for one in rounds)
    told("a report sent beyond the no-op, p50, in fdatasyncs", found, 10, rounds, "fdatasync")
    assert found <= LOOSE * 10

"""Thousands of activities that no form could have sent: no error, no case by mistake, nothing of others."""

import os
import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.desk.refusals import Garbled, Refusal, UnknownAction
from bot.desk.wording import refuse
from bot.reception import FILLED, PRESSED
from bot.school.activities import Activity, Dropped, Filled, Place, Pressed, Said
from bot.school.answers import faults
from bot.school.codec import from_json, to_json
from bot.school.concerns import Case
from bot.school.forms import Kind, Question
from bot.school.messages import Button, Dialog, Reply
from bot.school.routing import REPORTER
from tests.hazards.conftest import TURNS
from tests.hazards.office import (
    CHAIR,
    DEPUTY,
    DSL,
    HEAD,
    TA,
    TEACHER,
    WHOLE,
    Office,
    dialog_of,
    quick_database,
)

pytestmark = pytest.mark.hazard

PEOPLE = (TA, TEACHER, DSL, DEPUTY, HEAD, CHAIR, "dorothea-appiah-lund")
STRANGER = "nobody-we-know"
TOKEN = re.compile(r"tok-([a-z-]+)-kot")
OPENS = {"draft.send", "draft.seal", "danger.now"}
JUNK = (
    "",
    " ",
    "\0",
    "\ud800",
    "²",
    "١٢",
    "-1",
    "9" * 5000,
    "'; DROP TABLE cases; --",
    "{0}{dsl}%s%n",
    "\u202eeid\u202c",
    "😀" * 300,
    "a\u0300" * 200,
    "<script>alert(1)</script>",
    "2026-13-45T99:99",
    "0001-01-01",
    "9999-12-31T23:59 about ongoing",
    "../../etc/passwd",
    "_case",
    "review",
)
HUGE = "x" * 200_000
WRONG: tuple[Any, ...] = (
    None,
    0,
    1.5,
    True,
    b"bytes",
    {},
    {"name": "x"},
    [],
    ["yes"],
    ("yes", None),
    ("yes", {"name": "x"}),
    ({"name": 1},),
    ({1: "x"},),
    (("nested",),),
    ((),),
    object(),
)
REFUSALS = tuple(refuse(kind()) for kind in Refusal.__subclasses__())


class Monkey:
    """Presses whatever is on the screen, or what isn't, and types what it likes, as many people."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.dice = office, random.Random(seed)
        self.buttons: dict[str, list[Button]] = {person: [] for person in (*PEOPLE, STRANGER)}
        self.dialogs: dict[str, Dialog | None] = dict.fromkeys((*PEOPLE, STRANGER))
        self.values: list[str] = list(office.home.intents)[:3]
        self.past: list[tuple[Activity, Reply]] = []
        self.turn = 0

    def next(self) -> Activity:
        """Something somebody does."""
        self.turn += 1
        person = self.dice.choice(PEOPLE) if self.dice.random() < 0.98 else STRANGER
        again = self.dice.choice(self.past)[0].id if self.past and self.dice.random() < 0.02 else ""
        return Activity(
            id=again or f"m{self.turn}",
            school=self.office.school.id,
            person=person,
            place=Place(channel=self.dice.choice(("", "", "", "staffroom", "chair", "no-such-room"))),
            did=self.did(person),
            at=self.office.clock(),
        )

    def did(self, person: str) -> Any:
        """Mostly what the screen offers, sometimes anything at all."""
        luck = self.dice.random()
        if luck < 0.06:
            return Pressed(action="report.begin", value=self.dice.choice(list(WHOLE)))
        if luck < 0.7 and self.buttons[person]:
            return self.offered(person)
        if luck < 0.76:
            return Said(text=self.words(person))
        if luck < 0.77:
            return self.dice.choice((Dropped(), Said(text=self.dice.choice(WRONG)), None, "said", object()))
        action = self.dice.choice((*PRESSED, *FILLED, "no.such", "", self.words(person)))
        value = self.dice.choice((*self.values, self.words(person), *WRONG[:3]))
        dialog = self.dialogs[person]
        if action.startswith("draft.") and dialog is not None and self.dice.random() < 0.7:
            value = dialog.draft
        if self.dice.random() < 0.4:
            return Pressed(action=action, value=value)
        return Filled(action=action, value=value, answers=self.answers(person))

    def offered(self, person: str) -> Pressed | Filled:
        """A button that is on show, with the fields beside it filled in better or worse."""
        dialog = self.dialogs[person]
        shown = self.buttons[person]
        kinder = [button for button in shown if button.action != "draft.drop"]
        button = self.dice.choice(kinder or shown)
        if dialog is not None and dialog.buttons and self.dice.random() < 0.75:
            button = dialog.buttons[0]
        if not button.submits or dialog is None:
            return Pressed(action=button.action, value=button.value)
        answers = {f.question.id: self.answer(person, f.question) for f in dialog.fields}
        if self.dice.random() < 0.08:
            more = self.answers(person)
            answers |= more if isinstance(more, dict) else {}
        return Filled(action=button.action, value=button.value, answers=answers)

    def answers(self, person: str) -> Any:
        """Any answers to anything: a whole form by heart, or rubbish."""
        luck = self.dice.random()
        if luck < 0.3:
            whole = dict(self.dice.choice(list(WHOLE.values())))
            whole["account"] = self.words(person)
            return whole
        if luck < 0.35:
            return self.dice.choice(WRONG)
        names = [
            *WHOLE["esafety"],
            *WHOLE["site"],
            "line",
            "note",
            "state",
            "reason",
            "_case",
            "_quick",
            "age",
        ]
        return {self.dice.choice(names): self.any(person) for _ in range(self.dice.randrange(5))}

    def any(self, person: str) -> Any:
        """A value of any shape."""
        return self.words(person) if self.dice.random() < 0.6 else self.dice.choice(WRONG)

    def answer(self, person: str, question: Question) -> Any:
        """Mostly right."""
        if self.dice.random() < 0.03:
            return self.any(person)
        known = {id: answer for form in WHOLE.values() for id, answer in form.items()}
        if question.kind in (Kind.TEXT, Kind.LONG_TEXT):
            return f"{self.words(person)} {token(person)}"[-question.longest :]
        if question.kind is Kind.CHOICE and question.choices:
            return self.dice.choice(question.choices).id
        if question.kind is Kind.CHOICES:
            return tuple(choice.id for choice in question.choices[:1])
        return known.get(question.id, {Kind.DATE: "2026-12-01"}.get(question.kind, "2026-10-01"))

    def words(self, person: str) -> str:
        """Something typed, which always tells who typed it."""
        luck = self.dice.random()
        if luck < 0.002:
            return f"{token(person)} {HUGE}"
        if luck < 0.3:
            return self.dice.choice(JUNK)
        asked = self.dice.choice(("I'm worried about", "may i", "either", "a knife", "menu", ""))
        return f"{asked} {token(person)}".strip()

    def saw(self, activity: Activity, reply: Reply) -> None:
        """Remember what is on the screen now."""
        self.past = [*self.past[-50:], (activity, reply)]
        buttons = [button for message in reply.messages for button in message.buttons]
        if reply.dialog is not None:
            self.dialogs[activity.person] = reply.dialog
            buttons += [*reply.dialog.buttons] * 3
        self.buttons[activity.person] = buttons or self.buttons[activity.person]
        fresh = [button.value for button in buttons if button.value]
        self.values = [*self.values, *fresh][-60:]


def token(person: str) -> str:
    """Whoever types it can be told by it."""
    return f"tok-{person}-kot"


class Ledger:
    """What the tables hold, looked at from outside."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.file = sqlite3.connect(str(office.database.url.database))
        counted = ("concerns", "cases", "entries", "drafts", "outbox", "marks", "counts", "sites", "posts")
        sums = [f"(SELECT count(*) FROM {table})" for table in counted]
        sums += ["(SELECT sum(version) FROM drafts)", "(SELECT group_concat(state || hold) FROM cases)"]
        self.all = f"SELECT {', '.join(sums)}"

    def page(self) -> tuple[Any, ...]:
        """Enough to see any change."""
        return tuple(self.file.execute(self.all).fetchone())

    def cases(self) -> tuple[Case, ...]:
        """Every case."""
        with self.office.database.read(self.office.school.id, self.office.clock()) as books:
            return books.cases.all()

    def newest(self) -> tuple[str, set[str], dict[str, Any]]:
        """Form, parts and answers of the newest case, both halves together."""
        with self.office.database.read(self.office.school.id, self.office.clock()) as books:
            newest = max(books.cases.all(), key=lambda case: case.sent)
            halves = books.cases.concern(newest.concern).cases
            told = [books.cases.entries(case)[0].body for case in halves]
        answers: dict[str, Any] = {}
        for body in told:
            plain = {id: a if isinstance(a, str) else tuple(a) for id, a in body["answers"].items()}
            answers |= plain
        return str(told[0]["form"]), {case.part for case in halves}, answers

    def may_show(self, person: str, writer: str) -> bool:
        """Whether a case exists in which both take part: as its reporter or as one of its readers."""
        return any(
            person in {case.reporter, *self.readers(case)} and writer in {case.reporter, *self.holders(case)}
            for case in self.cases()
        )

    def holders(self, case: Case) -> set[str]:
        """Everybody whose business it is or was."""
        return {p.id for p in self.office.school.people.values() if p.roles & set(case.roles)}

    def readers(self, case: Case) -> set[str]:
        """Those of them who may read it; the DSL reads an e-safety report of her own."""
        out = {
            id for id, why in case.excluded.items() if why != REPORTER or id != DSL or case.kind != "esafety"
        }
        return self.holders(case) - out


@pytest.fixture
def office() -> Iterator[Office]:
    """A school on a database that nobody else uses."""
    with quick_database() as url:
        one = Office(url)
        yield one
        one.database.close()


@pytest.mark.parametrize("seed", range(2 * TURNS))
def test_whatever_is_sent_gets_a_reply_and_does_no_harm(seed: int, office: Office, tmp_path: Path) -> None:
    monkey, ledger = Monkey(office, seed), Ledger(office)
    sent = 0
    for _ in range(int(os.environ.get("USHER_FUZZ", "2500"))):
        activity = monkey.next()
        before = ledger.page()
        try:
            reply = office.reception.admit(activity)
        except Exception as error:
            raise AssertionError(f"seed {seed}, turn {monkey.turn}: {str(activity)[:500]}") from error
        after = ledger.page()
        where = f"seed {seed}, turn {monkey.turn}: {str(activity)[:500]} -> {str(reply)[:300]}"
        assert from_json(to_json(reply)) == reply, where
        if reply in REFUSALS:
            assert after == before, where
        if after[0] > before[0]:
            sent += 1
            check_opened(ledger, activity, reply, where)
        for writer in set(TOKEN.findall(to_json(reply))) - {activity.person}:
            assert ledger.may_show(activity.person, writer), where
        check_again(monkey, activity, reply, where)
        monkey.saw(activity, reply)
    assert sent > 20, "a monkey that never gets anything sent has tested little"


def check_opened(ledger: Ledger, activity: Activity, reply: Reply, where: str) -> None:
    """A new case comes from a button that opens one, and holds a report without a fault."""
    assert isinstance(activity.did, Pressed | Filled), where
    assert activity.did.action in OPENS, where
    assert reply.dialog is not None, where
    if activity.did.action == "danger.now":
        return
    id, parts, answers = ledger.newest()
    form = ledger.office.home.forms[id]
    short = any(question.quick for question in form.questions.values())
    owed = [question for question in form.questions.values() if parts & {"both", question.part}]
    owed += [question for question in form.questions.values() if question.part == "both"]
    wrong = faults(form, answers, owed, activity.at, quick=short)
    assert wrong == {}, where
    assert answers["declaration"] == "yes", where


def check_again(monkey: Monkey, activity: Activity, reply: Reply, where: str) -> None:
    """The same id from the same person has the same reply."""
    for earlier, said in monkey.past:
        if (earlier.id, earlier.person) == (activity.id, activity.person):
            assert said == reply, where


@pytest.mark.parametrize("form", ["breach", "site"])
def test_a_form_without_a_short_way_is_not_led_astray(form: str, office: Office) -> None:
    draft = office.begin(TA, form)
    assert office.fill(TA, "draft.quick", draft, {}) == refuse(UnknownAction())
    assert office.fill(TA, "draft.back", draft, {}).dialog is not None


@pytest.mark.parametrize("verb", sorted(FILLED))
@pytest.mark.parametrize("wrong", [None, 1, [], (1,), ({"name": 1},), ({1: "x"},)], ids=repr)
def test_answers_of_a_wrong_shape_are_refused_in_words(verb: str, wrong: Any, office: Office) -> None:
    assert office.fill(TA, verb, "x", {"account": wrong}) == refuse(Garbled())


@pytest.mark.parametrize("number", ["²", "١٢", "9" * 5000, "-1", "1e3", ""])
def test_what_only_looks_like_a_number_is_asked_again(number: str, office: Office) -> None:
    asked = dialog_of(office.fill(TA, "former.work", "", {"age": number, "left": "2019"}))
    assert asked.fields[0].error
    draft = office.begin(TA, "site")
    sent = office.fill(TA, "draft.send", draft, {**WHOLE["site"], "minimum_age": number})
    assert {field.question.id: field.error for field in dialog_of(sent).fields}["minimum_age"]

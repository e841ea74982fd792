"""A campaign at the counter, from the first draft to the last word, at times that the test tells."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk import run_campaign
from bot.desk.remind import remind, waiting
from bot.reading.scenarios_file import read_scenarios
from bot.records.outbox import Outbox
from bot.school.messages import Lane, Notice, Quotation, Reply
from bot.school.progress import first_tries
from tests.hazards.office import DSL, HEAD, OFFICE, OWNER, TA, TEACHER, Office, dialog_of, quick_database

MADE = {"title": "Social media policy", "groups": ("teachers", "support")}
DAYS = {"launch": "2026-10-06", "due": "2026-10-20"}
JEM = {"name": "Jem Karuna"}


class Bureau(Office):
    """An office whose clock can be set, and whose outbox can be read."""

    def at(self, when: str) -> "Bureau":
        local = datetime.fromisoformat(when).replace(tzinfo=UTC)
        self.clock._now = local
        return self

    def tick(self) -> int:
        moment = self.clock()
        with self.database.read(self.school.id, moment) as books:
            due = waiting(self.school, books, moment)
        if not due:
            return 0
        with self.database.books(self.school.id, moment) as books:
            return remind(self.school, books, moment)

    def draft(self, **more: object) -> str:
        reply = self.fill(OWNER, "campaign.create", "", {**MADE, **DAYS, **more})  # type: ignore[dict-item]
        dialog = dialog_of(reply)
        assert dialog.title == "Dry run", [field.error for field in dialog.fields]
        return dialog.id.split(":")[1]

    def running(self, **more: object) -> str:
        id = self.draft(**more)
        self.press(HEAD, "campaign.approve", id)
        self.press(OWNER, "campaign.run", id)
        return id

    def notices(self, to: str = "") -> list[Notice]:
        found = []
        while got := self.outbox.claim(self.clock(), "test", lease=timedelta(days=900), most=500):
            found += got
        self.seen = [*self.seen, *(each.notice for each in found)]
        return [each for each in self.seen if not to or each.to.person == to]

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.outbox = Outbox(self.database)
        self.seen: list[Notice] = []
        self.at("2026-10-05T10:00")


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    with quick_database() as url:
        office = Bureau(url)
        yield office
        office.database.close()


def said(reply: Reply) -> str:
    dialog = reply.dialog
    parts = [*(dialog.parts if dialog else ()), *(p for m in reply.messages for p in m.parts)]
    return "\n".join(str(vars(part)) for part in parts)


def test_from_the_draft_to_the_last_word(bureau: Bureau) -> None:
    id = bureau.draft()
    assert "waits for your approval" in bureau.notices(HEAD)[0].message.summary
    bureau.press(HEAD, "campaign.approve", id)
    bureau.press(OWNER, "campaign.run", id)
    assert bureau.tick() == 0, "it starts tomorrow"
    assert bureau.at("2026-10-06T07:29").tick() == 0, "school opens at 08:30 in summer time"
    assert bureau.at("2026-10-06T07:31").tick() > 5
    assert bureau.tick() == 0
    (first,) = bureau.notices(TA)
    assert first.message.summary == "Please read “Social media policy”: due by Tuesday 20 October 2026."
    text = bureau.press(TA, "ack.open", id)
    assert sum(isinstance(part, Quotation) for part in dialog_of(text).parts) == 50
    wrong = dialog_of(bureau.fill(TA, "ack.sign", id, {"name": "J. K."}))
    assert "as the school has it" in wrong.fields[0].error
    assert "is acknowledged" in said(bureau.fill(TA, "ack.sign", id, JEM))
    assert "('Acknowledged', '1 of " in said(bureau.press(OWNER, "campaign.open", id))
    assert "nothing you have to read" in said(bureau.press(TA, "acks.list"))
    bureau.at("2026-10-20T09:00").tick()
    assert len(bureau.notices(TA)) == 1, "whoever has acknowledged hears no more"
    assert len(bureau.notices(TEACHER)) == 2, "an outage ends in one message"


def ask_quiz(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every draft asks the sample scenarios."""
    made = run_campaign.drafted
    quiz = read_scenarios(Path(__file__).parents[2] / "policy/scenarios.yml")
    monkeypatch.setattr(run_campaign, "drafted", lambda visit, **k: made(visit, **{**k, "quiz": quiz}))


RIGHT = {"looking": "never", "sports-day": "consent", "message": "dsl"}


def test_a_wrong_answer_shows_the_clause_and_may_be_given_again(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_quiz(monkeypatch)
    id = bureau.running()
    wrong = dialog_of(bureau.fill(TA, "ack.sign", id, {**JEM, **RIGHT, "message": "wait"}))
    assert [each.question.id for each in wrong.fields if each.error] == ["message"]
    assert wrong.fields[-1].answer == "Jem Karuna"
    last = [part for part in wrong.parts if isinstance(part, Quotation)][-1]
    assert last.clause == "SAF-4"
    assert bureau.fill(TA, "ack.sign", id, {**JEM, **RIGHT}).closes
    with bureau.database.read(bureau.school.id, bureau.clock()) as books:
        campaign = books.campaigns.get(id)
        tries = first_tries(campaign, books.campaigns.said(campaign))
    assert tries == {"looking": (1, 1), "sports-day": (1, 1), "message": (0, 1)}


RUN = ("campaign.open", "campaign.dry", "campaign.run", "campaign.pause", "campaign.close")
READS = ("campaign.voices", "campaign.evidence")


@pytest.mark.parametrize("who", [TA, TEACHER, OFFICE, DSL])
def test_only_the_owner_and_the_head_look_after_campaigns(bureau: Bureau, who: str) -> None:
    id = bureau.running()
    before = bureau.press(OWNER, "campaign.open", id)
    for verb in (*RUN, *READS, "campaign.approve", "campaign.new"):
        assert bureau.press(who, verb, id).messages[0].summary == "This isn't open to you.", verb
    refused = bureau.fill(who, "campaign.create", "", {**MADE, **DAYS})
    assert refused.messages[0].summary == "This isn't open to you."
    if who != OFFICE:
        papers = bureau.fill(who, "campaign.record", id, {"person": "jem-karuna", "signed": "yes"})
        assert papers.messages[0].summary == "This isn't open to you."
    assert bureau.press(OWNER, "campaign.open", id).dialog == before.dialog


def test_nothing_runs_without_the_heads_yes(bureau: Bureau) -> None:
    id = bureau.draft()
    for who in (OWNER, TA):
        assert "This isn't open" in bureau.press(who, "campaign.approve", id).messages[0].summary
    assert "can't be done" in bureau.press(OWNER, "campaign.run", id).messages[0].summary
    assert "isn't open" in bureau.press(TA, "ack.open", id).messages[0].summary
    assert bureau.at("2026-10-06T10:00").tick() == 0


def test_who_is_not_asked_cannot_acknowledge(bureau: Bureau) -> None:
    id = bureau.running(groups=("teachers",))
    for verb in ("ack.open", "ack.asking", "ack.snoozing"):
        assert "isn't open" in bureau.press(TA, verb, id).messages[0].summary
    assert "isn't open" in bureau.fill(TA, "ack.sign", id, JEM).messages[0].summary


def test_a_pause_is_silent_and_its_days_are_given_back(bureau: Bureau) -> None:
    id = bureau.running()
    bureau.at("2026-10-06T09:00").tick()
    bureau.press(OWNER, "campaign.pause", id)
    assert bureau.at("2026-10-13T09:00").tick() == 0
    back = said(bureau.press(OWNER, "campaign.run", id))
    assert "('Due', 'Wednesday 4 November 2026')" in back, "five school days, half-term and INSET left out"


def test_a_snooze_holds_its_day_and_never_passes_the_due_day(bureau: Bureau) -> None:
    id = bureau.running()
    bureau.at("2026-10-06T09:00").tick()
    bureau.press(TA, "ack.snooze", f"{id}.3")
    assert "can't be done" in bureau.press(TA, "ack.snooze", f"{id}.300").messages[0].summary
    bureau.at("2026-10-08T09:00").tick()
    assert len(bureau.notices(TA)) == 1
    bureau.at("2026-10-09T09:00").tick()
    assert len(bureau.notices(TA)) == 2
    bureau.at("2026-10-20T09:00")
    assert "can't be put off" in said(bureau.press(TA, "ack.snoozing", id))


def test_two_campaigns_at_once_make_one_message(bureau: Bureau) -> None:
    bureau.running(title="First")
    bureau.running(title="Second")
    bureau.at("2026-10-06T09:00").tick()
    (one,) = bureau.notices(TA)
    assert one.message.summary == "You have 2 texts to read and acknowledge."
    assert one.lane is Lane.CAMPAIGN


def test_after_every_reminder_the_line_manager_gets_names_and_the_head_totals(bureau: Bureau) -> None:
    bureau.running()
    for day in range(6, 31):
        bureau.at(f"2026-10-{day:02}T09:00").tick()
    for day in range(2, 11):
        bureau.at(f"2026-11-{day:02}T09:00").tick()
    reminders = [
        n for n in bureau.notices(TA) if n.lane is Lane.CAMPAIGN and "Please read" in n.message.summary
    ]
    assert len(reminders) == 6
    manager = [n for n in bureau.notices(TEACHER) if "Please speak to" in n.message.summary]
    assert len(manager) == 1
    assert "Jem Karuna" in str(manager[0].message.parts)
    totals = [n for n in bureau.notices(HEAD) if "have acknowledged" in n.message.summary]
    assert totals
    assert "Jem Karuna" not in str([n.message for n in totals])


def test_a_question_is_announced_and_not_told(bureau: Bureau) -> None:
    id = bureau.running()
    bureau.fill(TA, "ack.ask", id, {"words": "canary question"})
    bureau.fill(TA, "ack.refuse", id, {"words": "canary refusal"})
    assert "canary" not in str(bureau.notices())
    assert len([n for n in bureau.notices(HEAD) if "cannot agree" in n.message.summary]) == 1
    assert not [n for n in bureau.notices(HEAD) if "question" in n.message.summary]
    assert "canary question" in said(bureau.press(OWNER, "campaign.voices", id))

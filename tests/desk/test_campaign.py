"""A campaign at the counter, from the first draft to the last word, at times that the test tells."""

from collections.abc import Iterator
from dataclasses import replace
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
        while got := self.outbox.claim(self.clock(), "test", lease=timedelta(minutes=1), most=500):
            found += got
            for each in got:
                self.outbox.settle(each, self.clock(), "posted")
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
    assert "waits for the headteacher" in bureau.press(OWNER, "campaign.run", id).messages[0].summary
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
    assert len(bureau.notices(TA)) == 1
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
        bureau.notices()
    for day in range(2, 11):
        bureau.at(f"2026-11-{day:02}T09:00").tick()
        bureau.notices()
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


class Quiet(Bureau):
    """A platform that is down: what is queued stays queued until it is asked for."""

    def summaries(self, to: str) -> list[str]:
        with self.database.read(self.school.id, self.clock()) as books:
            waiting = books.reminders.unsaid()
        return [each.notice.message.summary for each in waiting if each.notice.to.person == to]

    def steps(self, campaign: str, who: str) -> frozenset[str]:
        with self.database.read(self.school.id, self.clock()) as books:
            standings = books.campaigns.standings([books.campaigns.get(campaign)])
        return standings[campaign, who].steps


@pytest.fixture
def quiet() -> Iterator[Quiet]:
    with quick_database() as url:
        office = Quiet(url)
        yield office
        office.database.close()


def test_what_waits_is_taken_back_when_the_person_has_acknowledged(quiet: Quiet) -> None:
    id = quiet.running()
    quiet.at("2026-10-06T09:00").tick()
    assert len(quiet.summaries(TA)) == 1
    quiet.fill(TA, "ack.sign", id, JEM)
    assert quiet.summaries(TA) == []
    assert quiet.steps(id, TA) == frozenset(), "it was never said"
    assert len(quiet.summaries(TEACHER)) == 1, "of others nothing changes"
    assert quiet.notices(TA) == []
    quiet.at("2026-10-07T09:00").tick()
    assert quiet.notices(TA) == []


def test_the_office_records_a_paper_and_what_waits_is_taken_back(quiet: Quiet) -> None:
    id = quiet.running()
    quiet.at("2026-10-06T09:00").tick()
    quiet.fill(OFFICE, "campaign.record", id, {"person": TA, "signed": "yes"})
    assert quiet.summaries(TA) == []


@pytest.mark.parametrize("verb", ["campaign.pause", "campaign.close"])
def test_a_campaign_that_is_paused_or_closed_says_nothing_that_it_had_queued(quiet: Quiet, verb: str) -> None:
    id = quiet.running()
    quiet.at("2026-10-06T09:00").tick()
    quiet.press(OWNER, verb, id)
    assert quiet.notices(TA) == []
    assert quiet.steps(id, TA) == frozenset()
    if verb == "campaign.pause":
        quiet.at("2026-10-07T09:00").press(OWNER, "campaign.run", id)
        quiet.tick()
        assert quiet.summaries(TA) == [
            "Please read “Social media policy”: due by Wednesday 21 October 2026."
        ], "said when it goes on, with the day that the pause has moved"


def test_a_later_step_takes_the_place_of_one_that_never_arrived(quiet: Quiet) -> None:
    id = quiet.running()
    quiet.at("2026-10-06T09:00").tick()
    quiet.at("2026-10-13T09:00").tick()
    assert len(quiet.summaries(TA)) == 1
    assert quiet.steps(id, TA) == {"launch", "half-way"}
    quiet.at("2026-10-22T09:00").tick()
    assert quiet.summaries(TA) == [
        "Please read “Social media policy”: due since Tuesday 20 October 2026, 2 school days ago."
    ]
    quiet.at("2026-10-23T09:00").tick()
    assert "3 school days ago" in quiet.summaries(TA)[0], "what it says is true when it arrives"
    (told,) = quiet.notices(TA)
    assert quiet.tick() == 0
    assert quiet.notices(TA) == [told]


def test_of_two_texts_the_one_that_is_still_to_be_read_is_said(quiet: Quiet) -> None:
    one, two = quiet.running(), quiet.running(title="Staff handbook")
    quiet.at("2026-10-06T09:00").tick()
    assert quiet.summaries(TA) == ["You have 2 texts to read and acknowledge."]
    quiet.fill(TA, "ack.sign", one, JEM)
    assert quiet.summaries(TA) == []
    quiet.tick()
    assert quiet.summaries(TA) == ["Please read “Staff handbook”: due by Tuesday 20 October 2026."]
    assert quiet.steps(two, TA) == {"launch"}


def test_what_is_on_its_way_at_that_moment_is_not_tried_again(quiet: Quiet) -> None:
    id = quiet.running()
    quiet.at("2026-10-06T09:00").tick()
    lease = timedelta(seconds=30)
    taken = {w.notice.to.person: w for w in quiet.outbox.claim(quiet.clock(), "w", lease=lease, most=500)}
    quiet.fill(TA, "ack.sign", id, JEM)
    quiet.outbox.retry(taken[TA], quiet.clock(), after=timedelta(seconds=1), why="unreachable")
    quiet.outbox.retry(taken[TEACHER], quiet.clock(), after=timedelta(seconds=1), why="unreachable")
    quiet.at("2026-10-06T09:05")
    again = [w.notice.to.person for w in quiet.outbox.claim(quiet.clock(), "w", lease=lease, most=500)]
    assert TA not in again
    assert TEACHER in again
    assert quiet.steps(id, TA) == {"launch"}, "it may have arrived"


def test_two_texts_on_their_way_stay_on_it_and_are_looked_at_afterwards(quiet: Quiet) -> None:
    one, _ = quiet.running(), quiet.running(title="Staff handbook")
    quiet.at("2026-10-06T09:00").tick()
    lease = timedelta(seconds=30)
    taken = {w.notice.to.person: w for w in quiet.outbox.claim(quiet.clock(), "w", lease=lease, most=500)}
    quiet.fill(TA, "ack.sign", one, JEM)
    assert quiet.summaries(TA) == ["You have 2 texts to read and acknowledge."]
    quiet.outbox.retry(taken[TA], quiet.clock(), after=timedelta(seconds=1), why="unreachable")
    quiet.tick()
    assert quiet.summaries(TA) == ["Please read “Staff handbook”: due by Tuesday 20 October 2026."]


def test_the_line_manager_hears_only_of_those_who_are_still_late(quiet: Quiet) -> None:
    id = quiet.running()
    days = [f"2026-10-{day:02}" for day in range(6, 24)] + ["2026-11-03", "2026-11-04", "2026-11-05"]
    for day in days:
        quiet.at(f"{day}T09:00").tick()
        if day < "2026-11-04":
            quiet.notices()
    (before,) = [each for each in quiet.summaries(OWNER) if "Please speak to" in each]
    quiet.fill(TEACHER, "ack.sign", id, {"name": "Tamsin Quillfeather"})
    quiet.tick()
    (after,) = [each for each in quiet.summaries(OWNER) if "Please speak to" in each]
    assert after != before
    figures = [each for each in quiet.summaries(HEAD) if "have acknowledged" in each]
    assert len(figures) == 1
    assert "1 of " in figures[0]
    quiet.at("2026-11-06T09:00").tick()
    assert len([each for each in quiet.summaries(HEAD) if "have acknowledged" in each]) == 1


def asked(bureau: Bureau, **chosen: object) -> str:
    """What the dry run of a campaign says of whom it asks."""
    reply = bureau.fill(OWNER, "campaign.create", "", {"title": "T", **DAYS, **chosen})  # type: ignore[dict-item]
    return said(reply)


def test_the_form_asks_a_group_roles_and_people_and_leaves_somebody_out(bureau: Bureau) -> None:
    few = asked(bureau, roles=("dsl",), people=(TA,), but=(DSL,))
    assert "Would be asked: 1" in few
    assert "Jem Karuna: named" in few
    assert "without Isolde Penhallow" in few
    more = asked(bureau, groups=("everybody",), roles=("chair_of_governors",))
    assert "Cressida Wainfleet: is chair of governors" in more
    assert "Jem Karuna: is staff" in more, "all staff, and the chair besides"
    everybody = asked(bureau, groups=("everybody",), but=(TA,))
    assert "Would be asked: 10" in everybody


def test_a_form_that_names_nobody_comes_back_with_what_was_typed(bureau: Bureau) -> None:
    reply = bureau.fill(OWNER, "campaign.create", "", {"title": "T", **DAYS, "but": (TA,)})
    (fault,) = [field for field in dialog_of(reply).fields if field.error]
    assert (fault.question.id, fault.error) == (
        "groups",
        "Choose all staff, a group, a role or somebody by name.",
    )
    assert {field.question.id: field.answer for field in dialog_of(reply).fields}["title"] == "T"


def test_questions_on_the_text_are_asked_when_the_owner_says_so(bureau: Bureau) -> None:
    plain = bureau.running(quiz="none")
    assert [f.question.id for f in dialog_of(bureau.press(TA, "ack.open", plain)).fields] == ["name"]
    quiz = bureau.running(quiz="ask", title="With questions")
    fields = dialog_of(bureau.press(TA, "ack.open", quiz)).fields
    assert [f.question.id for f in fields] == ["looking", "sports-day", "message", "name"]
    assert bureau.fill(TA, "ack.sign", quiz, {**JEM, **RIGHT}).closes


def test_a_school_without_scenarios_is_not_offered_any(bureau: Bureau) -> None:
    def fields() -> list[str]:
        return [field.question.id for field in dialog_of(bureau.press(OWNER, "campaign.new")).fields]

    assert "quiz" in fields()
    home = replace(bureau.home, scenarios=())
    bureau.reception = replace(bureau.reception, houses={bureau.school.id: home})
    assert "quiz" not in fields()


def test_the_greeting_leads_to_what_is_to_be_read_and_later_to_what_was(bureau: Bureau) -> None:
    def doors() -> list[str]:
        return [b.label for b in bureau.say(TA, "hello").messages[0].buttons if b.action == "acks.list"]

    assert doors() == [], "nothing was ever asked"
    id = bureau.running()
    assert doors() == ["To read: 1"]
    bureau.fill(TA, "ack.sign", id, JEM)
    assert doors() == ["My acknowledgements"]
    bureau.press(OWNER, "campaign.close", id)
    assert doors() == ["My acknowledgements"]
    history = said(bureau.press(TA, "acks.list"))
    assert "Social media policy" in history
    assert "summary, edition" in history, "with the version"
    others = said(bureau.press(TEACHER, "acks.list"))
    assert "Acknowledged" not in others, "each sees their own"

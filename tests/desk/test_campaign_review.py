"""Campaigns as a governor, a part of the staff that comes and goes, and a forger would try them."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.platforms.paper.page import page
from bot.platforms.paper.pdf import pdf
from bot.school.activities import Activity, Filled, Place
from bot.school.campaigns import How
from bot.school.messages import Facts
from bot.school.people import Person, Term, plain_name
from bot.wiring import campaign_evidence
from tests.desk.test_campaign import DAYS, JEM, RIGHT, Bureau, said
from tests.hazards.office import HEAD, OFFICE, OWNER, TA, TEACHER, dialog_of, quick_database

ALL = {"groups": ("everybody",)}


class Crew(Bureau):
    """A school whose people come and go while a campaign runs."""

    def people(self, change: Callable[[dict[str, Person]], None]) -> None:
        people = dict(self.school.people)
        change(people)
        self.change(people=people)

    def change(self, **more: object) -> None:
        self.school = replace(self.school, **more)  # type: ignore[arg-type]
        self.home = replace(self.home, school=self.school)
        self.reception = replace(self.reception, houses={self.school.id: self.home})

    def leaves(self, who: str) -> None:
        self.people(lambda people: people.pop(who))

    def joins(self, who: str, name: str) -> None:
        self.people(lambda people: people.update({who: replace(people[TA], id=who, name=name)}))

    def sign(self, who: str, id: str, **more: str) -> None:
        name = self.school.people[who].name
        assert self.fill(who, "ack.sign", id, {"name": name, **more}).closes

    def rows(self, sql: str, id: str) -> list[tuple[object, ...]]:
        """The bare tables, not by way of the records."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(sql, {"id": id}).fetchall()

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.file = url.removeprefix("sqlite:///")


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    with quick_database() as url:
        office = Crew(url)
        monkeypatch.setattr(campaign_evidence, "now", office.clock)
        yield office
        office.database.close()


def facts(crew: Crew, verb: str, id: str) -> dict[str, str]:
    """Label -> value, of everything in label and value pairs that the owner is shown."""
    parts = dialog_of(crew.press(OWNER, verb, id)).parts
    return {label: value for part in parts if isinstance(part, Facts) for label, value in part.rows}


def test_running_a_draft_says_that_the_head_has_not_said_yes(crew: Crew) -> None:
    id = crew.draft()
    assert crew.press(OWNER, "campaign.run", id).messages[0].summary == (
        "It waits for the headteacher's approval."
    )
    crew.press(HEAD, "campaign.approve", id)
    assert crew.press(OWNER, "campaign.run", id).dialog


@pytest.mark.parametrize(
    ("launch", "due", "fault"),
    [
        ("2026-09-10", "2026-10-02", "The day it is due, Friday 2 October 2026, is over"),
        ("2026-09-10", "2026-10-05", "The day it is due, Monday 5 October 2026, is over"),
        ("2025-10-06", "2025-10-20", "The day it is due, Monday 20 October 2025, is over"),
        ("2026-10-20", "2026-10-06", "must come after the day it starts"),
        ("2026-10-06", "2026-11-02", "must be due on a school day"),
        ("2026-10-06", "2027-05-03", "must be due on a school day"),
        ("2026-10-26", "2026-11-20", "must start on a school day"),
        ("2026-10-06", "9999-12-31", "must be due on a school day"),
    ],
)
def test_a_day_on_which_it_cannot_be_due_is_refused(crew: Crew, launch: str, due: str, fault: str) -> None:
    reply = crew.fill(OWNER, "campaign.create", "", {"title": "T", **ALL, "launch": launch, "due": due})
    (field,) = [each for each in dialog_of(reply).fields if each.error]
    assert field.question.id == "due"
    assert fault in field.error
    assert "There is none yet" in said(crew.press(OWNER, "campaigns.list"))


@pytest.mark.parametrize("which", ["groups", "roles", "people", "but", "quiz"])
def test_a_choice_that_was_never_offered_comes_back_and_breaks_nothing(crew: Crew, which: str) -> None:
    forged = {"title": "T", **DAYS, "groups": ("teachers",), which: ("emperor",)}
    reply = crew.fill(OWNER, "campaign.create", "", forged)
    assert [each.question.id for each in dialog_of(reply).fields if each.error] == [which]
    assert "There is none yet" in said(crew.press(OWNER, "campaigns.list"))


def test_questions_that_nobody_has_answered_are_not_nought_of_nought(crew: Crew) -> None:
    id = crew.running(**ALL, quiz="ask")
    assert facts(crew, "campaign.evidence", id)["PER-1c"] == "nobody yet"
    crew.sign(TA, id, **RIGHT)
    assert facts(crew, "campaign.evidence", id)["PER-1c"] == "1 of 1 right at once"


def test_the_figures_are_recounted_from_the_bare_tables(crew: Crew) -> None:
    id = crew.running(**ALL, quiz="ask")
    crew.at("2026-10-07T10:00").tick()
    crew.fill(TA, "ack.sign", id, {**JEM, **RIGHT, "message": "wait"})
    crew.sign(TA, id, **RIGHT)
    crew.sign(TEACHER, id, **RIGHT)
    crew.fill(OFFICE, "campaign.record", id, {"person": "lorcan-vasanth", "signed": "yes"})
    crew.joins("ada-newcome", "Ada Newcome")
    crew.at("2026-10-09T10:00").tick()
    crew.sign("ada-newcome", id, **RIGHT)
    crew.leaves(TEACHER)
    crew.at("2026-10-22T10:00")
    read = crew.rows("select person, how from acknowledgements where campaign = :id and said = 'read'", id)
    here = [(person, how) for person, how in read if person in crew.school.people]
    staff = [each for each in crew.school.people.values() if "staff" in each.roles]
    assert (len(read), len(here), len(staff)) == (4, 3, 13)

    found = campaign_evidence.evidence_of(crew.database, crew.home, id)
    assert (found.progress.done, found.progress.asked, found.progress.left) == (3, 13, 1)
    assert len(found.progress.open) == len(staff) - len(here) == len(found.progress.overdue)
    assert found.ways == {**dict.fromkeys(How, 0), **Counter(How(str(how)) for _, how in here)}
    assert found.curve[-1][1] == 3
    assert found.tries == {"looking": (2, 2), "sports-day": (2, 2), "message": (1, 2)}
    for group, (done, of) in found.groups.items():
        mine = {each.id for each in staff if group in each.groups}
        assert (done, of) == (len([who for who, _ in here if who in mine]), len(mine)), group

    chat = facts(crew, "campaign.evidence", id)
    assert (chat["Acknowledged"], chat["Acknowledged, no longer asked"]) == ("3 of 13", "1")
    assert (chat["themselves"], chat["on paper, recorded by the office"]) == ("2", "1")
    assert chat["SAF-4"] == "1 of 2 right at once"
    assert "acknowledged, no longer asked" in page(found)


def test_a_closed_campaign_stays_as_it_was_when_people_join_afterwards(crew: Crew) -> None:
    id = crew.running(**ALL)
    crew.at("2026-10-07T10:00").tick()
    crew.sign(TA, id)
    crew.at("2026-10-21T10:00").press(OWNER, "campaign.close", id)
    before = campaign_evidence.evidence_of(crew.database, crew.home, id).progress
    shown = facts(crew, "campaign.evidence", id)
    crew.joins("ada-newcome", "Ada Newcome")
    crew.at("2027-01-20T10:00").tick()
    assert campaign_evidence.evidence_of(crew.database, crew.home, id).progress == before
    later = facts(crew, "campaign.evidence", id)
    assert {**later, "Head of the audit": ""} == {**shown, "Head of the audit": ""}
    crew.leaves(TA)
    after = facts(crew, "campaign.evidence", id)
    assert (after["Acknowledged"], after["Acknowledged, no longer asked"]) == ("0 of 12", "1")


def test_when_everybody_has_left_there_is_still_a_page(crew: Crew) -> None:
    id = crew.running(groups=("support",))
    for person in [each for each in crew.school.people.values() if "support" in each.groups]:
        crew.people(lambda people, who=person: people.update({who.id: replace(who, groups=())}))  # type: ignore[misc]
    assert crew.at("2026-10-20T10:00").tick() == 0
    assert facts(crew, "campaign.open", id)["Acknowledged"] == "0 of 0"
    found = campaign_evidence.evidence_of(crew.database, crew.home, id)
    assert "0 of 0" in page(found)
    assert pdf(found).startswith(b"%PDF")


def test_who_joins_out_of_hours_and_reads_at_once_is_done(crew: Crew) -> None:
    id = crew.running(**ALL)
    crew.at("2026-10-09T20:00").joins("ada-newcome", "Ada Newcome")
    crew.sign("ada-newcome", id)
    assert "nothing you have to read" in said(crew.press("ada-newcome", "acks.list"))
    assert "Nothing more is asked" in said(crew.press("ada-newcome", "ack.open", id))
    crew.at("2026-10-12T10:00").tick()
    assert crew.notices("ada-newcome") == []


def test_a_question_is_the_policy_owners_alone_and_a_refusal_is_the_heads_too(crew: Crew) -> None:
    id = crew.running(**ALL)
    crew.fill(TA, "ack.ask", id, {"words": "canary question"})
    crew.fill(TA, "ack.refuse", id, {"words": "canary refusal"})
    for who, knows in ((OWNER, True), (HEAD, False)):
        read = said(crew.press(who, "campaign.voices", id))
        assert "canary refusal" in read
        assert ("canary question" in read) is knows, "it was put to the policy owner"


def test_the_head_sees_totals_and_no_name_of_anybody_who_is_late(crew: Crew) -> None:
    id = crew.running(**ALL)
    crew.at("2026-10-22T10:00").tick()
    for verb in ("campaign.open", "campaign.evidence"):
        shown = said(crew.press(HEAD, verb, id))
        late = [each.name for each in crew.school.people.values() if each.name in shown]
        assert late == ["Rafferty Oduya"], "who approved it"
    assert "Jem Karuna, 2 school days overdue" in said(crew.press(OWNER, "campaign.open", id))


def test_the_same_word_from_two_devices_at_once_is_one_acknowledgement(crew: Crew) -> None:
    id = crew.running(**ALL)
    moment = crew.clock()

    def sign(number: int) -> bool:
        did = Filled(action="ack.sign", value=id, answers=JEM)
        return crew.reception.admit(
            Activity(id=f"at-once-{number}", school="palatine", person=TA, place=Place(), did=did, at=moment)
        ).closes

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sign, range(8)))
    assert len(crew.rows("select once from acknowledgements where campaign = :id", id)) == 1
    audited = "select subject from audit where subject = :id and verb = 'campaign.answered'"
    assert len(crew.rows(audited, id)) == 1


def test_words_that_were_changed_meanwhile_cannot_be_acknowledged(crew: Crew) -> None:
    id = crew.running(**ALL)
    assert "no longer in force" not in facts(crew, "campaign.open", id)["Version"]
    clauses = dict(crew.home.policy.clauses)
    clauses["PER-1c"] = replace(clauses["PER-1c"], wording="Something else altogether.")
    crew.home = replace(crew.home, policy=replace(crew.home.policy, clauses=clauses))
    crew.change()
    for reply in (crew.press(TA, "ack.open", id), crew.fill(TA, "ack.sign", id, JEM)):
        assert reply.messages[0].summary == "The text has changed since this was sent."
    assert crew.rows("select once from acknowledgements where campaign = :id", id) == []
    assert "no longer in force" in facts(crew, "campaign.open", id)["Version"]


def test_over_the_summer_nobody_hears_anything(crew: Crew) -> None:
    autumn = Term(name="Autumn term, first half", first=date(2027, 9, 2), last=date(2027, 10, 22))
    crew.change(terms=(*crew.school.terms, autumn))
    crew.at("2027-07-12T10:00")
    id = crew.running(**ALL, launch="2027-07-14", due="2027-09-10")
    told: dict[date, int] = {}
    day = datetime(2027, 7, 13, 9, 0, tzinfo=UTC)
    while day.date() < date(2027, 10, 1):
        crew.at(day.replace(tzinfo=None).isoformat()).tick()
        before = len(crew.notices(TA))
        told[day.date()] = before - sum(told.values())
        day += timedelta(days=1)
    spoken = [each for each, count in told.items() if count]
    assert spoken[0] == date(2027, 7, 14)
    assert not [each for each in spoken if date(2027, 7, 21) < each < date(2027, 9, 2)]
    assert date(2027, 9, 10) in spoken
    assert sum(told.values()) <= 6 + 1, "the cap, and the head's yes is not the TA's to hear"
    assert "due since Friday 10 September 2027" in crew.notices(TA)[-1].message.summary
    assert facts(crew, "campaign.open", id)["Overdue"] == "13"


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("Siobhan O'Brien", "siobhan o’brien"),
        ("Siobhan O’Brien", "Siobhan O'Brien"),
        ("Zoë Müller-Łoś", "Zoe\u0308 Mu\u0308ller\u2011Łos\u0301"),
        ("ليلى العلي", "  ليلى   العلي "),
        ("Mrs A. Ng", "A Ng"),
    ],
)
def test_a_name_counts_however_the_telephone_writes_it(crew: Crew, kept: str, typed: str) -> None:
    crew.people(lambda people: people.update({TA: replace(people[TA], name=kept)}))
    id = crew.running(**ALL)
    assert crew.fill(TA, "ack.sign", id, {"name": typed}).closes
    assert plain_name(typed) == plain_name(kept)
    assert plain_name("Siobhan OBrien") != plain_name("Siobhan O'Brien")

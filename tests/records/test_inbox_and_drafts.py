"""Once in, whoever repeats it; and half a report is there when its writer comes back."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.records.database import Database
from bot.records.errors import NoSuchDraft, ReplyNotKept, Tampered
from bot.school.forms import Answer
from tests.records.given import NOW, SCHOOL, execute, rows

ANSWERS: dict[str, Answer] = {
    "account": "What he said: \u201cdon\u2019t tell\u201d \U0001f600 \x00 \ud800",
    "risks": ("grooming", "threats"),
    "pupils": ({"name": "Anna Bell", "class": "4B"}, {"name": "", "class": ""}),
    "empty": (),
    "blank": "",
}


def test_an_activity_is_let_in_once_and_answered_alike_ever_after(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        assert books.inbox.seen("a1") is None
        assert books.inbox.enter("a1") is None
        books.inbox.keep("a1", '{"said": 1}')
    for _ in range(3):
        with database.books(SCHOOL, NOW + timedelta(hours=2)) as books:
            assert books.inbox.enter("a1") == books.inbox.seen("a1") == '{"said": 1}'


def test_the_same_activity_from_two_processes_and_ten_at_a_time_is_one_case(
    url: str, database: Database
) -> None:
    activities = [f"a{number}" for number in range(20)]
    command = [sys.executable, "-m", "tests.records.worker", "admit", url]

    def admit(number: int) -> list[str]:
        order = activities if number % 2 else activities[::-1]
        done = subprocess.run([*command, *order], capture_output=True, text=True, check=True)
        said = done.stdout.split("\n")[:-1]
        return said if number % 2 else said[::-1]

    with ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(admit, range(3)))
    assert replies[0] == replies[1] == replies[2]
    assert len(set(replies[0])) == 20
    with database.read(SCHOOL, NOW) as books:
        assert len(books.cases.all()) == 20
    assert len(rows(database, "outbox")) == len(rows(database, "audit")) == 20


def test_ten_threads_with_one_activity_do_it_once(database: Database) -> None:
    def admit(_: int) -> str:
        with database.books(SCHOOL, NOW) as books:
            reply = books.inbox.enter("a1")
            if reply is None:
                reply = books.drafts.start("ta", "esafety", "one", {}).id
                books.inbox.keep("a1", reply)
        return reply

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(admit, range(10)))) == 1
    assert len(rows(database, "drafts")) == 1


def test_an_activity_without_a_reply_is_not_committed(database: Database) -> None:
    def forget_to_answer() -> None:
        with database.books(SCHOOL, NOW) as books:
            books.inbox.enter("a1")
            books.drafts.start("ta", "esafety", "one", {})

    with pytest.raises(ReplyNotKept):
        forget_to_answer()
    assert rows(database, "inbox") == rows(database, "drafts") == []


def test_an_activity_that_failed_may_come_again(database: Database) -> None:
    def fail() -> None:
        with database.books(SCHOOL, NOW) as books:
            books.inbox.enter("a1")
            books.inbox.keep("a1", "{}")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.books(SCHOOL, NOW) as books:
        assert books.inbox.enter("a1") is None
        books.inbox.keep("a1", "{}")


@pytest.mark.parametrize("activity", ["\0", "a\0b", "\ud800", "x" * 5000, "'; DROP TABLE inbox --", ""])
def test_any_id_from_outside_is_only_an_id(database: Database, activity: str) -> None:
    with database.books(SCHOOL, NOW) as books:
        assert books.inbox.enter(activity) is None
        books.inbox.keep(activity, "{}")
        assert books.inbox.enter(activity) == "{}"


def test_replies_are_sealed_and_gone_after_a_day_with_their_keys(database: Database) -> None:
    for hour in range(4):
        with database.books(SCHOOL, NOW + timedelta(hours=hour)) as books:
            books.inbox.enter(f"a{hour}")
            books.inbox.keep(f"a{hour}", '{"dialog": "words"}')
    assert all(b"words" not in bytes(row["reply"]) for row in rows(database, "inbox"))
    late = NOW + timedelta(hours=25, minutes=30)
    with database.books(SCHOOL, late) as books:
        assert books.inbox.expire(late) == 2
    assert {row["activity"] for row in rows(database, "inbox")} == {"a2", "a3"}
    kept = {row["id"] for row in rows(database, "keys") if row["kind"] == "inbox"}
    assert kept == {row["key"] for row in rows(database, "inbox")}


# Drafts


def test_a_draft_resumes_just_as_it_was_left(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        started = books.drafts.start("ta", "esafety", "urgency", {})
    later = NOW + timedelta(minutes=5)
    with database.books(SCHOOL, later) as books:
        saved = books.drafts.save(started.id, "ta", "what_happened", ANSWERS)
    with database.read(SCHOOL, later) as books:
        found = books.drafts.get(started.id, "ta")
        assert found == saved == books.drafts.of("ta")[0]
        assert dict(found.answers) == ANSWERS
        assert (found.page, found.started, found.changed) == ("what_happened", NOW, later)


def test_only_its_writer_can_reach_a_draft(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        draft = books.drafts.start("ta", "esafety", "one", {})
        for act in (
            lambda: books.drafts.get(draft.id, "head"),
            lambda: books.drafts.save(draft.id, "head", "two", {}),
            lambda: books.drafts.drop(draft.id, "head"),
            lambda: books.drafts.get("no\0thing", "ta"),
        ):
            with pytest.raises(NoSuchDraft):
                act()
        assert books.drafts.of("head") == ()
        assert books.drafts.of("ta", "breach") == ()
        assert len(books.drafts.of("ta", "esafety")) == 1


def test_a_draft_is_gone_a_day_after_its_last_change(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        old = books.drafts.start("ta", "esafety", "one", ANSWERS)
        kept = books.drafts.start("ta", "breach", "one", {})
    almost = NOW + timedelta(hours=23, minutes=59)
    with database.books(SCHOOL, almost) as books:
        books.drafts.save(kept.id, "ta", "two", {})
        assert books.drafts.expire(almost) == 0
    day = NOW + timedelta(hours=24)
    with database.read(SCHOOL, day) as books:  # even before the sweep has come round
        assert [draft.id for draft in books.drafts.of("ta")] == [kept.id]
        with pytest.raises(NoSuchDraft):
            books.drafts.get(old.id, "ta")
    with database.books(SCHOOL, day) as books:
        assert books.drafts.expire(day) == 1
    assert [row["id"] for row in rows(database, "drafts")] == [kept.id]
    assert [row["id"] for row in rows(database, "keys") if row["kind"] == "draft"] == [kept.id]


def test_a_dropped_draft_leaves_no_key(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        draft = books.drafts.start("ta", "esafety", "one", ANSWERS)
        books.drafts.drop(draft.id, "ta")
    assert [row["kind"] for row in rows(database, "keys")] == ["check"]


def test_an_older_answer_put_back_is_refused(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        draft = books.drafts.start("ta", "esafety", "one", {"urgency": "danger_now"})
    before = bytes(rows(database, "drafts")[0]["body"])
    with database.books(SCHOOL, NOW) as books:
        books.drafts.save(draft.id, "ta", "two", {"urgency": "should_be_known"})
    execute(database, "UPDATE drafts SET body = :body", body=before)
    with pytest.raises(Tampered), database.read(SCHOOL, NOW) as books:
        books.drafts.get(draft.id, "ta")

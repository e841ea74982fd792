"""A populated database of each release, as a backup: every later release must be able to read it.

To add the one of a new release: `python -m tests.records.releases`."""

import tempfile
from pathlib import Path

from bot.records import migrations
from bot.records.backup import backup
from bot.records.database import Database
from bot.records.reminders import Turn
from bot.records.vault import KeyRing
from bot.school.campaigns import Campaign, Said
from bot.school.concerns import CaseKind, EntryKind, State
from bot.school.messages import Message
from bot.school.policy import PolicyVersion
from tests.records.given import DSL, KEY, NOW, SCHOOL, new_case, notice

HERE = Path(__file__).parent
VERSION = PolicyVersion(policy="p", label="v1", hash="h", published=NOW.date(), wording={"PER-1": "Never."})

CAMPAIGN = Campaign(
    id="",
    title="The policy",
    policy="p",
    version="v1",
    hash="h",
    launch=NOW.date(),
    due=NOW.date(),
    created=NOW,
    created_by="owner",
)


def fill(database: Database) -> None:
    """A little of everything."""
    with database.books(SCHOOL, NOW) as books:
        books.inbox.enter("a1")
        books.drafts.start("ta", "esafety", "one", {"account": "half", "pupils": ({"name": "Anna Bell"},)})
        adult = new_case(kind=CaseKind.BREACH, part="adult", account={"text": "his part"})
        child, _ = books.cases.open("ta", "esafety", [new_case(), adult]).cases
        books.cases.add(child, EntryKind.NOTE, "dsl", {"text": "a note"})
        books.cases.move(child, State.OPENED, opened_by="dsl")
        books.audit.write("ta", "case.sent", child.reference, urgency="today")
        books.audit.write("dsl", "case.opened", child.reference)
        books.outbox.post(notice("n1", card="case:1"))
        books.posts.show("channel:dsl", "case:1", Message(summary="New concern"), NOW)
        books.policies.publish(VERSION, "the text")
        books.counts.add(NOW.date(), "PER-1", "asked", 3)
        books.sites.register(
            platform="web", name="Blog", purpose="writing", administrators=["a", "b"], review=NOW.date()
        )
        books.installations.keep("slack", "T1", "xoxb-of-the-release", by="U1", state="s1")
        books.conversations.meet("teams", "person-1", "a:1", "https://smba.example/")
        made = books.campaigns.create(CAMPAIGN)
        books.campaigns.enrol(made, ["ta"], NOW.date())
        books.reminders.take(Turn(campaign=made.id, person="ta", step="launch"), "n1")
        books.campaigns.snooze(made.id, "ta", 1, NOW.date())
        books.campaigns.say(made, "ta", Said.READ, name="Tess Ansell", answers={"one": "a"})
        books.inbox.keep("a1", '{"type":"Reply"}')


def check(database: Database) -> None:
    """All of it is there."""
    with database.read(SCHOOL, NOW) as books:
        assert books.inbox.seen("a1") == '{"type":"Reply"}'
        (draft,) = books.drafts.of("ta")
        assert draft.answers == {"account": "half", "pupils": ({"name": "Anna Bell"},)}
        adult, child = sorted(books.cases.all(), key=lambda case: case.part)
        assert (child.state, child.opened_by, dict(child.excluded)) == (
            State.OPENED,
            "dsl",
            {"ta": "reporter"},
        )
        assert [entry.body for entry in books.cases.entries(child)][1:] == [{"text": "a note"}]
        assert books.cases.linked(child) == (adult,)
        assert [entry["verb"] for entry in books.audit.about(child.reference)] == ["case.sent", "case.opened"]
        assert books.outbox.known("n1")
        assert books.posts.after(f"channel:{DSL.channel}")[0].message == Message(summary="New concern")
        assert books.policies.current("p") == VERSION
        assert books.counts.total(NOW.date(), NOW.date())[0].n == 3
        assert books.sites.all()[0].administrators == ("a", "b")
        installed = books.installations.last("slack")
        assert installed is None or installed.token == "xoxb-of-the-release"
        for met in books.conversations.of("teams"):
            assert (met.conversation, met.service) == ("a:1", "https://smba.example/")
        for campaign in books.campaigns.all():
            assert campaign.title == CAMPAIGN.title
            (standing,) = books.campaigns.standings([campaign]).values()
            assert (standing.done, standing.steps, standing.snoozes) == (True, {"launch"}, 1)
            assert books.campaigns.said(campaign)[0].name == "Tess Ansell"


def write() -> Path:
    """Keep the database of this release for those to come."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/u.db", KeyRing.parse(KEY))
        database.migrate()
        fill(database)
        database.close()
        return backup(database, HERE / f"{migrations.head()}.backup")

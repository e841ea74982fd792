"""A campaign at the counter, from the first draft to the last word, at times that the test tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.remind import remind, waiting
from bot.records.books import Books
from bot.school.messages import Bullets, Dialog, Facts, Heading, Lane, Notice, Paragraph, Quotation, Reply
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
        from bot.records.outbox import Outbox

        self.outbox, self.seen = Outbox(self.database), []
        self.seen: list[Notice]
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

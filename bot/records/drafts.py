"""Half-filled forms: sealed, resumed where they were left, and gone a day after the last change."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from bot.records.errors import NoSuchDraft
from bot.records.room import Room
from bot.records.tables import drafts
from bot.records.vault import Spot
from bot.school.forms import Answer, Answers, Draft

KEEP = timedelta(hours=24)
KIND = "draft"


PUT = insert(drafts)
GET = select(drafts).where(
    drafts.c.school == bindparam("in_school"),
    drafts.c.id == bindparam("with_id"),
    drafts.c.person == bindparam("whose"),
    drafts.c.changed > bindparam("since"),
)
SAVE = (
    update(drafts)
    .where(drafts.c.school == bindparam("in_school"), drafts.c.id == bindparam("with_id"))
    .values(version=bindparam("to"), body=bindparam("sealed"), changed=bindparam("at"))
)
DESTROY = delete(drafts).where(drafts.c.school == bindparam("in_school"), drafts.c.id == bindparam("with_id"))


class Drafts(Room):
    """The drafts of one school, each under its own data key, each its own person's only."""

    def start(self, person: str, form: str, page: str, answers: Answers) -> Draft:
        """Begin a form."""
        draft = Draft(
            id=secrets.token_hex(10),
            school=self.school,
            person=person,
            form=form,
            page=page,
            answers=dict(answers),
            started=self.now,
            changed=self.now,
        )
        self.keys.make(KIND, draft.id)
        row = {
            "school": self.school,
            "id": draft.id,
            "person": person,
            "form": form,
            "version": 1,
            "body": self._sealed(draft, 1),
            "started": self.now,
            "changed": self.now,
        }
        self.connection.execute(PUT, row)
        self.moment("draft.saved")
        return draft

    def of(self, person: str, form: str | None = None) -> tuple[Draft, ...]:
        """A person's drafts that have not expired, the last changed first."""
        rows = select(drafts).where(
            drafts.c.school == self.school,
            drafts.c.person == person,
            drafts.c.changed > self.now - KEEP,
        )
        if form is not None:
            rows = rows.where(drafts.c.form == form)
        found = self.connection.execute(rows.order_by(drafts.c.changed.desc(), drafts.c.id))
        return tuple(self._draft(row) for row in found.all())

    def get(self, id: str, person: str) -> Draft:
        """One draft; NoSuchDraft when it is gone, and just the same when it is somebody else's."""
        return self._draft(self._row(id, person))

    def save(self, id: str, person: str, page: str, answers: Answers) -> Draft:
        """Replace where the person stands and what they have answered so far."""
        row = self._row(id, person)
        draft = replace(self._draft(row), page=page, answers=dict(answers), changed=self.now)
        saved = {
            "in_school": self.school,
            "with_id": id,
            "to": row.version + 1,
            "sealed": self._sealed(draft, row.version + 1),
            "at": self.now,
        }
        self.connection.execute(SAVE, saved)
        self.moment("draft.saved")
        return draft

    def drop(self, id: str, person: str) -> None:
        """Destroy a draft and its key."""
        self._row(id, person)
        self._destroy(id)

    def expire(self, now: datetime) -> int:
        """Destroy the drafts nobody has changed for a day."""
        old = select(drafts.c.id).where(drafts.c.school == self.school, drafts.c.changed <= now - KEEP)
        gone = self.connection.execute(old).scalars().all()
        for id in gone:
            self._destroy(id)
        return len(gone)

    def _row(self, id: str, person: str) -> Row[Any]:
        wanted = {
            "in_school": self.school,
            "with_id": id,
            "whose": person,
            "since": self.now - KEEP,
        }
        row = self.connection.execute(GET, wanted).first()
        if row is None:
            raise NoSuchDraft("There is no such draft of yours; it may have expired.")
        return row

    def _destroy(self, id: str) -> None:
        self.connection.execute(DESTROY, {"in_school": self.school, "with_id": id})
        self.keys.destroy(KIND, id)

    def _sealed(self, draft: Draft, version: int) -> bytes:
        body = {"page": draft.page, "answers": dict(draft.answers)}
        return self.seal(self.keys.get(KIND, draft.id), self._spot(draft.id, version), body)

    def _draft(self, row: Row[Any]) -> Draft:
        spot = self._spot(row.id, row.version)
        body = self.unseal(self.keys.get(KIND, row.id), spot, row.body)
        return Draft(
            id=row.id,
            school=self.school,
            person=row.person,
            form=row.form,
            page=body["page"],
            answers=answers_from(body["answers"]),
            started=row.started,
            changed=row.changed,
        )

    def _spot(self, id: str, version: int) -> Spot:
        return Spot(school=self.school, table="drafts", row=id, column="body", version=version)


def answers_from(plain: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers as they were given, from JSON, which knows no tuples."""
    return {name: answer if isinstance(answer, str) else tuple(answer) for name, answer in plain.items()}

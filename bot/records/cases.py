"""Concerns and the cases they became: opened whole, added to, never edited, and erased by shredding."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from bot.records.case_rows import KIND, PUT_CONCERN, CaseRows, references
from bot.records.errors import NoSuchCase, OnHold, Shredded, Tampered
from bot.records.tables import cases, concerns, entries, marks
from bot.school.concerns import Case, CaseKind, Concern, Entry, EntryKind, NewCase, State
from bot.school.people import Role


@dataclass(frozen=True, kw_only=True)
class Tombstone:
    """All that is left of an erased case."""

    reference: str
    kind: CaseKind
    sent: datetime
    closed: datetime | None
    erased: datetime


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """The cases that the escalation clock watches, and the references of those it can't read."""

    cases: tuple[Case, ...]
    unreadable: tuple[str, ...]


class Cases(CaseRows):
    """The cases of one school. Each has its own data key; what anybody wrote is only ever sealed."""

    def open(self, reporter: str, form: str, new: Sequence[NewCase]) -> Concern:
        """Write a concern and its one or two cases, each with the account it may see."""
        concern, stem = secrets.token_hex(10), self._stem()
        row = {"school": self.school, "id": concern, "stem": stem}
        self.connection.execute(PUT_CONCERN, {**row, "reporter": reporter, "form": form, "sent": self.now})
        opened = tuple(
            self._open(concern, reference, reporter, case)
            for case, reference in zip(new, references(stem, new), strict=True)
        )
        self.moment("case.written")
        return Concern(
            id=concern,
            school=self.school,
            reporter=reporter,
            form=form,
            sent=self.now,
            cases=opened,
        )

    def by_reference(self, reference: str) -> Case:
        """One case, whoever asks: the desk decides who may. NoSuchCase, or Erased."""
        return self._case(self._row(cases.c.reference == reference.strip().upper()))

    def all(self, kinds: Sequence[CaseKind] | None = None, open_only: bool = False) -> tuple[Case, ...]:
        """Cases without their content, newest first."""
        wanted: list[ColumnElement[bool]] = [cases.c.erased.is_(None)]
        if kinds is not None:
            wanted.append(cases.c.kind.in_([kind.value for kind in kinds]))
        if open_only:
            wanted.append(cases.c.state != State.CLOSED.value)
        return self._cases(*wanted)

    def unanswered(self) -> Unanswered:
        """Cases that nobody has acknowledged. One that can't be unsealed keeps none of the others back."""
        rows = self.connection.execute(
            select(cases, concerns.c.reporter)
            .join(concerns, self._same_concern())
            .where(
                cases.c.school == self.school,
                cases.c.acknowledged.is_(None),
                cases.c.closed.is_(None),
                cases.c.erased.is_(None),
            )
            .order_by(cases.c.sent, cases.c.reference)
        ).all()
        found, unreadable = [], []
        for row in rows:
            try:
                found.append(self._case(row))
            except (Tampered, Shredded):
                unreadable.append(str(row.reference))
        return Unanswered(cases=tuple(found), unreadable=tuple(unreadable))

    def of_reporter(self, person: str) -> tuple[Concern, ...]:
        """What one person has told us, newest first."""
        rows = self.connection.execute(self._concerns().where(concerns.c.reporter == person)).all()
        return tuple(self._concern(row) for row in rows)

    def concern(self, id: str) -> Concern:
        """One concern with the cases it became. NoSuchCase."""
        row = self.connection.execute(self._concerns().where(concerns.c.id == id)).first()
        if row is None:
            raise NoSuchCase("There is no such concern.")
        return self._concern(row)

    def entries(self, case: Case) -> tuple[Entry, ...]:
        """The case's log, unsealed, first to last."""
        rows = self.connection.execute(
            select(entries).where(self._entries_of(case)).order_by(entries.c.number)
        ).all()
        return tuple(self._entry(case.id, row) for row in rows)

    def add(self, case: Case, kind: EntryKind, by: str, body: Mapping[str, Any]) -> Entry:
        """Add a sealed line to the case's log."""
        self._row(cases.c.id == case.id)
        last = select(func.coalesce(func.max(entries.c.number), 0)).where(self._entries_of(case))
        number = self.connection.execute(last).scalar_one() + 1
        self._write_entry(case.id, number, kind, by, body)
        self.moment("case.written")
        return Entry(number=number, kind=kind, by=by, at=self.now, body=dict(body))

    def move(self, case: Case, state: State, *, opened_by: str = "", acknowledged_by: str = "") -> Case:
        """Change where the case stands; when it was first opened and acknowledged stays as it was."""
        row = self._row(cases.c.id == case.id)
        changed: dict[str, Any] = {"state": state.value}
        if opened_by and row.opened is None:
            changed |= {"opened": self.now, "opened_by": opened_by}
        if acknowledged_by and row.acknowledged is None:
            changed |= {"acknowledged": self.now, "acknowledged_by": acknowledged_by}
        if state is State.CLOSED:
            changed["closed"] = row.closed or self.now
        elif state is State.REOPENED:
            changed["closed"] = None
        return self._change(case, changed)

    def exclude(self, case: Case, person: str, why: str) -> Case:
        """From now on this person may never read the case."""
        row = self._row(cases.c.id == case.id)
        apart = self._apart(row)
        apart["excluded"][person] = why
        sealed = self._seal_apart(row.id, row.version + 1, apart)
        return self._change(case, {"version": row.version + 1, "apart": sealed})

    def widen(self, case: Case, roles: Sequence[Role]) -> Case:
        """From now on the case is the business of these roles too; what is excluded stays so."""
        self._row(cases.c.id == case.id)
        both = dict.fromkeys((*case.roles, *roles))
        return self._change(case, {"roles": json.dumps([role.value for role in both])})

    def mark(self, case: Case, names: Sequence[str]) -> None:
        """Remember, as keyed marks only, who else is named in the case."""
        self._row(cases.c.id == case.id)
        self._write_marks(case.id, names)

    def hold(self, case: Case, on: bool) -> Case:
        """Put the case under legal hold, or lift it."""
        return self._change(case, {"hold": on})

    def keep(self, case: Case, until: datetime | None) -> Case:
        """Set the moment from which the case may be erased; None keeps it until somebody decides."""
        return self._change(case, {"keep_until": until})

    def linked(self, case: Case) -> tuple[Case, ...]:
        """Other cases in which somebody of the same name appears, newest first."""
        ours = select(marks.c.mark).where(marks.c.school == self.school, marks.c.case_id == case.id)
        others = select(marks.c.case_id).where(
            marks.c.school == self.school, marks.c.mark.in_(ours), marks.c.case_id != case.id
        )
        return self._cases(cases.c.id.in_(others), cases.c.erased.is_(None))

    def erase(self, case: Case) -> None:
        """Shred the case: its key, log and marks are destroyed, a tombstone stays. OnHold."""
        if self._row(cases.c.id == case.id).hold:
            raise OnHold(f"{case.reference} is under legal hold and is not erased.")
        self.keys.destroy(KIND, case.id)
        self.connection.execute(delete(entries).where(self._entries_of(case)))
        self.connection.execute(
            delete(marks).where(marks.c.school == self.school, marks.c.case_id == case.id)
        )
        blank = dict.fromkeys(("opened_by", "acknowledged_by", "part", "urgency"), "")
        self.connection.execute(
            update(cases)
            .where(cases.c.school == self.school, cases.c.id == case.id)
            .values(apart=b"", roles="[]", state="erased", erased=self.now, **blank)
        )
        self._blank_concern(case.concern)
        self.moment("shredded")

    def due_for_erasure(self, now: datetime) -> tuple[Case, ...]:
        """Cases whose retention has ended and that no legal hold keeps."""
        return self._cases(cases.c.erased.is_(None), cases.c.hold.is_(False), cases.c.keep_until <= now)

    def tombstones(self) -> tuple[Tombstone, ...]:
        """What is left of erased cases, newest first."""
        rows = select(cases).where(cases.c.school == self.school, cases.c.erased.is_not(None))
        return tuple(
            Tombstone(
                reference=row.reference,
                kind=CaseKind(row.kind),
                sent=row.sent,
                closed=row.closed,
                erased=row.erased,
            )
            for row in self.connection.execute(rows.order_by(cases.c.sent.desc())).all()
        )

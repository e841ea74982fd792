"""Rows of cases, entries and marks turned into the school's nouns and back, sealing on the way."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, insert, select, update

from bot.records.errors import Erased, NoSuchCase
from bot.records.keys import once
from bot.records.room import Json, Room
from bot.records.tables import cases, concerns, entries, marks
from bot.records.vault import Spot
from bot.school.concerns import (
    Case,
    CaseKind,
    Concern,
    Entry,
    EntryKind,
    NewCase,
    State,
    Urgency,
)
from bot.school.people import Role, plain_name

KIND = "case"
ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
"""No look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B, U V: one of each at most) and no vowels, so no words."""
STEM = 6
SUFFIXES = {"child": "-C", "adult": "-A"}


STEMS = select(concerns.c.id).where(
    concerns.c.school == bindparam("in_school"), concerns.c.stem == bindparam("with_stem")
)
PUT_CONCERN, PUT_CASE, PUT_ENTRY = insert(concerns), insert(cases), insert(entries)


class CaseRows(Room):
    """What the cases' acts are made of."""

    def _stem(self) -> str:
        """A reference that no concern of the school has had."""
        while True:
            stem = "".join(secrets.choice(ALPHABET) for _ in range(STEM))
            taken = self.connection.execute(STEMS, {"in_school": self.school, "with_stem": stem})
            if taken.first() is None:
                return stem

    def _open(self, concern: str, reference: str, reporter: str, new: NewCase) -> Case:
        """Write one new case with its account and its marks."""
        case = Case(
            id=secrets.token_hex(10),
            school=self.school,
            reference=reference,
            concern=concern,
            kind=new.kind,
            part=new.part,
            urgency=new.urgency,
            state=State.SENT,
            roles=new.roles,
            excluded=dict(new.excluded),
            reporter=reporter,
            sent=self.now,
            keep_until=new.keep_until,
            flags=new.flags,
        )
        self.keys.make(KIND, case.id)
        self.connection.execute(PUT_CASE, self._case_row(case))
        self._write_entry(case.id, 1, EntryKind.ACCOUNT, reporter, new.account)
        self._write_marks(case.id, new.names)
        return case

    def _case_row(self, case: Case) -> dict[str, Any]:
        """A new case as a row of the table."""
        apart = {"excluded": case.excluded, "flags": list(case.flags)}
        return {
            "school": self.school,
            "id": case.id,
            "reference": case.reference,
            "concern": case.concern,
            "kind": case.kind.value,
            "part": case.part,
            "urgency": case.urgency.value,
            "state": case.state.value,
            "roles": json.dumps([role.value for role in case.roles]),
            "version": 1,
            "apart": self._seal_apart(case.id, 1, apart),
            "sent": self.now,
            "hold": False,
            "keep_until": case.keep_until,
        }

    def _write_entry(self, case: str, number: int, kind: EntryKind, by: str, body: Mapping[str, Any]) -> None:
        spot = self._entry_spot(case, number, kind)
        row = {
            "school": self.school,
            "case_id": case,
            "number": number,
            "kind": kind.value,
            "author": by,
            "at": self.now,
            "body": self.seal(self.keys.get(KIND, case), spot, dict(body)),
        }
        self.connection.execute(PUT_ENTRY, row)

    def _write_marks(self, case: str, names: Sequence[str]) -> None:
        plain = {name for name in map(plain_name, names) if name}
        if not plain:
            return
        key = self.keys.ensure("marks", "marks")
        rows = [
            {"school": self.school, "case_id": case, "mark": self.vault.mark(key, name)}
            for name in sorted(plain)
        ]
        self.connection.execute(once(marks, self.connection.dialect.name), rows)

    def _row(self, wanted: ColumnElement[bool]) -> Row[Any]:
        row = self.connection.execute(
            select(cases, concerns.c.reporter)
            .join(concerns, self._same_concern())
            .where(cases.c.school == self.school, wanted)
        ).first()
        if row is None:
            raise NoSuchCase("There is no case with that reference.")
        if row.erased is not None:
            raise Erased(f"{row.reference} was erased on {row.erased:%d %B %Y}.")
        return row

    def _cases(self, *wanted: ColumnElement[bool]) -> tuple[Case, ...]:
        rows = self.connection.execute(
            select(cases, concerns.c.reporter)
            .join(concerns, self._same_concern())
            .where(cases.c.school == self.school, *wanted)
            .order_by(cases.c.sent.desc(), cases.c.reference)
        ).all()
        self.keys.fetch(KIND, [row.id for row in rows])
        return tuple(self._case(row) for row in rows)

    def _same_concern(self) -> ColumnElement[bool]:
        return and_(concerns.c.school == cases.c.school, concerns.c.id == cases.c.concern)

    def _case(self, row: Row[Any]) -> Case:
        apart = self._apart(row)
        return Case(
            id=row.id,
            school=self.school,
            reference=row.reference,
            concern=row.concern,
            kind=CaseKind(row.kind),
            part=row.part,
            urgency=Urgency(row.urgency),
            state=State(row.state),
            roles=tuple(Role(role) for role in json.loads(row.roles)),
            excluded=apart["excluded"],
            reporter=row.reporter,
            sent=row.sent,
            opened=row.opened,
            opened_by=row.opened_by,
            acknowledged=row.acknowledged,
            acknowledged_by=row.acknowledged_by,
            closed=row.closed,
            hold=row.hold,
            keep_until=row.keep_until,
            flags=tuple(apart["flags"]),
        )

    def _apart(self, row: Row[Any]) -> Json:
        """Who may never read the case, and its flags."""
        spot = self._apart_spot(row.id, row.version)
        return self.unseal(self.keys.get(KIND, row.id), spot, row.apart)

    def _seal_apart(self, case: str, version: int, apart: Json) -> bytes:
        return self.seal(self.keys.get(KIND, case), self._apart_spot(case, version), apart)

    def _apart_spot(self, case: str, version: int) -> Spot:
        return Spot(school=self.school, table="cases", row=case, column="apart", version=version)

    def _entry_spot(self, case: str, number: int, kind: str) -> Spot:
        return Spot(school=self.school, table="entries", row=f"{case}/{number}", column=kind)

    def _entry(self, case: str, row: Row[Any]) -> Entry:
        spot = self._entry_spot(case, row.number, row.kind)
        return Entry(
            number=row.number,
            kind=EntryKind(row.kind),
            by=row.author,
            at=row.at,
            body=self.unseal(self.keys.get(KIND, case), spot, row.body),
        )

    def _entries_of(self, case: Case) -> ColumnElement[bool]:
        return and_(entries.c.school == self.school, entries.c.case_id == case.id)

    def _change(self, case: Case, values: Mapping[str, Any]) -> Case:
        self._row(cases.c.id == case.id)
        self.connection.execute(
            update(cases).where(cases.c.school == self.school, cases.c.id == case.id).values(**values)
        )
        return self._case(self._row(cases.c.id == case.id))

    def _concerns(self) -> Select[Any]:
        return (
            select(concerns)
            .where(concerns.c.school == self.school)
            .order_by(concerns.c.sent.desc(), concerns.c.id)
        )

    def _concern(self, row: Row[Any]) -> Concern:
        return Concern(
            id=row.id,
            school=self.school,
            reporter=row.reporter,
            form=row.form,
            sent=row.sent,
            cases=self._cases(cases.c.concern == row.id, cases.c.erased.is_(None)),
        )

    def _blank_concern(self, concern: str) -> None:
        """Forget who told us, once no case of the concern is left."""
        left = select(cases.c.id).where(
            cases.c.school == self.school, cases.c.concern == concern, cases.c.erased.is_(None)
        )
        if self.connection.execute(left.limit(1)).first() is None:
            self.connection.execute(
                update(concerns)
                .where(concerns.c.school == self.school, concerns.c.id == concern)
                .values(reporter="")
            )


def references(stem: str, new: Sequence[NewCase]) -> tuple[str, ...]:
    """K7QF2M; or K7QF2M-C and K7QF2M-A for the child's and the adult's half of one concern."""
    if len(new) == 1:
        return (stem,)
    return tuple(stem + SUFFIXES.get(case.part, f"-{number}") for number, case in enumerate(new, start=1))

"""The official texts a school has published, version by version; nothing published is ever changed."""

import json
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from bot.records.room import Room, written
from bot.records.tables import policies
from bot.school.policy import PolicyVersion


class Policies(Room):
    """The published policy versions of one school."""

    def publish(self, version: PolicyVersion, source_text: str) -> bool:
        """Make a version the one in force; False when it already is, word for word."""
        if self.current(version.policy) == version:
            return False
        last = select(func.coalesce(func.max(policies.c.number), 0)).where(
            policies.c.school == self.school, policies.c.policy == version.policy
        )
        self.connection.execute(
            insert(policies).values(
                school=self.school,
                policy=version.policy,
                number=self.connection.execute(last).scalar_one() + 1,
                label=version.label,
                hash=version.hash,
                published=version.published,
                wording=written(dict(version.wording)),
                source=source_text,
                at=self.now,
            )
        )
        return True

    def current(self, policy: str) -> PolicyVersion | None:
        """The version in force, or None until one has been published."""
        row = self.connection.execute(self._newest_first(policy).limit(1)).first()
        return _version(row) if row else None

    def all(self, policy: str) -> tuple[PolicyVersion, ...]:
        """Every published version, the one in force first."""
        return tuple(_version(row) for row in self.connection.execute(self._newest_first(policy)))

    def source(self, version: PolicyVersion) -> str:
        """The school's own document, as it was imported for this version; "" when there is none."""
        rows = self._newest_first(version.policy).where(policies.c.hash == version.hash)
        row = self.connection.execute(rows.limit(1)).first()
        return row.source if row else ""

    def _newest_first(self, policy: str) -> Select[Any]:
        return (
            select(policies)
            .where(policies.c.school == self.school, policies.c.policy == policy)
            .order_by(policies.c.number.desc())
        )


def _version(row: Row[Any]) -> PolicyVersion:
    return PolicyVersion(
        policy=row.policy,
        label=row.label,
        hash=row.hash,
        published=row.published,
        wording=json.loads(row.wording),
    )

"""The register of official sites: what the headteacher has permitted, who runs it, when it is reviewed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.records.room import Room
from bot.records.tables import sites
from bot.records.vault import Spot

KIND = "site"


@dataclass(frozen=True, kw_only=True)
class Site:
    """One permitted account or site of the school."""

    id: str
    school: str
    platform: str
    name: str
    purpose: str
    administrators: tuple[str, ...]
    review: date
    conditions: str
    reference: str
    """Of the request that was granted."""
    granted: datetime
    granted_by: str
    ended: datetime | None = None


class Sites(Room):
    """The register of one school."""

    def register(
        self,
        *,
        platform: str,
        name: str,
        purpose: str,
        administrators: Sequence[str],
        review: date,
        conditions: str = "",
        reference: str = "",
        granted_by: str = "",
    ) -> Site:
        """Enter a permitted site."""
        id = secrets.token_hex(6)
        self.keys.make(KIND, id)
        body = {
            "platform": platform,
            "name": name,
            "purpose": purpose,
            "administrators": list(administrators),
            "conditions": conditions,
        }
        self.connection.execute(
            insert(sites).values(
                school=self.school,
                id=id,
                body=self.seal(self.keys.get(KIND, id), self._spot(id), body),
                review=review,
                reference=reference,
                granted=self.now,
                granted_by=granted_by,
            )
        )
        return next(site for site in self.all() if site.id == id)

    def all(self, *, ended: bool = False) -> tuple[Site, ...]:
        """The register in the order of review dates; with `ended`, also what is no longer run."""
        rows = select(sites).where(sites.c.school == self.school)
        if not ended:
            rows = rows.where(sites.c.ended.is_(None))
        ordered = rows.order_by(sites.c.review, sites.c.id)
        return tuple(self._site(row) for row in self.connection.execute(ordered).all())

    def end(self, id: str) -> None:
        """Mark a site as no longer run; its entry stays."""
        self.connection.execute(
            update(sites)
            .where(sites.c.school == self.school, sites.c.id == id, sites.c.ended.is_(None))
            .values(ended=self.now)
        )

    def _spot(self, id: str) -> Spot:
        return Spot(school=self.school, table="sites", row=id, column="body", version=1)

    def _site(self, row: Row[Any]) -> Site:
        body = self.unseal(self.keys.get(KIND, row.id), self._spot(row.id), row.body)
        return Site(
            id=row.id,
            school=row.school,
            platform=body["platform"],
            name=body["name"],
            purpose=body["purpose"],
            administrators=tuple(body["administrators"]),
            review=row.review,
            conditions=body["conditions"],
            reference=row.reference,
            granted=row.granted,
            granted_by=row.granted_by,
            ended=row.ended,
        )

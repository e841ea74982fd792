"""Where Usher is installed: the school's workspace on a chat platform, and the token it was given, sealed."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.records.room import Room
from bot.records.tables import installations
from bot.records.vault import Spot

KIND = "installation"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One time that somebody installed Usher in the school's workspace."""

    id: str
    school: str
    platform: str
    team: str
    """The platform's own id of the workspace."""
    by: str
    """The platform's id of whoever installed it."""
    at: datetime
    gone: datetime | None = None
    """When it was taken away, or another took its place."""
    token: str = field(default="", repr=False)
    """"" once it is gone: its key is destroyed then."""


class Installations(Room):
    """Those of one school, on every platform."""

    def keep(self, platform: str, team: str, token: str, *, by: str, state: str) -> Installation | None:
        """Keep a new one in place of the one before; None when this `state` has been used already."""
        mine = (installations.c.school == self.school, installations.c.platform == platform)
        if self.connection.execute(
            select(installations.c.id).where(*mine, installations.c.state == state)
        ).first():
            return None
        self.end(platform)
        id = secrets.token_hex(6)
        sealed = self.seal(self.keys.make(KIND, id), self._spot(id), {"token": token})
        self.connection.execute(
            insert(installations).values(
                school=self.school,
                id=id,
                platform=platform,
                team=team,
                body=sealed,
                installed_by=by,
                state=state,
                at=self.now,
            )
        )
        return self.last(platform)

    def last(self, platform: str) -> Installation | None:
        """The newest one, also when it is gone; None where Usher was never installed."""
        rows = (
            select(installations)
            .where(installations.c.school == self.school, installations.c.platform == platform)
            .order_by(installations.c.gone.is_(None).desc(), installations.c.at.desc(), installations.c.id)
            .limit(1)
        )
        row = self.connection.execute(rows).first()
        return self._installation(row) if row else None

    def end(self, platform: str) -> bool:
        """It is gone: its token can never be read again. False where none was there."""
        there = (
            installations.c.school == self.school,
            installations.c.platform == platform,
            installations.c.gone.is_(None),
        )
        ids = self.connection.execute(select(installations.c.id).where(*there)).scalars().all()
        for id in ids:
            self.keys.destroy(KIND, id)
        self.connection.execute(update(installations).where(*there).values(gone=self.now, body=b""))
        return bool(ids)

    def _spot(self, id: str) -> Spot:
        return Spot(school=self.school, table="installations", row=id, column="body", version=1)

    def _installation(self, row: Row[Any]) -> Installation:
        token = ""
        if row.gone is None:
            token = self.unseal(self.keys.get(KIND, row.id), self._spot(row.id), row.body)["token"]
        return Installation(
            id=row.id,
            school=row.school,
            platform=row.platform,
            team=row.team,
            by=row.installed_by,
            at=row.at,
            gone=row.gone,
            token=token,
        )

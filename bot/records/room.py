"""What every room of the books shares: the transaction, the school, the time and the keys."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.records.keys import Keys, inserted
from bot.records.vault import Spot, Vault

Json = Any
"""A JSON-shaped value."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """One school's transaction; each kind of record adds its own acts."""

    connection: Connection
    school: str
    now: datetime
    vault: Vault
    keys: Keys
    moment: Callable[[str], None]

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can say ON CONFLICT."""
        return inserted(table, self.connection.dialect.name)

    def seal(self, key: bytes, spot: Spot, body: Json) -> bytes:
        """A JSON-shaped value, sealed for its place."""
        return self.vault.seal(key, spot, written(body).encode())

    def unseal(self, key: bytes, spot: Spot, sealed: bytes) -> Json:
        """What was sealed there."""
        return json.loads(self.vault.unseal(key, spot, sealed))


def written(body: Json) -> str:
    """A JSON-shaped value as ASCII text, always the same for the same value."""
    return json.dumps(body, separators=(",", ":"), sort_keys=True)

"""Databases to do harm to, and the process that forks others to do it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.records.database import Database
from bot.records.vault import KeyRing
from tests.hazards.doing import KEY
from tests.hazards.forge import Forge
from tests.servers import PostgresServer, postgres_server

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
TURNS = int(os.environ.get("USHER_HAZARDS", "1"))
"""How many kills at each named point; `make hazards` asks for 20."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where one kind of database is made, as copies of templates."""

    engine: str
    folder: Path
    server: PostgresServer | None

    def copy(self, template: str = "migrated") -> str:
        """The address of a new database like the template."""
        name = f"u{secrets.token_hex(6)}"
        if self.server is not None:
            return self.server.create(name, f"usher_{template}")
        shutil.copy(self.folder / f"{template}.db", self.folder / f"{name}.db")
        return f"sqlite:///{self.folder}/{name}.db"

    def make(self, template: str) -> str:
        """The address of a template about to be made from the migrated one."""
        if self.server is not None:
            return self.server.create(f"usher_{template}", "usher_migrated")
        shutil.copy(self.folder / "migrated.db", self.folder / f"{template}.db")
        return f"sqlite:///{self.folder}/{template}.db"

    def remove(self, url: str) -> None:
        """Done with it."""
        name = url.rsplit("/", 1)[-1]
        if self.server is not None:
            self.server.drop(name)
            return
        for part in self.folder.glob(f"{name}*"):
            part.unlink()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for each xdist worker."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    """One forking process for each xdist worker."""
    with Forge(tmp_path_factory.mktemp("forge") / "log") as one:
        yield one


@pytest.fixture(scope="session", params=ENGINES)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """SQLite, then PostgreSQL, with a migrated database to copy."""
    folder = tmp_path_factory.mktemp(request.param)
    postgresql = request.param == "postgresql"
    server = request.getfixturevalue("postgres") if postgresql else None
    made = Ground(engine=request.param, folder=folder, server=server)
    url = server.create("usher_migrated") if server else f"sqlite:///{folder}/migrated.db"
    database = Database(url, KeyRing.parse(KEY))
    database.migrate()
    database.scrub()
    database.close()
    return made


@pytest.fixture
def fresh(ground: Ground) -> Iterator[Callable[[], str]]:
    """New databases, removed after the test."""
    made: list[str] = []

    def new(template: str = "migrated") -> str:
        made.append(ground.copy(template))
        return made[-1]

    yield new
    for url in made:
        ground.remove(url)

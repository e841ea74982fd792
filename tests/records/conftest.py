"""A fresh database for each test, on SQLite and on a PostgreSQL server that the tests start."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.records.database import Database
from bot.records.vault import KeyRing
from tests.records.given import KEY
from tests.servers import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the whole session (one for each xdist worker), with a migrated database to copy."""
    with postgres_server() as server:
        database = Database(server.create("usher_template"), KeyRing.parse(KEY))
        database.migrate()
        database.close()
        yield server


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Addresses of new databases without tables."""
    made: list[str] = []
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None

    def new() -> str:
        name = f"u{secrets.token_hex(6)}"
        if server is None:
            return f"sqlite:///{tmp_path}/{name}.db"
        made.append(name)
        return str(server.create(name))

    yield new
    for name in made:
        server.drop(name)


@pytest.fixture
def ring() -> KeyRing:
    """The master key of the tests."""
    return KeyRing.parse(KEY)


@pytest.fixture
def url(
    engine: str, empty_url: Callable[[], str], request: pytest.FixtureRequest, ring: KeyRing
) -> Iterator[str]:
    """The address of a migrated database."""
    if engine == "sqlite":
        address = empty_url()
        database = Database(address, ring)
        database.migrate()
        database.close()
        yield address
        return
    server = request.getfixturevalue("postgres")
    name = f"u{secrets.token_hex(6)}"
    yield server.create(name, "usher_template")
    server.drop(name)


@pytest.fixture
def database(url: str, ring: KeyRing) -> Iterator[Database]:
    """A migrated database."""
    opened = Database(url, ring)
    yield opened
    opened.close()

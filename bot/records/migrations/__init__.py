"""From the tables of one release to those of the next, and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables up to a release, within the transaction at hand."""
    command.upgrade(_config(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Take the tables back to an earlier release; "base" removes them."""
    command.downgrade(_config(connection), to)


def current(connection: Connection) -> str:
    """The release of the tables in the database; "" when there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def head() -> str:
    """The release of the tables this code works with."""
    found = ScriptDirectory(str(HERE)).get_current_head()
    assert found is not None
    return found


def known(release: str) -> bool:
    """Whether this code knows a release of the tables."""
    return release in {step.revision for step in ScriptDirectory(str(HERE)).walk_revisions()}


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config

"""`usher migrate`, `keys`, `audit`, `backup` and `restore`: looking after the records."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shared import FAULT, settings_now
from bot.settings import Misset, Settings

if TYPE_CHECKING:
    from bot.records.chain import Verdict
    from bot.records.database import Database

OUT = click.Path(dir_okay=False, path_type=Path)
IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def open_records(settings: Settings, *, ready: bool = True) -> "Iterator[Database]":
    """The records, open; any fault of theirs is one clear line and exit code 2."""
    from bot.records.errors import RecordsFault
    from bot.wiring.works import open_database

    database = open_database(settings)
    try:
        if ready:
            database.ready()
        yield database
    except RecordsFault as fault:
        raise Misset(str(fault)) from None
    finally:
        database.close()


@click.command()
def migrate() -> None:
    """Bring the tables to this release.

    Run it before the first start, and after every new release.
    """
    with open_records(settings_now(), ready=False) as database:
        database.migrate()
    click.echo("The tables are of this release.")


@click.group()
def keys() -> None:
    """Make master keys, and rotate them."""


@keys.command("new")
@click.option("--print", "printed", is_flag=True, help="Print a key for USHER_KEYS; write no file.")
@click.option("--add", is_flag=True, help="Put a newer key first in the key file, before `rotate`.")
def new_key(*, printed: bool, add: bool) -> None:
    """Make a master key. Without it nothing that was sealed can ever be read: back it up."""
    from bot.records.vault import KeyRing

    if printed:
        click.echo(KeyRing.new_key())
        return
    settings = settings_now()
    if settings.key_text:
        raise Misset("USHER_KEYS is set, so no key file is used: print one with `usher keys new --print`")
    _make_key(settings, add=add)
    click.echo(f"A new key is in {settings.key_file}. Back it up, apart from the database.")


def _make_key(settings: Settings, *, add: bool) -> None:
    from bot.wiring.key_file import add_key, make_key_file

    if add:
        settings.keys()
        add_key(settings.key_file)
    elif not make_key_file(settings.key_file):
        raise Misset(f"{settings.key_file} is there already: to add a newer key say `usher keys new --add`")


@keys.command()
def rotate() -> None:
    """Wrap everything with the newest key. Every process must know that key already."""
    with open_records(settings_now()) as database:
        count = database.rotate(_no_progress)
    click.echo(f"{count} data keys are wrapped with the newest master key.")


def _no_progress(_done: int, _of: int) -> None:
    """Rotation is quick; nothing is said in between."""


@click.group()
def audit() -> None:
    """Check and export the audit."""


@audit.command()
@click.option("--head", default="", help="A head noted earlier: proves that nothing before it changed.")
@click.option("--school", default="", help="One school only. [default: every school in the records]")
@click.option("--file", type=IN, help="Check an exported audit instead of the records.")
def verify(head: str, school: str, file: Path | None) -> None:
    """Check that nobody has touched the audit. Exit code 1 when somebody has."""
    if file:
        from bot.records.evidence import verify_file

        _judge(file.name, verify_file(file, expect_head=head))
        return
    from bot.records.audit import verify as verified

    with open_records(settings_now()) as database:
        schools = (school,) if school else database.schools()
        if head and len(schools) > 1:
            raise click.UsageError("--head belongs to one school: name it with --school")
        verdicts = [(each, verified(database, each, head)) for each in schools]
    if not verdicts:
        click.echo("The audit is empty.")
    for name, verdict in sorted(verdicts, key=lambda pair: not pair[1].ok, reverse=True):
        _judge(name, verdict)


def _judge(name: str, verdict: "Verdict") -> None:
    if not verdict.ok:
        click.echo(f"{name}: the audit has been touched: {verdict.first_fault}", err=True)
        raise SystemExit(FAULT)
    click.echo(f"{name}: {verdict.entries} entries, whole and in order.")
    click.echo(f"{name}: head {verdict.head or 'none yet'}")


@audit.command()
@click.argument("file", type=OUT)
@click.option("--school", default="", help="Which school. [default: the one of school.yml]")
def export(file: Path, school: str) -> None:
    """Write the audit to FILE, for `usher audit verify --file` on any machine."""
    from bot.cli.shared import load_house
    from bot.records.evidence import export as exported

    settings = settings_now()
    wanted = school or load_house(settings).school.id
    with open_records(settings) as database:
        _judge(wanted, exported(database, wanted, file))


@click.command()
@click.argument("file", type=OUT)
def backup(file: Path) -> None:
    """Write all records to FILE.

    Sealed as they are. The keys are not in it: keep them apart.
    """
    from bot.records.backup import backup as written

    if file.exists():
        raise Misset(f"{file} is there already: name a new file")
    with open_records(settings_now()) as database:
        rows = written(database, file)
    click.echo(f"{rows} rows in {file}.")


@click.command()
@click.argument("file", type=IN)
def restore(file: Path) -> None:
    """Fill an empty database from FILE.

    Everything is checked. The keys must be those of the backup.
    """
    from bot.records.backup import restore as restored
    from bot.records.errors import RecordsFault
    from bot.wiring.works import key_ring, make_folder

    settings = settings_now()
    make_folder(settings)
    try:
        back = restored(file, settings.database, key_ring(settings))
    except RecordsFault as fault:
        raise Misset(str(fault)) from None
    click.echo(f"{back.rows} rows are back, and the audit is whole.")
    for school, head in back.heads.items():
        click.echo(f"{school}: head {head or 'none yet'}")

"""The audit as a file that anybody can check, offline: for governors, inspectors, or a court."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.records.audit import KIND, begun, faulty, head, links, verified
from bot.records.chain import Head, Link, Proves, Verdict, check
from bot.records.errors import RecordsFault
from bot.records.tables import keys
from bot.records.vault import Vault

if TYPE_CHECKING:
    from bot.records.database import Database

MARK = "usher audit"


def export(database: "Database", school: str, file: Path) -> Verdict:
    """Write a school's audit as JSON lines, and say whether it is whole.

    The file carries the wrapped audit key: useless without a master key, enough with one.
    """
    with database.reading(steady=True) as connection:
        wrapped = connection.execute(
            select(keys.c.master, keys.c.wrapped).where(keys.c.school == school, keys.c.kind == KIND)
        ).first()
        sealed = [wrapped.master, bytes(wrapped.wrapped).hex()] if wrapped else None
        end = head(connection, school)
        with file.open("w", encoding="ascii") as out:
            out.write(json.dumps({MARK: 1, "school": school, "key": sealed}) + "\n")
            for link in links(connection, school):
                out.write(json.dumps({**asdict(link), "at": link.at.isoformat()}) + "\n")
            out.write(json.dumps({"head": asdict(end) if end else None}) + "\n")
        return verified(connection, database.vault, school)


def verify_file(file: Path, vault: Vault | None = None, expect_head: str = "") -> Verdict:
    """Check an exported audit. Without a vault only the open hash chain, which needs no key."""
    try:
        lines = [json.loads(line) for line in file.read_text("ascii").splitlines()]
        school, end = lines[0]["school"], lines[-1]["head"]
        told = [Link(**{**line, "at": datetime.fromisoformat(line["at"])}) for line in lines[1:-1]]
        proves = _proves(lines[0], vault) if vault else None
        ended = Head(**end) if end else None
    except (ValueError, KeyError, TypeError, IndexError):
        return faulty("the file was cut or damaged")
    except RecordsFault as fault:
        return faulty(str(fault))
    return _judged(school, told, ended, proves, expect_head)


def _judged(
    school: str, told: Sequence[Link], ended: Head | None, proves: Proves | None, expect_head: str
) -> Verdict:
    verdict = check(school, told, ended, proves=proves, expect_head=expect_head)
    return begun(verdict) if proves else verdict


def _proves(first: Mapping[str, Any], vault: Vault) -> Proves | None:
    """The test that only Usher's own entries pass, from the wrapped key in the file."""
    with suppress(TypeError):
        master, wrapped = first["key"]
        key = vault.unwrap(bytes.fromhex(wrapped), master, first["school"], KIND, KIND)
        return lambda said, proof: vault.proves(key, said, proof)
    return None

"""A word that nobody else would write, in every shape in which it could lie around, and where to look."""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg


@dataclass(frozen=True)
class Canary:
    """`core` is found wherever it is written plainly; `song` has letters that get escaped."""

    core: str = field(default_factory=lambda: f"kanarie{secrets.token_hex(8)}")

    @property
    def song(self) -> str:
        """What is typed: quotes, an accent and a sign that JSON, URLs and databases all treat apart."""
        return f"{self.core}“é\"'&{self.core[::-1]}"

    def spellings(self) -> dict[str, bytes]:
        """Name of the shape -> the bytes to look for."""
        raw = self.song.encode()
        core = self.core.encode()
        found = {
            "raw": core,
            "capitals": self.core.upper().encode(),
            "backwards": self.core[::-1].encode(),
            "utf-16le": self.core.encode("utf-16-le"),
            "utf-16be": self.core.encode("utf-16-be"),
            "url-encoded": quote(self.song).encode(),
            "json-escaped": json.dumps(self.song).encode()[1:-1],
            "hexadecimal": core.hex().encode(),
        }
        for shift in range(3):
            found[f"base64 at {shift}"] = _base64(core, shift)
            found[f"base64 of all at {shift}"] = _base64(raw, shift)
        return found

    def heard_in(self, text: bytes) -> list[str]:
        """The shapes in which it is in these bytes."""
        return [name for name, needle in self.spellings().items() if needle in text]


def _base64(raw: bytes, shift: int) -> bytes:
    """The part of its base64 that is the same whatever stands before and after it."""
    coded = base64.b64encode(b"\0" * shift + raw + b"\0" * 2).rstrip(b"=")
    begin = -(-shift * 8 // 6)
    return coded[begin : (shift + len(raw)) * 8 // 6]


def heard_in_files(canary: Canary, files: Iterable[Path]) -> Iterator[str]:
    """Every file it is in, with the shape and a little of what stands around it."""
    for file in files:
        if not file.is_file():
            continue
        text = file.read_bytes()
        for shape in canary.heard_in(text):
            at = text.find(canary.spellings()[shape])
            yield f"{file.name}: {shape}: {text[max(0, at - 80) : at + 120]!r}"


def heard_in_postgres(canary: Canary, url: str) -> Iterator[str]:
    """The tables by COPY, the database's own files, the write-ahead log and the server's log."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                text = b"".join(bytes(part) for part in copy)
            for shape in canary.heard_in(text):
                at = text.find(canary.spellings()[shape])
                yield f"{table}: {shape}: {text[max(0, at - 80) : at + 120]!r}"
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory'),"
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    assert row is not None
    folder = Path(row[0])
    yield from heard_in_files(canary, (folder / "base" / str(row[1])).iterdir())
    yield from heard_in_files(canary, (folder / "pg_wal").iterdir())
    yield from heard_in_files(canary, [folder.parent / "log"])

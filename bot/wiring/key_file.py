"""The file with the master keys: made once, readable by nobody else, newest key first."""

import os
from pathlib import Path

from bot.records.vault import KeyRing


def make_key_file(path: Path, *, only_if: bool = True) -> bool:
    """Write a fresh master key to a new file; False when there is one already."""
    if not only_if or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, KeyRing.new_key() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def add_key(path: Path) -> None:
    """Put a fresh master key before those in the file."""
    before = path.read_text("utf-8")
    _draft(path, f"{KeyRing.new_key()}\n{before}").replace(path)


def _draft(path: Path, text: str) -> Path:
    """The text in a file beside it that nobody else may read, safely on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft

"""Tables on disk with their own hash in front: one byte that isn't as it was written is noticed."""

import hashlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DIGEST = 32


class Unreadable(Exception):
    """The stored tables are missing or damaged: they are made again, never trusted."""


def write(path: Path, tables: Mapping[str, NDArray[Any]]) -> None:
    """Write beside the final name first, so that a half-written file is never read."""
    packed = io.BytesIO()
    np.savez(packed, **tables)  # type: ignore[arg-type]
    content = packed.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_bytes(hashlib.sha256(content).digest() + content)
    partial.replace(path)


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The tables as they were written, or `Unreadable`. Nothing is unpickled."""
    try:
        stored = path.read_bytes()
    except OSError as fault:
        raise Unreadable(path.name) from fault
    digest, content = stored[:_DIGEST], stored[_DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        raise Unreadable(path.name)
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}

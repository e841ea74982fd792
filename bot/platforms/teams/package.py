"""The app package for Teams: a zip of the manifest and two pictures, the same bytes for the same school."""

import io
import json
import struct
import zipfile
from pathlib import Path

from bot.platforms.teams.manifest import Package, as_json, faults, fill_in, read_manifest

FOLDER = Path(__file__).resolve().parent.parent.parent.parent / "teams"
"""Where the template and the pictures are."""
MANIFEST = "manifest.json"
PICTURES = {"color.png": 192, "outline.png": 32}
"""File -> how wide and how high it must be."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name: when a package was made changes nothing in it."""
LARGEST = 512 * 1024


class PackageFaulty(Exception):
    """A package that Teams would refuse, or that asks for too much; `faults` says why, a line each."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("; ".join(found))
        self.faults = found


def build(package: Package, folder: Path = FOLDER) -> bytes:
    """The package, looked over as it would be uploaded. PackageFaulty when anything in it is wrong."""
    manifest = fill_in(read_manifest(folder / MANIFEST), package)
    files = {MANIFEST: as_json(manifest).encode()}
    files |= {name: (folder / name).read_bytes() for name in PICTURES}
    packed = pack(files)
    found = look_over(packed)
    if found:
        raise PackageFaulty(found)
    return packed


def pack(files: dict[str, bytes]) -> bytes:
    """A zip that says nothing of where and when; compressed it would come out differently by machine."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, held in files.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, held)
    return made.getvalue()


def look_over(packed: bytes) -> tuple[str, ...]:
    """Everything that is wrong with a package, read as the admin centre reads it."""
    if len(packed) > LARGEST:
        return ("the package is too large",)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return ("the package is no zip",)
    if sorted(files) != sorted((MANIFEST, *PICTURES)):
        return (f"the package must hold {MANIFEST}, {', '.join(PICTURES)}, and nothing else",)
    return (*_manifest_faults(files[MANIFEST]), *_picture_faults(files))


def _manifest_faults(held: bytes) -> tuple[str, ...]:
    try:
        manifest = json.loads(held.decode())
    except ValueError:
        return (f"{MANIFEST} is no JSON",)
    return faults(manifest)


def _picture_faults(files: dict[str, bytes]) -> tuple[str, ...]:
    return tuple(
        f"{name} must be a PNG of {side} x {side}"
        for name, side in PICTURES.items()
        if size_of(files[name]) != (side, side)
    )


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height as a PNG's own header has them; (0, 0) for anything else."""
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR" or len(picture) < 24:
        return (0, 0)
    width, height = struct.unpack(">II", picture[16:24])
    return (width, height)

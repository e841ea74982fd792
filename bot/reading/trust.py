"""Reads the schools of one deployment: the one whose school.yml is in the folder, or one folder for each."""

from collections.abc import Mapping
from pathlib import Path

from bot.reading.faults import Fault, Faulty
from bot.reading.house import INTENTS, House, read_house
from bot.school.matching import Phrasing

SCHOOL = "school.yml"


def school_folders(policy: Path) -> tuple[Path, ...]:
    """Where each school's files are. The folder itself when it is one school's, or nobody's yet."""
    if (policy / SCHOOL).exists() or not _below(policy):
        return (policy,)
    return tuple(
        folder
        for folder in sorted(policy.iterdir())
        if folder.is_dir() and folder.name != INTENTS and not folder.name.startswith(".")
    )


def read_houses(policy: Path, intents: Path, *, phrasings: bool = True) -> tuple[House, ...]:
    """Every school of the deployment, in the order of the folders' names; Faulty with every fault of all."""
    faults = _both(policy)
    found: dict[str, House] = {}
    heard: dict[object, tuple[Phrasing, ...]] = {}
    for folder in school_folders(policy):
        try:
            found[folder.name] = read_house(folder, intents, phrasings=phrasings, heard=heard)
        except Faulty as faulty:
            faults += faulty.faults
    faults += _alike(found)
    if faults:
        raise Faulty(faults)
    return tuple(found.values())


def _below(policy: Path) -> list[Path]:
    """The school.yml files one folder down."""
    return sorted(policy.glob(f"*/{SCHOOL}"))


def _both(policy: Path) -> list[Fault]:
    """Whether it can't be told if this is one school or several."""
    inside = ", ".join(path.parent.name for path in _below(policy))
    if not inside or not (policy / SCHOOL).exists():
        return []
    what = f"there is a school here, and one in each of these folders: {inside}"
    do = "Give this school a folder of its own too, or take the others away"
    return [Fault(file=f"{policy.name}/{SCHOOL}", line=0, what=what, do=do)]


def _alike(houses: Mapping[str, House]) -> list[Fault]:
    """Schools are told apart by their ids, and on a chat platform by their workspaces."""
    faults = []
    taken: dict[tuple[str, str], str] = {}
    for folder, house in houses.items():
        school = house.school
        marks = [("id", school.id), *((p, t.workspace) for p, t in school.platforms.items() if t.workspace)]
        for kind, mark in marks:
            # A tenant is written in capitals in one place and in small letters in another.
            first = taken.setdefault((kind, mark.lower()), folder)
            if first != folder:
                what = f'the id "{mark}"' if kind == "id" else f"the {kind} workspace {mark}"
                what += f" is that of the school in {first} already"
                faults.append(Fault(file=f"{folder}/{SCHOOL}", line=0, what=what, do="Give each its own"))
    return faults

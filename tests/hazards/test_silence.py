"""What anybody types is found where it belongs, sealed, and nowhere else: no log, notice, room or file."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hazards.canary import Canary, heard_in_files, heard_in_postgres
from tests.hazards.conftest import Ground
from tests.hazards.doing import house
from tests.hazards.forge import Ended, Forge

pytestmark = pytest.mark.hazard

BELONGS = {
    "the reporter's draft of esafety",
    "the reporter's draft of breach",
    "the reporter's draft of site",
    "the readers' view of -C",
    "the readers' view of -A",
    "the draft after danger",
}


EVERYTHING = ["chat", "odd", "cases", "refused site", "danger", "troubles"]


def sing(forge: Forge, url: str, folder: Path, canary: Canary, parts: list[str], mutant: str = "") -> Ended:
    """One school day with a canary in everything that is typed."""
    return forge.do("silence", url=url, folder=str(folder), song=canary.song, parts=parts, mutant=mutant)


def heard(canary: Canary, ground: Ground, url: str, folder: Path) -> Iterator[str]:
    """Everywhere the canary is found that is not sealed."""
    yield from heard_in_files(canary, sorted(folder.iterdir()))
    if ground.server is not None:
        yield from heard_in_postgres(canary, url)
    else:
        name = url.rsplit("/", 1)[-1]
        files = sorted(ground.folder.glob(f"{name}*"))
        assert len(files) == 3, "the write-ahead log and its index must still be there to be searched"
        yield from heard_in_files(canary, files)


def test_what_is_typed_is_nowhere_but_where_it_belongs(
    forge: Forge, ground: Ground, fresh: Callable[[], str], tmp_path: Path
) -> None:
    canary, url = Canary(), fresh()
    ended = sing(forge, url, tmp_path, canary, EVERYTHING)
    assert ended.code == 0, ended.trouble
    assert list(heard(canary, ground, url, tmp_path)) == []
    found = {what for what, there in ended.said["where"].items() if there}
    assert found == set(ended.said["where"])
    assert found >= BELONGS
    every = {f"{form.id}.{question}" for form in house().forms.values() for question in form.questions}
    assert every - set(ended.said["asked"]) == {"breach.support"}, "only asked when it is about oneself"
    log = (tmp_path / "log").read_text()
    for proof in ('"error":"Struck"', '"uncaught"', '"logger":"aiohttp.server"', '"logger":"asyncio"'):
        assert proof in log, f"{proof} should have been provoked"


@pytest.mark.parametrize("mutant", ["loud_notice", "logs_activities", "seals_nothing"])
def test_a_fault_that_lets_words_out_is_heard(
    mutant: str, forge: Forge, ground: Ground, fresh: Callable[[], str], tmp_path: Path
) -> None:
    canary, url = Canary(), fresh()
    ended = sing(forge, url, tmp_path, canary, ["refused site"], mutant)
    assert ended.code == 0, ended.trouble
    assert list(heard(canary, ground, url, tmp_path)) != []


def test_the_register_of_granted_sites_is_sealed_too(
    forge: Forge, ground: Ground, fresh: Callable[[], str], tmp_path: Path
) -> None:
    canary, url = Canary(), fresh()
    ended = sing(forge, url, tmp_path, canary, ["granted site"])
    assert ended.code == 0, ended.trouble
    assert list(heard(canary, ground, url, tmp_path)) == []


@pytest.mark.parametrize("shape", list(Canary().spellings()))
def test_the_search_finds_every_shape_wherever_it_stands(shape: str, tmp_path: Path) -> None:
    canary = Canary()
    for before in range(3):
        (tmp_path / "haystack").write_bytes(b"x" * before + canary.spellings()[shape] + os.urandom(64))
        assert list(heard_in_files(canary, [tmp_path / "haystack"])) != []

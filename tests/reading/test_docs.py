"""The guide for editing the school's data explains every key and every word that the loader knows."""

import re
from pathlib import Path

import pytest

from bot.reading.forms_files import PLACES, CardTone, Part
from bot.reading.keys import FILES
from bot.reading.school_file import KINDS, PHONES, Then
from bot.school.forms import Kind
from bot.school.matching import IntentKind, NextStep, Verdict
from bot.school.people import Role
from bot.school.policy import Force

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
HEADINGS = {"policy/<policy>.yml": "policy/palatine-social-media.yml"}


def section(file: str) -> str:
    """The part of the guide about one file."""
    heading = f"## {HEADINGS.get(file, file)}\n"
    assert heading in GUIDE, f"docs/policy.md has no section for {file}"
    return GUIDE.split(heading)[1].split("\n## ")[0]


@pytest.mark.parametrize("file", FILES)
def test_every_key_of_every_file_is_explained_in_its_section(file: str) -> None:
    text = section(file)
    for keys in FILES[file]:
        for key in keys.known:
            assert re.search(rf"`{key}(?:`|:)", text), f"{keys.of}: {key} is not explained"


@pytest.mark.parametrize(
    ("file", "known"),
    [
        (
            "policy/school.yml",
            [*(role.value for role in Role), *PHONES, *KINDS, *(then.value for then in Then)],
        ),
        ("policy/<policy>.yml", [force.value for force in Force]),
        (
            "policy/forms/*.yml",
            [*(k.value for k in Kind), *(p.value for p in Part), *(t.value for t in CardTone)],
        ),
        ("policy/step0.yml", [f"{{{place}}}" for place in PLACES]),
        ("intents/*.yml", [word.value for kind in (IntentKind, Verdict, NextStep) for word in kind]),
    ],
)
def test_every_word_that_has_a_meaning_is_named(file: str, known: list[str]) -> None:
    for word in known:
        assert f"`{word}`" in section(file), f"{word} is not named"


def test_the_guide_explains_nothing_that_does_not_exist() -> None:
    for file, kinds in FILES.items():
        known = {key for keys in kinds for key in keys.known}
        rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section(file), re.MULTILINE)
        for key in (key for row in rows for key in re.findall(r"`([a-z_]+)`", row)):
            assert key in known, f"{file}: {key} is explained but not known"

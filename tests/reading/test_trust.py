"""Several schools in one deployment: a folder each, and never taken for one another."""

import shutil
from pathlib import Path

import pytest

from bot.reading import Faulty, read_houses, school_folders
from bot.settings import Misset, read_settings
from bot.wiring.schools import open_house, open_matchers
from tests.reading.test_faults import ROOT, SCOPE, VOICE

PLATFORMS = "platforms:\n  slack: {{workspace: {}, staff_group: S0STAFF01}}\n"


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """Two schools, and the intents that they share."""
    for name, workspace in (("north", "T0NORTH01"), ("south", "T0SOUTH01")):
        shutil.copytree(ROOT / "policy", tmp_path / "trust" / name)
        change(tmp_path / "trust" / name, "id: palatine\n", f"id: {name}\n{PLATFORMS.format(workspace)}")
    write_intents(tmp_path / "intents")
    return tmp_path / "trust"


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "school.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def write_intents(folder: Path, scope: str = SCOPE) -> None:
    (folder / "phrasings").mkdir(parents=True)
    (folder / "scope.yml").write_text(scope)
    (folder / "phrasings" / "tester.yml").write_text(VOICE)


def faults(trust: Path) -> list[str]:
    with pytest.raises(Faulty) as faulty:
        read_houses(trust, trust.parent / "intents")
    return [str(fault) for fault in faulty.value.faults]


def test_one_school_stays_one(trust: Path) -> None:
    houses = read_houses(trust / "north", trust.parent / "intents")
    assert [house.school.id for house in houses] == ["north"]
    assert school_folders(ROOT / "policy") == (ROOT / "policy",)


def test_each_folder_is_a_school(trust: Path) -> None:
    houses = read_houses(trust, trust.parent / "intents")
    assert [house.school.id for house in houses] == ["north", "south"]
    assert [h.school.platforms["slack"].workspace for h in houses] == ["T0NORTH01", "T0SOUTH01"]
    assert houses[0].phrasings is houses[1].phrasings, "read once where intents and clauses are the same"


def test_schools_that_share_intents_share_one_engine(trust: Path) -> None:
    houses = read_houses(trust, trust.parent / "intents")
    made = open_matchers(houses, lambda house: object())  # type: ignore[arg-type, return-value]
    assert made[0] is made[1]
    write_intents(trust / "south" / "intents", SCOPE.replace("Everybody.", "Everybody here."))
    houses = read_houses(trust, trust.parent / "intents")
    assert [h.intents["who-it-binds"].answer for h in houses] == ["Everybody.", "Everybody here."]
    made = open_matchers(houses, lambda house: object())  # type: ignore[arg-type, return-value]
    assert made[0] is not made[1]


def test_faults_in_own_intents_are_named_with_the_school(trust: Path) -> None:
    write_intents(trust / "south" / "intents", SCOPE.replace("[SCO-3]", "[SCO-99]"))
    assert any(line.startswith("south/intents/scope.yml:") for line in faults(trust))


def test_the_faults_of_all_schools_are_said_at_once(trust: Path) -> None:
    change(trust / "north", "roles: [dsl]", "roles: []")
    change(trust / "south", "roles: [headteacher]", "roles: []")
    found = faults(trust)
    assert any(line.startswith("north/school.yml:") and "no DSL" in line for line in found)
    assert any(line.startswith("south/school.yml:") and "no headteacher" in line for line in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: south", "id: north", 'the id "north" is that of the school in north already'),
        ("T0SOUTH01", "T0NORTH01", "the slack workspace T0NORTH01 is that of the school in north already"),
    ],
)
def test_schools_must_be_told_apart(trust: Path, old: str, new: str, said: str) -> None:
    change(trust / "south", old, new)
    assert faults(trust) == [f"south/school.yml: {said}. Give each its own."]


def test_a_tenant_in_capitals_and_in_small_letters_is_one(trust: Path) -> None:
    tenant = "6a1d3c5e-0b2f-4c7d-9e8a-1f2b3c4d5e6f"
    for name, workspace, written in (("north", "T0NORTH01", tenant), ("south", "T0SOUTH01", tenant.upper())):
        both = f"{{workspace: {workspace}, staff_group: S0STAFF01}}\n"
        change(trust / name, both, f"{both}  teams: {{workspace: {written}}}\n")
    said = f"the teams workspace {tenant.upper()} is that of the school in north already"
    assert faults(trust) == [f"south/school.yml: {said}. Give each its own."]


def test_a_folder_without_its_school_is_not_passed_over(trust: Path) -> None:
    (trust / "south" / "school.yml").rename(trust / "south" / "schol.yml")
    assert any(line.startswith("south/school.yml: this file is missing") for line in faults(trust))


def test_a_school_beside_schools_is_a_fault(trust: Path) -> None:
    shutil.copy(ROOT / "policy" / "school.yml", trust / "school.yml")
    said = "there is a school here, and one in each of these folders: north, south"
    assert any(said in line for line in faults(trust))


def test_shared_intents_may_lie_beside_the_schools(trust: Path) -> None:
    (trust.parent / "intents").rename(trust / "intents")
    assert len(read_houses(trust, trust / "intents")) == 2


def test_a_command_for_one_school_says_which_to_choose(trust: Path) -> None:
    given = {"USHER_POLICY": str(trust), "USHER_INTENTS": str(trust.parent / "intents")}
    with pytest.raises(Misset, match=r"2 schools in .*\(north, south\).*set USHER_POLICY"):
        open_house(read_settings(given))
    assert open_house(read_settings({**given, "USHER_POLICY": str(trust / "south")})).school.id == "south"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("workspace: T0NORTH01", "workspace: palatine", 'the workspace "palatine" is no id of Slack\'s'),
        ("staff_group: S0STAFF01", "staff_group: staff", 'the staff group "staff" is no id of Slack\'s'),
        ("staff_group:", "staff:", 'a platform has no key "staff"'),
        ("  slack:", "  slick:", 'the platforms has no key "slick"'),
        ("workspace: T0NORTH01", "workspace: ''", "the workspace is empty"),
    ],
)
def test_a_slip_in_the_platforms_is_named_with_its_line(trust: Path, old: str, new: str, said: str) -> None:
    change(trust / "north", old, new)
    (line,) = [fault for fault in faults(trust) if "no channel" not in fault]
    assert line.startswith("north/school.yml:6: ")
    assert said in line

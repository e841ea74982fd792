"""The waits of the escalation clock in school.yml: shorter than the rules' own, or a fault that says why."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.reading import Faulty, read_school
from bot.school.people import School
from bot.school.waits import MINUTES, SCHOOL_DAYS, WAITS, Waits, longest

POLICY = Path(__file__).parents[2] / "policy"


def school(folder: Path, *lines: str) -> School:
    """The sample school with these lines under `escalation`."""
    policy = folder / "policy"
    shutil.copytree(POLICY, policy)
    text = "".join(f"  {line}\n" for line in lines)
    with (policy / "school.yml").open("a", encoding="utf-8") as file:
        file.write(f"escalation:\n{text}")
    return read_school(policy)


def faults(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(Faulty) as found:
        school(folder, *lines)
    return [f"{fault.what}. {fault.do}" for fault in found.value.faults]


def test_without_the_key_the_rules_own_waits_hold() -> None:
    assert read_school(POLICY).waits == WAITS == Waits()


def test_a_school_may_ring_sooner(tmp_path: Path) -> None:
    found = school(tmp_path, "danger_unopened: 3", "today_unopened: 20", "known_head: 1", "known_chair: 4")
    assert found.waits.danger_unopened == timedelta(minutes=3)
    assert found.waits.today_unopened == timedelta(minutes=20)
    assert (found.waits.known_head, found.waits.known_chair) == (1, 4)
    assert found.waits.danger_again == WAITS.danger_again


@pytest.mark.parametrize("name", [*MINUTES, *SCHOOL_DAYS])
def test_a_longer_wait_is_a_fault_that_says_why(name: str, tmp_path: Path) -> None:
    most = longest(name)
    unit = "minutes" if name in MINUTES else "school days"
    (fault,) = faults(tmp_path, f"{name}: {most + 1}")
    assert fault.startswith(f"{name} is {most + 1}, and the safeguarding rules allow {most} {unit} at most")
    assert "sooner, never later" in fault


@pytest.mark.parametrize(
    ("line", "what"), [("danger_again: 0", "Write 1 to 10"), ("known_head: soon", "whole")]
)
def test_what_is_no_wait_is_a_fault(line: str, what: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, line)
    assert what in fault


def test_an_unknown_wait_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "today_unopend: 20")
    assert 'Write "today_unopened"' in fault


def test_the_chair_never_hears_before_the_headteacher(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "known_chair: 1")
    assert "before the headteacher" in fault

"""Reads the whole house: everything the school has written down, or every fault in it at once."""

from collections.abc import Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.reading.faults import Fault, Faulty
from bot.reading.forms_files import forms_in, step_zero_in
from bot.reading.intents_files import intents_in, phrasings_in
from bot.reading.policy_file import laws_in, policy_in
from bot.reading.scenarios_file import scenarios_in
from bot.reading.school_file import school_in
from bot.reading.standards_file import standards_in
from bot.school.campaigns import Scenario
from bot.school.forms import Form, StepZero
from bot.school.matching import Intent, Phrasing
from bot.school.people import School
from bot.school.policy import Law, Policy
from bot.school.standards import Standards

FORMS = ("esafety", "breach", "site")
INTENTS = "intents"
"""The folder within a school's own that holds intents of its own, where it has any."""
Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True)
class House:
    """What the school has decided: the contents of `policy/` and `intents/`."""

    school: School
    policy: Policy
    forms: Mapping[str, Form]
    step_zero: StepZero
    laws: Mapping[str, Law]
    intents: Mapping[str, Intent]
    phrasings: tuple[Phrasing, ...] = ()
    standards: Standards = field(default_factory=Standards)
    """What the policy health report holds the policy against."""
    scenarios: tuple[Scenario, ...] = ()
    """Small cases that a campaign may ask under the text."""


def read_house(
    policy: Path,
    intents: Path,
    *,
    phrasings: bool = True,
    heard: MutableMapping[object, tuple[Phrasing, ...]] | None = None,
) -> House:
    """Everything; Faulty with all faults of all files when anything is wrong.

    A running Usher answers from a trained engine and can leave the phrasings unread. Schools that share
    intents and clauses share the phrasings too: what has been `heard` is not read again.
    """
    faults: list[Fault] = []
    intents, named = _own_intents(policy, intents)
    school = school_in(policy / "school.yml", f"{policy.name}/school.yml", faults)
    clauses = _policy(policy, school, faults)
    forms = forms_in(policy / "forms", f"{policy.name}/forms", faults)
    step_zero = step_zero_in(policy / "step0.yml", f"{policy.name}/step0.yml", faults)
    laws = laws_in(policy / "law.yml", f"{policy.name}/law.yml", faults)
    known = clauses.clauses if clauses else None
    standards = standards_in(policy / "law.yml", f"{policy.name}/law.yml", laws, clauses, faults)
    scenarios = _scenarios(policy, known, faults)
    wanted = intents_in(intents, named, known, faults)
    heard = {} if heard is None else heard
    same = (intents, frozenset(known or ()))
    if phrasings and (faults or same not in heard):
        heard[same] = phrasings_in(intents / "phrasings", f"{named}/phrasings", wanted, known, faults)
    said = heard[same] if phrasings else ()
    _needed(forms, f"{policy.name}/forms", faults)
    if faults or school is None or clauses is None:
        raise Faulty(faults)
    return House(
        school=school,
        policy=clauses,
        forms=forms,
        step_zero=step_zero,
        laws=laws,
        intents=wanted,
        phrasings=said,
        standards=standards,
        scenarios=scenarios,
    )


def _own_intents(policy: Path, intents: Path) -> tuple[Path, str]:
    """The school's own intents where its folder has some, else those that all share; and their name."""
    own = policy / INTENTS
    return (own, f"{policy.name}/{INTENTS}") if own.is_dir() else (intents, intents.name)


def read_school(folder: Path) -> School:
    """`school.yml` alone."""
    return _alone(lambda faults: school_in(folder / "school.yml", f"{folder.name}/school.yml", faults))


def read_policy(folder: Path, id: str) -> Policy:
    """One policy's clauses alone."""
    path = folder / f"{id}.yml"
    return _alone(lambda faults: policy_in(path, f"{folder.name}/{path.name}", faults))


def read_forms(folder: Path) -> dict[str, Form]:
    """The forms alone; `folder` is the one that holds `forms/`."""
    return _alone(lambda faults: forms_in(folder / "forms", f"{folder.name}/forms", faults))


def read_step_zero(folder: Path) -> StepZero:
    """`step0.yml` alone."""
    return _alone(lambda faults: step_zero_in(folder / "step0.yml", f"{folder.name}/step0.yml", faults))


def read_laws(folder: Path) -> dict[str, Law]:
    """`law.yml` alone."""
    return _alone(lambda faults: laws_in(folder / "law.yml", f"{folder.name}/law.yml", faults))


def read_intents(folder: Path, policy: Policy) -> dict[str, Intent]:
    """The intents alone, their clauses checked against the policy."""
    return _alone(lambda faults: intents_in(folder, folder.name, policy.clauses, faults))


def read_phrasings(
    folder: Path, intents: Mapping[str, Intent], policy: Policy | None = None
) -> tuple[Phrasing, ...]:
    """The phrasings alone; `folder` is the one that holds `phrasings/`."""
    clauses = policy.clauses if policy else None
    called = f"{folder.name}/phrasings"
    return _alone(lambda faults: phrasings_in(folder / "phrasings", called, intents, clauses, faults))


def _alone(read: Callable[[list[Fault]], Thing | None]) -> Thing:
    faults: list[Fault] = []
    found = read(faults)
    if faults or found is None:
        raise Faulty(faults)
    return found


def _policy(folder: Path, school: School | None, faults: list[Fault]) -> Policy | None:
    """The policy that the school names."""
    if school is None or not school.policy:
        return None
    path = folder / f"{school.policy}.yml"
    return policy_in(path, f"{folder.name}/{path.name}", faults)


def _scenarios(folder: Path, clauses: Collection[str] | None, faults: list[Fault]) -> tuple[Scenario, ...]:
    """The scenarios, where the school has some."""
    path = folder / "scenarios.yml"
    return scenarios_in(path, f"{folder.name}/{path.name}", clauses, faults) if path.is_file() else ()


def _needed(forms: Mapping[str, Form], called: str, faults: list[Fault]) -> None:
    """The three walk-throughs that the desk knows must be there."""
    for id in FORMS:
        if forms and id not in forms:
            faults.append(Fault(file=called, line=0, what=f'the form "{id}" is missing', do="Put it back"))

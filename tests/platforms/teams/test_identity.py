"""Who somebody of Teams is at school: by object id, else by address, never by what they say of themselves."""

from dataclasses import replace

import pytest

from bot.platforms.teams.connector import Member
from bot.platforms.teams.identity import TEAMS, Directory
from bot.school.people import Person, Role, School
from bot.wiring.staff import Staff
from tests.platforms.teams.tenant import ELSEWHERE, TENANT


def member(aad: str, email: str = "", *, tenant: str = TENANT, role: str = "user") -> Member:
    return Member(id=f"29:{aad}", aad_id=aad, name=aad.title(), email=email, tenant=tenant, role=role)


@pytest.fixture
def directory(sample_school: School) -> Directory:
    return Directory(declared=sample_school, tenant=TENANT)


DSL = "isolde-penhallow"
MAIL = "isolde.penhallow@palatine.example"


def test_an_address_is_the_same_whatever_its_capitals(directory: Directory) -> None:
    assert directory.learn([member("A-1", MAIL.upper())], frozenset())
    assert directory.person("a-1") == DSL
    assert directory.user(DSL) == "a-1"
    assert not directory.learn([member("A-1", MAIL.upper())], frozenset()), "nothing new"


def test_an_account_of_another_tenant_is_nobody_whatever_address_it_claims(directory: Directory) -> None:
    directory.learn([member("a-1", MAIL, tenant=ELSEWHERE)], frozenset({"a-1"}))
    assert directory.person("a-1") == ""
    assert directory.user(DSL) == ""


def test_a_guest_is_no_member_of_staff(directory: Directory, sample_school: School) -> None:
    chair = next(p for p in sample_school.people.values() if Role.CHAIR in p.roles)
    addresses = {"a-1": MAIL, "a-2": chair.email, "a-3": ""}
    guests = [member(aad, email, role="guest") for aad, email in addresses.items()]
    directory.learn(guests, frozenset({"a-1", "a-2", "a-3"}))
    assert [directory.person(f"a-{n}") for n in (1, 2, 3)] == ["", chair.id, ""], "a governor may be one"


def test_an_object_id_in_school_yml_goes_before_an_address(sample_school: School) -> None:
    listed = sample_school.people[DSL]
    known = Person(id=DSL, name=listed.name, job=listed.job, email=MAIL, addresses={TEAMS: "A-9"})
    school = replace(sample_school, people={**sample_school.people, DSL: known})
    directory = Directory(declared=school, tenant=TENANT)
    assert directory.user(DSL) == "a-9", "also before any roster was read"
    directory.learn([member("a-1", MAIL), member("a-9", "new@palatine.example")], frozenset())
    assert directory.person("a-9") == DSL
    assert directory.person("a-1") == "", "the address alone is not enough any more"


def test_staff_whom_only_teams_knows_join_and_leave(directory: Directory) -> None:
    new = member("a-7", "new@palatine.example")
    directory.learn([new], frozenset())
    assert directory.person("a-7") == "", "in some room, and not in the staff team"
    directory.learn([new], frozenset({"a-7"}))
    assert directory.person("a-7") == "teams-a-7"
    assert directory.school.people["teams-a-7"].name == "A-7"
    directory.learn([], frozenset())
    assert "teams-a-7" not in directory.school.people


def test_whoever_both_platforms_know_is_one_person(sample_school: School) -> None:
    """Slack has seen somebody first; Teams finds them by e-mail and calls them what Slack does."""
    staff = Staff({sample_school.id: sample_school})
    seen = Person(id="slack-u1", name="Nia", job="Teacher", email="nia@palatine.example")
    staff.saw("slack", replace(sample_school, people={**sample_school.people, seen.id: seen}))
    directory = Directory(declared=staff.without(TEAMS, sample_school.id), tenant=TENANT)
    both = [member("a-1", "Nia@palatine.example"), member("a-2", "only@palatine.example")]
    directory.learn(both, frozenset({"a-1", "a-2"}))
    assert directory.person("a-1") == "slack-u1"
    staff.saw(TEAMS, directory.school)
    everybody = set(staff.everybody(sample_school.id).people) - set(sample_school.people)
    assert everybody == {"slack-u1", "teams-a-2"}
    staff.saw("slack", sample_school)
    directory.rebase(staff.without(TEAMS, sample_school.id))
    staff.saw(TEAMS, directory.school)
    everybody = set(staff.everybody(sample_school.id).people) - set(sample_school.people)
    assert everybody == {"teams-a-1", "teams-a-2"}, "gone from Slack, and still in the staff team"


def test_who_has_no_seat_in_a_room_is_a_stranger_there(directory: Directory, sample_school: School) -> None:
    room = sample_school.channel_of(Role.DSL)
    assert room is not None
    inside = [member("a-1", MAIL), member("a-2", "somebody@palatine.example"), member("a-3")]
    directory.learn(inside, frozenset({"a-2"}))
    assert [each.aad_id for each in directory.strangers(room, inside)] == ["a-2", "a-3"]

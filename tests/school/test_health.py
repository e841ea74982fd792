"""Every gap of the seed policy is found, and none is found any more once it has been mended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.reading import House, read_house
from bot.school.findings import Examined, Finding
from bot.school.health import examine, unwell
from bot.school.matching import NextStep
from bot.school.phrases import holds
from bot.school.policy import Clause, Policy, PolicyVersion
from bot.school.standards import Fate, Weight

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
LAW_4 = (
    "Further laws can apply, as amended: the Libel Act 1843, the Defamation Act 1952, the Defamation Act "
    "1996, the Protection from Harassment Act 1997, the Criminal Justice and Public Order Act 1994 and the "
    "Communications Act 2003."
)
MENDED: Mapping[str, Mapping[str, str]] = {
    "route-999": {"SAF-4": "If a child is in danger, call 999 first, then tell the DSL."},
    "route-images": {"PER-3": "Nobody looks at, copies or sends an intimate image of a child."},
    "route-head": {"BRE-3": "A concern about the headteacher goes to the chair of governors."},
    "route-lado": {"BRE-3": "The headteacher tells the LADO within one working day."},
    "route-dsl-absent": {"SAF-4": "When the DSL is absent, tell the headteacher."},
    "route-dsl-subject": {"SAF-4": "A concern about the DSL goes to the headteacher."},
    "route-low-level": {"BRE-3": "Low-level concerns go to the headteacher as well."},
    "missing-kcsie": {"SAF-4": "Follow Keeping Children Safe in Education, as in force."},
    "missing-online-safety": {"LAW-4": "Some offences stand in the Online Safety Act 2023."},
    "missing-defamation": {"LAW-4": "See the Defamation Act 2013."},
    "missing-equality": {"LAW-5": "Discrimination is what the Equality Act 2010 says it is."},
    "missing-prevent": {"SAF-2": "The Counter-Terrorism and Security Act 2015, section 26, is a duty."},
    "missing-whistleblowing": {"PRI-9": "Nothing here stands in the way of whistleblowing."},
    "law-data-protection": {
        "LAW-2": "The Data Protection Act 2018 and UK GDPR apply.",
        "LAW-3": "Records fall under the Data Protection Act 2018.",
    },
    "law-malicious-communications": {"LAW-4": "The Malicious Communications Act 1988 applies."},
    "partly": {"LAW-4": LAW_4},
    "clash-scope": {"SCO-1": "The policy is for staff."},
    "clash-committee": {"PRI-9": "Raise an issue with the line manager or the governing body."},
    "unclear-consent": {
        "PER-3": "Post images of pupils only with the written consent of a parent; ask a parent."
    },
    "unclear-request": {"PER-1b": "Staff decline any friend request of a pupil or of a pupil's parents."},
    "platforms-old": {
        "INT-1": "Facebook and X are examples.",
        "SCO-3": "Whatever the medium, the principles hold.",
    },
    "platforms-missing": {"SCO-3": "WhatsApp, TikTok, Discord, Roblox and AI assistants are examples."},
}
"""Gap -> the clauses as a school might write them once it has mended it."""


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(ROOT / "policy", ROOT / "intents", phrasings=False)


def seen(house: House, policy: Policy | None = None, **more: object) -> Examined:
    examined = Examined(
        policy=policy or house.policy,
        standards=house.standards,
        intents=house.intents,
        retention=house.school.retention,
        today=TODAY,
    )
    return replace(examined, **more)  # type: ignore[arg-type]


def found(examined: Examined) -> dict[str, Finding]:
    return {finding.id: finding for finding in examine(examined)}


def worded(policy: Policy, words: Mapping[str, str]) -> Policy:
    """The policy with some clauses written anew."""
    clauses: dict[str, Clause] = {
        id: replace(clause, wording=words.get(id, clause.wording)) for id, clause in policy.clauses.items()
    }
    return replace(policy, clauses=clauses)


@pytest.mark.parametrize("gap", MENDED)
def test_a_gap_is_found_until_it_is_mended(house: House, gap: str) -> None:
    assert gap in found(seen(house))
    assert gap not in found(seen(house, worded(house.policy, MENDED[gap])))


LAWS = {
    "Data Protection Act 1998": ("law-data-protection", "as amended by the Data (Use and Access) Act 2025"),
    "Malicious Communications Act 1998": (
        "law-malicious-communications",
        "Malicious Communications Act 1988",
    ),
    "Online Safety Act 2023": ("missing-online-safety", "Online Safety Act 2023"),
    "Defamation Act 2013": ("missing-defamation", "Defamation Act 2013"),
    "Equality Act 2010": ("missing-equality", "Equality Act 2010"),
    "Keeping Children Safe in Education": ("missing-kcsie", "Name it by its title"),
    "Prevent duty": ("missing-prevent", "Counter-Terrorism and Security Act 2015, section 26"),
    "Public Interest Disclosure Act 1998": ("missing-whistleblowing", "the Act's name"),
    "Communications Act 2003": ("partly", 'Add "as amended", and name the Online Safety Act 2023'),
    "Criminal Justice and Public Order Act 1994": ("partly", 'Public Order Act 1994: Add "as amended"'),
    "Protection from Harassment Act 1997": ("partly", "Protection from Harassment Act 1997: Add"),
    "Defamation Act 1952": ("partly", "Defamation Act 1952: Name the Defamation Act 2013 first"),
    "Defamation Act 1996": ("partly", "Defamation Act 1996: Name the Defamation Act 2013 first"),
    "Libel Act 1843": ("partly", "Libel Act 1843: Name the Defamation Act 2013 first"),
}
"""Of the list in the safeguarding rules: what is wrong or missing -> the finding, and what to write."""
ROUTES = {
    "999": ("route-999", "danger means 999 first"),
    "intimate images": ("route-images", "nobody views, copies, prints, shares, stores or asks for one"),
    "about the headteacher": ("route-head", "goes to the chair of governors"),
    "(LADO)": ("route-lado", "when the LADO is told, by whom"),
    "Low-level concerns": ("route-low-level", "every concern about an adult's conduct, however small"),
    "neither the DSL nor the deputy": ("route-dsl-absent", "the next in line"),
    "about the DSL or the deputy": ("route-dsl-subject", "goes to the headteacher"),
    "for pupils": ("clash-scope", "it binds staff"),
    '"Management Committee"': ("clash-committee", "Use one name throughout"),
    '"with consent"': ("unclear-consent", "whose consent"),
    "friend request": ("unclear-request", "may be accepted"),
    "Twitter (now called X": ("platforms-old", "Use today's names"),
    "WhatsApp, TikTok, Discord, Roblox, AI assistants": ("platforms-missing", "Name them as examples"),
}


@pytest.mark.parametrize("gap", [*LAWS, *ROUTES])
def test_each_gap_of_the_seed_policy_is_named_with_what_to_write_and_a_dated_source(
    house: House, gap: str
) -> None:
    id, instead = {**LAWS, **ROUTES}[gap]
    finding = found(seen(house))[id]
    assert gap in finding.what
    assert instead in finding.do
    assert "2026-11-22" in finding.source or "22 November 2026" in finding.source
    if gap in LAWS:
        held = [law for law in house.standards.laws.values() if id in (f"law-{law.id}", f"missing-{law.id}")]
        assert [law.dated for law in held] == ([] if id == "partly" else [date(2026, 11, 22)])


def test_what_is_not_confirmed_is_said_to_be_so_platform_by_platform(house: House) -> None:
    old = found(seen(house))["platforms-old"]
    assert old.check
    unconfirmed = found(seen(house))["unconfirmed-law"].what
    for name, fate in {"Myspace": "little used now", "Ask.fm": "closed", "Tumblr": "little used now"}.items():
        assert f"{name} ({fate}, as far as we know)" in old.what
        assert f"what has become of {name}" in unconfirmed


@pytest.mark.parametrize("gap", MENDED)
def test_mending_one_gap_makes_no_other(house: House, gap: str) -> None:
    before, after = found(seen(house)), found(seen(house, worded(house.policy, MENDED[gap])))
    assert set(after) - {"missing-data-protection"} <= set(before)


def test_no_gap_is_looked_for_without_a_test_of_its_own(house: House) -> None:
    others = {"no-route", "unreached", "unconfirmed-law", "unconfirmed-retention", "stale"}
    assert set(found(seen(house))) <= set(MENDED) | others
    assert {each.id for each in house.standards.expectations} <= set(MENDED)


def test_the_scope_is_mended_by_rules_for_pupils_too(house: House) -> None:
    clauses = dict(house.policy.clauses)
    for id in ("PRI-1", "PRI-3", "PER-4"):
        clauses[id] = replace(clauses[id], binds="staff and pupils")
    assert "clash-scope" not in found(seen(house, replace(house.policy, clauses=clauses)))


@pytest.mark.parametrize(
    "act",
    ["Libel Act 1843", "Defamation Act 1952", "Defamation Act 1996", "Protection from Harassment Act 1997",
     "Criminal Justice and Public Order Act 1994", "Communications Act 2003"],
)  # fmt: skip
def test_each_act_that_is_in_force_in_part_is_named_and_gone_when_it_is_not(house: House, act: str) -> None:
    assert act in found(seen(house))["partly"].what
    words = {"LAW-4": LAW_4.replace(", as amended", "").replace(act, "")}
    assert act not in found(seen(house, worded(house.policy, words)))["partly"].what


@pytest.mark.parametrize("name", ["Twitter", "Myspace", "Ask.fm", "Tumblr", "Flickr"])
def test_each_old_platform_is_named(house: House, name: str) -> None:
    assert name in found(seen(house))["platforms-old"].what
    words = {id: clause.wording.replace(name, "") for id, clause in house.policy.clauses.items()}
    assert name not in found(seen(house, worded(house.policy, words)))["platforms-old"].what


@pytest.mark.parametrize("name", ["WhatsApp", "TikTok", "Discord", "Roblox", "AI assistants"])
def test_each_platform_of_today_is_missed_until_it_is_named(house: House, name: str) -> None:
    assert name in found(seen(house))["platforms-missing"].what
    after = found(seen(house, worded(house.policy, {"INT-1": f"Such as {name}."})))
    assert name not in after["platforms-missing"].what


def test_a_replacement_comes_with_its_edition_date_and_source(house: House) -> None:
    gap = found(seen(house))["law-data-protection"]
    assert gap.where == ("LAW-2", "LAW-3")
    assert "Data Protection Act 2018" in gap.do
    assert "UK GDPR" in gap.do
    assert "2018, amended 2025" in gap.source
    assert "22 November 2026" in gap.source
    assert gap.check
    assert "confirmed" in gap.do


def test_neither_the_old_law_nor_the_new_one_is_a_gap_too(house: House) -> None:
    words = {"LAW-2": "Several laws apply.", "LAW-3": "Records are confidential."}
    assert "missing-data-protection" in found(seen(house, worded(house.policy, words)))


def test_guidance_that_is_not_in_force_yet_is_not_missed(house: House) -> None:
    assert "missing-kcsie" not in found(seen(house, today=date(2026, 8, 31)))
    assert "missing-kcsie" in found(seen(house, today=date(2026, 9, 1)))


def test_a_clause_that_no_answer_uses_is_found(house: House) -> None:
    assert "unreached" not in found(seen(house))
    left = {
        id: intent
        for id, intent in house.intents.items()
        if "MON-2" not in (*intent.clauses, *intent.supporting)
    }
    assert "MON-2" in found(seen(house, intents=left))["unreached"].where


def test_an_answer_that_leaves_something_open_must_say_whom_to_ask(house: House) -> None:
    assert "no-route" in found(seen(house))
    mended = {id: replace(intent, next=NextStep.ASK_HEAD) for id, intent in house.intents.items()}
    assert "no-route" in found(seen(house, intents=mended)), "a report that isn't offered is a gap as well"
    reports = {
        id: intent if intent.next is not NextStep.NONE else replace(intent, next=NextStep.ASK_HEAD)
        for id, intent in house.intents.items()
    }
    assert "no-route" not in found(seen(house, intents=reports))


def test_facts_that_nobody_has_confirmed_are_listed_until_somebody_has(house: House) -> None:
    assert "72 hours" in found(seen(house))["unconfirmed-law"].what
    assert "acknowledgement" in found(seen(house))["unconfirmed-retention"].what
    standards = replace(
        house.standards,
        laws={id: replace(law, check=False) for id, law in house.standards.laws.items()},
        platforms=tuple(replace(each, check=False) for each in house.standards.platforms),
    )
    kept = {kind: replace(rule, check=False) for kind, rule in house.school.retention.items()}
    after = found(seen(house, standards=standards, retention=kept))
    assert not {"unconfirmed-law", "unconfirmed-retention"} & set(after)


def test_facts_that_nobody_has_looked_at_for_a_year_are_listed(house: House) -> None:
    assert "stale" not in found(seen(house))
    assert "Defamation Act 2013" in found(seen(house, today=date(2028, 1, 1)))["stale"].what


def test_the_official_wording_is_what_counts_where_there_is_one(house: House) -> None:
    words = MENDED["route-999"]
    version = PolicyVersion(policy=house.policy.id, label="v", hash="0", published=TODAY, wording=words)
    assert "route-999" not in found(seen(house, version=version))


def test_a_passage_of_the_document_that_belongs_to_no_clause_counts_too(house: House) -> None:
    assert "route-999" not in found(seen(house, document="Aims\n\nIn danger call 999.\n\nEnd"))


def test_the_weightiest_come_first_and_say_what_governors_need(house: House) -> None:
    findings = examine(seen(house))
    order = [list(Weight).index(finding.weight) for finding in findings]
    assert order == sorted(order)
    assert unwell(findings)
    assert not unwell(tuple(each for each in findings if each.weight is Weight.NOTE))
    for finding in findings:
        assert all((finding.what, finding.why, finding.do))
        assert "\n" not in finding.what
        assert set(finding.where) <= {*house.policy.clauses, "law.yml", "school.yml"}


def test_a_policy_with_every_gap_mended_is_well(house: House) -> None:
    words: dict[str, str] = {}
    for mended in MENDED.values():
        for id, text in mended.items():
            words[id] = f"{words[id]} {text}" if id in words else text
    words["LAW-4"] = (
        f"{LAW_4} The Defamation Act 2013, the Online Safety Act 2023, the Malicious Communications Act 1988."
    )
    intents = {
        id: intent if intent.next is not NextStep.NONE else replace(intent, next=NextStep.ASK_HEAD)
        for id, intent in house.intents.items()
    }
    left = examine(seen(house, worded(house.policy, words), intents=intents))
    assert not unwell(left), [finding.id for finding in left]


def test_what_has_become_of_a_platform_is_known(house: House) -> None:
    assert all(each.now for each in house.standards.platforms if each.fate is Fate.RENAMED)


@pytest.mark.parametrize(
    ("phrase", "text", "held"),
    [
        ("999", "Call 999 now", True),
        ("999", "in 1999 or 9999", False),
        ("governing body | governing board", "the Governing  Board", True),
        ("contact & parents", "Parents may be in contact", True),
        ("contact & parents", "Parents may call", False),
        ("nude*", "semi-nudes", True),
        ("parents' consent", "the parents’ consent", True),
        ("image", "imagery", False),
    ],
)
def test_a_phrase_is_found_as_people_write_it(phrase: str, text: str, *, held: bool) -> None:
    assert holds(phrase, text) is held

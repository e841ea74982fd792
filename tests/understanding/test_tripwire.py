"""The tripwire's readable rules: what trips them, what doesn't, and proof that these tests bite."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.understanding import cues, tripwire
from bot.understanding.tripwire import Rule
from bot.understanding.wording import spell_out

TRIPS = [
    "A pupil told me that somebody threatened her on an app",
    "two of my class showed me horrible messages they've been sent",
    "a strange man online has been messaging a boy in year 4",
    "she says she wants to hurt herself",
    "A child mentioned that an older friend asked for naked photos",
    "I'm worried about one of the girls, can I report it",
    "he's terrified of going home",
]
QUIET = [
    "May I follow the school page?",
    "What if a child ever tells me that somebody threatened her?",
    "who signs off a class blog",
    "my full name is on LinkedIn, should I change it",
    "the printer has no toner",
]
URGENT = [
    "he's taken an overdose and he's on his own right now",
    "She has gone missing and her messages say that she is meeting someone",
]
CALM = [
    "No danger at the moment, but she told me last week about cutting",
    "what do I do if a pupil is missing",
]


def signs(text: str) -> frozenset[str]:
    return cues.find(spell_out(text))


def caught(rules: Sequence[Rule]) -> bool:
    """Whether these rules pass every case below: what the tests check, as one yes or no."""
    trip = all(any(rule.met(signs(text)) for rule in rules) for text in TRIPS)
    quiet = not any(rule.met(signs(text)) for rule in rules for text in QUIET)
    grave = [rule for rule in rules if rule.urgent]
    soon = all(any(rule.met(signs(text)) for rule in grave) for text in URGENT)
    calm = not any(rule.met(signs(text)) for rule in grave for text in CALM)
    return trip and quiet and soon and calm


@pytest.mark.parametrize("text", TRIPS)
def test_a_worry_about_a_child_trips_a_rule(text: str) -> None:
    assert tripwire.tripped(signs(text))


@pytest.mark.parametrize("text", QUIET)
def test_an_ordinary_or_supposed_question_trips_none(text: str) -> None:
    assert not tripwire.tripped(signs(text))


@pytest.mark.parametrize("text", URGENT)
def test_grave_harm_now_trips_an_urgent_rule(text: str) -> None:
    assert any(rule.urgent for rule in tripwire.tripped(signs(text)))


@pytest.mark.parametrize("text", CALM)
def test_what_is_over_or_supposed_trips_no_urgent_rule(text: str) -> None:
    assert not any(rule.urgent for rule in tripwire.tripped(signs(text)))


def test_the_rules_pass_and_every_mutant_of_them_is_caught() -> None:
    assert caught(tripwire.RULES)
    none: tuple[Rule, ...] = ()
    never_supposed = tuple(replace(rule, unless=frozenset()) for rule in tripwire.RULES)
    never_urgent = tuple(replace(rule, urgent=False) for rule in tripwire.RULES)
    needing_nothing = (*tripwire.RULES, Rule(name="always"))
    for mutant in (none, never_supposed, never_urgent, needing_nothing):
        assert not caught(mutant)


def test_every_sign_that_a_rule_names_exists() -> None:
    named = {
        sign
        for rule in tripwire.RULES
        for sign in (*rule.needs, *rule.unless, *(sign for group in rule.one_of for sign in group))
    }
    assert named <= set(cues.NAMES)

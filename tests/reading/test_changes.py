"""A new version is compared with the old one clause by clause, and word by word."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading.changes import ChangeKind, Mark, change, diff, words
from bot.school.policy import PolicyVersion
from tests.reading.mini import OFFICIAL, POLICY

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.lists(st.sampled_from(["the", "tool", "is", "broken", "lost"]), max_size=12).map(" ".join)


def version(**wording: str) -> PolicyVersion:
    return PolicyVersion(policy="garden", label="1", hash="0", published=date(2026, 9, 1), wording=wording)


def test_without_an_old_version_everything_is_new() -> None:
    found = diff(POLICY, None, OFFICIAL)
    assert [each.clause for each in found] == list(OFFICIAL)
    assert {each.kind for each in found} == {ChangeKind.NEW}


def test_each_clause_is_new_changed_same_or_gone() -> None:
    old = version(**{"AIM-1": "The same  words.", "TOO-2": "Never run.", "TOO-3": "Gone."})
    new = {"AIM-1": "The same\nwords.", "TOO-2": "Never run here.", "BEE-1": "New."}
    assert [(each.clause, each.kind.value) for each in diff(POLICY, old, new)] == [
        ("AIM-1", "same"),
        ("TOO-2", "changed"),
        ("TOO-3", "gone"),
        ("BEE-1", "new"),
    ]


def test_changed_words_are_marked() -> None:
    found = [
        (each.mark.value, each.text) for each in words("Tools are never lost.", "Tools are not lost today.")
    ]
    assert found == [("kept", "Tools are"), ("removed", "never lost."), ("added", "not lost today.")]


@CALM
@given(old=TEXT, new=TEXT)
def test_the_marked_words_are_both_texts(old: str, new: str) -> None:
    marked = words(old, new)
    for text, gone in ((new, Mark.REMOVED), (old, Mark.ADDED)):
        assert " ".join(each.text for each in marked if each.mark is not gone) == text
    assert (change("AIM-1", old, new).kind is ChangeKind.SAME) == (old == new)

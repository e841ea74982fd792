"""How long a case is kept, as school.yml says it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.school.concerns import CaseKind
from bot.school.people import Retention
from bot.school.retention import kept_until
from tests.hazards.travelling import small_school

SENT = datetime(2028, 2, 29, 9, tzinfo=UTC)


def until(keep: str, then: str) -> datetime | None:
    rule = Retention(kind="esafety", keep=keep, owner="dsl", reason="As the school decided.", then=then)
    return kept_until(replace(small_school(), retention={"esafety": rule}), CaseKind.ESAFETY, SENT)


def test_a_case_is_erased_by_itself_once_its_years_are_over() -> None:
    assert until("date of birth + 25 years", "erase") == datetime(2053, 2, 28, 9, tzinfo=UTC)
    assert until("6 years", "erase") == datetime(2034, 2, 28, 9, tzinfo=UTC)


@pytest.mark.parametrize("keep", ["date of birth + 25 years", "closed + 10 years"])
def test_what_a_person_has_to_review_is_never_erased_by_itself(keep: str) -> None:
    assert until(keep, "review") is None


def test_without_a_number_of_years_nothing_is_erased() -> None:
    assert until("review", "erase") is None
    assert kept_until(replace(small_school(), retention={}), CaseKind.ESAFETY, SENT) is None

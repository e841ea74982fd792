"""Suggestions beside an answer: said once, in nobody's way, and kept nowhere."""

import logging
from collections.abc import Iterator

import pytest

from bot.desk.suggest import AGAIN
from bot.records.database import Database
from bot.school import linter
from bot.school.messages import Callout, Dialog
from tests.hazards.office import CHILD, DSL, TA, Office, dialog_of, quick_database
from tests.records.given import stored

ACCOUNT = "J.B. sent Wilf unkind messages, I think."
ADVICE = (linter.INITIALS, linter.OPINION, linter.TIME)


@pytest.fixture
def office() -> Iterator[Office]:
    with quick_database() as url:
        office = Office(url)
        office.database.migrate()
        yield office
        office.database.close()


def written(office: Office) -> tuple[str, Dialog]:
    """A draft at the page of the account, with the account kept."""
    draft = office.begin(TA, "esafety")
    answers = {"urgency": "today", "told": "not_yet"}
    office.fill(TA, "draft.next", draft, answers)
    page = {"pupils": CHILD["pupils"], "happened": "2026-10-01", "learned": "2026-10-01"}
    office.fill(TA, "draft.next", draft, page)
    return draft, dialog_of(office.fill(TA, "draft.keep", draft, {"account": ACCOUNT}))


def advice(dialog: Dialog) -> dict[str, str]:
    return {field.question.id: field.advice for field in dialog.fields if field.advice}


def test_it_stands_beside_the_field_as_soon_as_it_is_kept(office: Office) -> None:
    _, dialog = written(office)
    assert advice(dialog) == {"account": "\n".join(ADVICE)}
    assert not [field for field in dialog.fields if field.error]


def test_it_goes_when_the_answer_is_better(office: Office) -> None:
    draft, _ = written(office)
    better = {"account": "At 10:15 today Joel Barton sent Wilf messages."}
    assert advice(dialog_of(office.fill(TA, "draft.keep", draft, better))) == {}


def test_it_never_keeps_anybody_on_a_page(office: Office) -> None:
    draft, dialog = written(office)
    after = dialog_of(office.fill(TA, "draft.next", draft, {"account": ACCOUNT, "how_known": "I saw it"}))
    assert after.id != dialog.id


def test_it_is_said_once_more_before_sending_and_the_report_goes_out_all_the_same(office: Office) -> None:
    draft = office.begin(TA, "esafety")
    review = dialog_of(office.fill(TA, "draft.quick", draft, {**CHILD, "account": ACCOUNT}))
    boxes = [part for part in review.parts if isinstance(part, Callout) and part.title == AGAIN]
    assert [line.removeprefix("What happened? ") for line in boxes[0].lines] == list(ADVICE)
    assert office.sent(office.fill(TA, "draft.send", draft, {}))


def test_a_careful_report_hears_nothing(office: Office) -> None:
    draft = office.begin(TA, "esafety")
    better = "At 10:15 today Joel Barton sent Wilf messages."
    review = dialog_of(office.fill(TA, "draft.quick", draft, {**CHILD, "account": better}))
    assert not [part for part in review.parts if isinstance(part, Callout) and part.title == AGAIN]


def test_the_readers_of_the_case_never_see_it(office: Office) -> None:
    (case,) = office.report(TA, "esafety", account=ACCOUNT)
    shown = repr(office.press(DSL, "case.open", case.reference))
    assert ACCOUNT in shown
    assert not [said for said in ADVICE if said in shown]


def test_the_same_activity_again_gets_the_same_suggestions(office: Office) -> None:
    draft, _ = written(office)
    office.ids = iter(["one", "one"])  # type: ignore[assignment]
    first = office.fill(TA, "draft.keep", draft, {"account": ACCOUNT})
    again = office.fill(TA, "draft.keep", draft, {"account": ACCOUNT})
    assert advice(dialog_of(first))
    assert again == first


def test_it_is_readable_nowhere_in_the_records_and_nowhere_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        draft, _ = written(office)
        office.fill(TA, "draft.quick", draft, {**CHILD, "account": ACCOUNT})
        office.fill(TA, "draft.send", draft, {})
    database: Database = office.database
    for said in (*ADVICE, AGAIN):
        assert said.encode() not in stored(database)
        assert said not in caplog.text

"""Out of school hours the numbers to ring come first: before a report, before sending, in the receipt."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.school.codec import to_json
from bot.school.messages import Callout, Dialog, Message
from tests.hazards.checks import notices_of
from tests.hazards.doing import A_LITTLE
from tests.hazards.office import CHILD, CONDUCT, DSL, TA, Office, dialog_of, quick_database

LONDON = ZoneInfo("Europe/London")
CLOSED = "School is closed now"
NIGHT, DAY = "01632 960202", "01632 960201"
OUT = ["2026-10-05T08:29", "2026-10-05T15:30", "2026-10-05T23:10", "2026-10-10T11:00", "2026-10-27T11:00"]
IN = ["2026-10-05T08:30", "2026-10-05T15:29"]


@pytest.fixture
def office() -> Iterator[Office]:
    with quick_database() as url:
        one = Office(url)
        yield one
        one.database.close()


def at(office: Office, text: str) -> None:
    """It is this time now, in London."""
    office.clock._now = datetime.fromisoformat(text).replace(tzinfo=LONDON) - A_LITTLE


def boxes(shown: Dialog | Message) -> list[str]:
    return [part.title for part in shown.parts if isinstance(part, Callout)]


def review(office: Office, form: str) -> Dialog:
    """The last page before sending."""
    draft = office.begin(TA, form)
    dialog = dialog_of(office.fill(TA, "draft.keep", draft, CHILD if form == "esafety" else CONDUCT))
    for _ in range(12):
        if dialog.title == "Check and send":
            return dialog
        dialog = dialog_of(office.fill(TA, "draft.next", draft, _known(dialog, form)))
    raise AssertionError(dialog.title)


def _known(dialog: Dialog, form: str) -> dict[str, object]:
    answers = {"told": "not_yet", "happened": "2026-10-01", "learned": "2026-10-01", "source": "saw"}
    asked = {field.question.id: field.question for field in dialog.fields}
    given = {**answers, **(CHILD if form == "esafety" else CONDUCT)}
    first = {id: q.choices[0].id for id, q in asked.items() if q.choices and q.kind == "choice"}
    many = {id: (q.choices[0].id,) for id, q in asked.items() if q.choices and q.kind == "choices"}
    return {id: {**first, **many, **given}[id] for id in asked if id in {**first, **many, **given}}


@pytest.mark.parametrize("moment", OUT)
def test_before_anything_else_the_numbers_for_the_night_are_shown(moment: str, office: Office) -> None:
    at(office, moment)
    dialog = dialog_of(office.press(TA, "report.start", "esafety"))
    assert boxes(dialog) == ["Is a child in danger now?", CLOSED]
    assert NIGHT in to_json(dialog)
    assert "goes out all the same" in to_json(dialog)


@pytest.mark.parametrize("moment", IN)
def test_in_school_hours_nothing_is_said_of_it(moment: str, office: Office) -> None:
    at(office, moment)
    assert CLOSED not in boxes(dialog_of(office.press(TA, "report.start", "esafety")))
    draft = office.begin(TA, "esafety")
    assert CLOSED not in boxes(dialog_of(office.fill(TA, "draft.send", draft, CHILD)))


@pytest.mark.parametrize("form", ["esafety", "breach"])
def test_it_stands_first_on_the_page_from_which_it_is_sent(form: str, office: Office) -> None:
    at(office, OUT[3])
    if form == "esafety":
        draft = office.begin(TA, form)
        office.fill(TA, "draft.quick", draft, CHILD)
        dialog = dialog_of(office.press(TA, "draft.resume", draft))
    else:
        dialog = review(office, form)
    assert dialog.title == "Check and send"
    first = dialog.parts[0]
    assert isinstance(first, Callout)
    assert first.title == CLOSED
    assert first.lines[1].endswith(f"{NIGHT} (Evenings, weekends and bank holidays)")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [(OUT[0], "08:30 on Monday"), (OUT[2], "08:30 on Tuesday"), (OUT[4], "08:30 on Tuesday 3 November")],
)
def test_it_stands_first_in_the_receipt_until_somebody_opens_it(
    moment: str, opens: str, office: Office
) -> None:
    at(office, moment)
    (case,) = office.report(TA, "esafety")
    receipt = dialog_of(office.press(TA, "receipt.open", case.concern))
    first = receipt.parts[0]
    assert isinstance(first, Callout)
    assert first.title == CLOSED
    assert f"({opens})" in first.lines[0]
    assert "has gone out all the same" in first.lines[0]
    card = next(n.message for n in notices_of(office.database) if n.key.startswith("receipt:"))
    assert boxes(card) == [CLOSED]
    assert to_json(card).index(NIGHT) < to_json(card).index(DAY)
    office.press(DSL, "case.open", case.reference)
    assert CLOSED not in boxes(dialog_of(office.press(TA, "receipt.open", case.concern)))


def test_the_alert_goes_out_at_night_all_the_same(office: Office) -> None:
    at(office, OUT[2])
    office.report(TA, "esafety")
    assert {notice.to.channel for notice in notices_of(office.database)} == {"", "safeguarding"}


def test_a_request_for_a_site_can_wait_for_the_morning(office: Office) -> None:
    at(office, OUT[2])
    (case,) = office.report(TA, "site")
    assert CLOSED not in boxes(dialog_of(office.press(TA, "receipt.open", case.concern)))

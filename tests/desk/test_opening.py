"""Which presses are answered by a dialog: what platforms are told beforehand, held against the desk."""

from collections.abc import Iterator

import pytest

from bot.reception import PRESSED
from bot.school.messages import Button
from bot.school.opening import OPENS, opens
from tests.desk.test_campaign import Bureau
from tests.hazards.office import DEPUTY, DSL, HEAD, OWNER, TA, quick_database

NEVER_SHOWN = frozenset({"link.open"})
"""Only a signed link leads there, never a button."""


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    with quick_database() as url:
        office = Bureau(url)
        yield office
        office.database.close()


def presses(bureau: Bureau) -> dict[str, tuple[str, str]]:
    """Verb -> who presses it on what, when all is well; each on a fresh thing where it changes something."""
    case, aside, held = (bureau.report(TA, "esafety")[0] for _ in range(3))
    bureau.press(DSL, "case.open", case.reference)
    bureau.fill(DSL, "case.acknowledge", case.reference, {"line": "I have it."})
    bureau.fill(DSL, "case.act", case.reference, {"action": "Ring home", "owner": "Me", "due": "2026-10-09"})
    new, draft = bureau.report(TA, "esafety")[0], bureau.draft()
    runs, approved = bureau.running(), bureau.draft()
    bureau.press(HEAD, "campaign.approve", approved)
    bureau.at("2026-10-06T09:31").tick()
    known = {
        "home": (TA, ""),
        "privacy": (TA, ""),
        "dialog.close": (TA, ""),
        "ask.choose": (TA, next(iter(bureau.home.intents))),
        "ask.missed": (TA, next(iter(bureau.home.intents))),
        "ask.needed": (TA, next(iter(bureau.home.intents))),
        "ask.only": (TA, bureau.begin(TA, "esafety")),
        "former.ask": (TA, ""),
        "report.doors": (TA, ""),
        "report.start": (TA, "esafety"),
        "report.begin": (TA, "breach"),
        "draft.print": (TA, bureau.begin(TA, "breach")),
        "draft.seal": (TA, sealed(bureau)),
        "danger.now": (TA, ""),
        "receipts.list": (TA, ""),
        "cases.list": (DSL, ""),
        "case.aside": (DEPUTY, aside.reference),
        "case.hold": (DSL, held.reference),
        "case.acknowledging": (DSL, new.reference),
        "acks.list": (TA, ""),
        "ack.snooze": (TA, f"{runs}.1"),
        "campaigns.list": (OWNER, ""),
        "campaign.new": (OWNER, ""),
        "campaign.approve": (HEAD, draft),
        "campaign.run": (OWNER, approved),
    }
    known |= {verb: (TA, bureau.begin(TA, "breach")) for verb in ("draft.resume", "draft.full", "draft.drop")}
    known |= {verb: (TA, case.concern) for verb in PRESSED if verb.startswith("receipt.")}
    known |= {
        verb: (DSL, case.reference) for verb in PRESSED if verb.startswith("case.") and verb not in known
    }
    known |= {verb: (TA, runs) for verb in PRESSED if verb.startswith("ack.") and verb not in known}
    running = ("campaign.open", "campaign.dry", "campaign.recording", "campaign.voices", "campaign.evidence")
    known |= dict.fromkeys(running, (OWNER, runs))
    return known | {"campaign.pause": (OWNER, approved), "campaign.close": (OWNER, runs)}


def sealed(bureau: Bureau) -> str:
    """A draft about the headteacher and the chair: nobody inside may read it, so it can only be sealed."""
    draft = bureau.begin(TA, "breach")
    bureau.fill(TA, "draft.keep", draft, {"harm": "no", "about": "head_and_chair", "declaration": "yes"})
    return draft


def test_what_is_said_to_open_a_dialog_is_what_the_desk_answers_with_one(bureau: Bureau) -> None:
    known = presses(bureau)
    assert set(known) == set(PRESSED) - NEVER_SHOWN
    late = ("ack.snooze", "campaign.pause", "campaign.close", "draft.drop")
    answered = {}
    for verb in sorted(known, key=lambda verb: (verb in late, verb)):
        who, value = known[verb]
        answered[verb] = bureau.press(who, verb, value).dialog is not None
    assert {verb for verb, shown in answered.items() if shown} == OPENS


def test_a_button_opens_by_its_verb_whatever_it_is_called() -> None:
    assert opens(Button(label="Open", action="case.open", value="K7QF"))
    assert not opens(Button(label="Open", action="ask.needed"))

"""The same activity many times at once, from several processes: it happens once, and all hear the same."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.school.activities import Pressed
from bot.school.codec import from_json
from tests.hazards.conftest import TURNS
from tests.hazards.forge import Forge
from tests.hazards.office import CHILD, TA, Office

pytestmark = pytest.mark.hazard

THREADS = 5
SOON = 0.3


@pytest.mark.parametrize("turn", range(min(TURNS, 5)))
@pytest.mark.parametrize("action", ["draft.send", "danger.now"])
def test_the_same_activity_ten_times_from_two_processes_opens_one_case(
    action: str, turn: int, forge: Forge, fresh: Callable[[], str], tmp_path: Path
) -> None:
    url = fresh()
    office = Office(url)
    draft = office.begin(TA, "esafety")
    office.fill(TA, "draft.keep", draft, CHILD)
    wishes = {"act": "same", "url": url, "folder": str(tmp_path), "who": TA, "action": action, "value": draft}
    gate = time.time() + SOON
    both = [{**wishes, "times": THREADS, "gate": gate} for _ in range(2)]
    ended = forge.together(both)
    replies = [reply for one in ended for reply in (one.said or [one.trouble])]
    assert len(replies) == 2 * THREADS
    assert len(set(replies)) == 1, replies
    assert from_json(replies[0]).dialog is not None
    with office.database.read(office.school.id, office.clock()) as books:
        [concern] = books.cases.of_reporter(TA)
        assert len(concern.cases) == 1
        assert len(books.cases.entries(concern.cases[0])) == 1
        verbs = [entry["verb"] for entry in books.audit.about(concern.cases[0].reference)]
        assert len(verbs) == 1
    office.database.close()


def test_an_id_that_somebody_else_sends_again_does_not_show_them_the_reply(fresh: Callable[[], str]) -> None:
    office = Office(fresh())
    draft = office.begin(TA, "esafety")
    office.fill(TA, "draft.keep", draft, {"account": "words of her own"})
    resume = Pressed(action="draft.resume", value=draft)
    hers = office.act(TA, resume, id="guessed")
    theirs = office.act("lorcan-vasanth", resume, id="guessed")
    assert "words of her own" not in str(theirs)
    assert office.act(TA, resume, id="guessed") == hers
    office.database.close()

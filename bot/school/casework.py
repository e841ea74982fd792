"""What a case's log says about itself: the answers in an account, the actions still open."""

from collections.abc import Sequence

from bot.school.concerns import Entry, EntryKind
from bot.school.forms import Answer


def answers_of(entry: Entry) -> dict[str, Answer]:
    """The answers in an account, as they were given."""
    raw = dict(entry.body.get("answers", {}))
    return {id: answer if isinstance(answer, str) else tuple(answer) for id, answer in raw.items()}


def told_so_far(entries: Sequence[Entry]) -> dict[str, Answer]:
    """Everything the reporter has answered in all accounts, the latest on top."""
    found: dict[str, Answer] = {}
    for entry in entries:
        if entry.kind is EntryKind.ACCOUNT:
            found |= answers_of(entry)
    return found


def only_rung(entries: Sequence[Entry]) -> bool:
    """Whether "in danger now" was pressed and nothing has been told since."""
    return [bool(entry.body.get("danger")) for entry in entries] == [True]


def open_actions(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Actions that nobody has reported done."""
    done = {entry.body.get("to") for entry in entries if entry.kind is EntryKind.ACTION_DONE}
    return tuple(e for e in entries if e.kind is EntryKind.ACTION and e.number not in done)

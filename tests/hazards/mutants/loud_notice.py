"""A notice says what the case is about."""

from dataclasses import replace

from bot.desk import announce
from bot.desk.visit import Visit
from bot.school.concerns import Case, Entry
from bot.school.messages import Notice

discreet = announce.case_news


def case_news(visit: Visit, case: Case, entry: Entry) -> tuple[Notice, ...]:
    """With a preview, as mail programs do."""
    preview = str(entry.body.get("text", ""))
    return tuple(
        replace(one, message=replace(one.message, summary=f"{one.message.summary} {preview}"))
        for one in discreet(visit, case, entry)
    )


def apply() -> None:
    """Disclose instead of announce."""
    announce.case_news = case_news

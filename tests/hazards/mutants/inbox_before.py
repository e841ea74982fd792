"""The inbox row is committed before the work is done."""

from bot.reception import Reception
from bot.school.activities import Activity
from bot.school.codec import from_json, to_json
from bot.school.messages import Reply


def admit(self: Reception, activity: Activity) -> Reply:
    """Mark it as seen, then do it."""
    self.moment("received")
    once = f"{activity.person} {activity.id}"
    with self.database.books(activity.school, activity.at) as books:
        earlier = books.inbox.enter(once)
        if earlier is not None:
            return from_json(earlier)  # type: ignore[no-any-return]
        books.inbox.keep(once, to_json(Reply()))
    with self.database.books(activity.school, activity.at) as books:
        self.moment("admitted")
        outcome = self._deal(books, activity)
        for notice in outcome.notices:
            books.outbox.post(notice)
        books.inbox.keep(once, to_json(outcome.reply))
    return outcome.reply


def apply() -> None:
    """Seen is not done."""
    Reception.admit = admit  # type: ignore[method-assign]

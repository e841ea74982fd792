"""The inbox row is written in a transaction of its own after the work was committed."""

from bot.reception import Reception
from bot.school.activities import Activity
from bot.school.codec import from_json, to_json
from bot.school.messages import Reply


def admit(self: Reception, activity: Activity) -> Reply:
    """Do it, then mark it as seen."""
    self.moment("received")
    once = f"{activity.person} {activity.id}"
    with self.database.read(activity.school, activity.at) as books:
        earlier = books.inbox.seen(once)
    if earlier is not None:
        return from_json(earlier)  # type: ignore[no-any-return]
    with self.database.books(activity.school, activity.at) as books:
        self.moment("admitted")
        outcome = self._deal(books, activity)
        for notice in outcome.notices:
            books.outbox.post(notice)
    with self.database.books(activity.school, activity.at) as books:
        books.inbox.keep(once, to_json(outcome.reply))
    return outcome.reply


def apply() -> None:
    """Done is not seen."""
    Reception.admit = admit  # type: ignore[method-assign]

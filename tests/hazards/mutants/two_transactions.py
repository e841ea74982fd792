"""The case is kept in one transaction and its notices in the next."""

from bot.reception import Reception
from bot.school.activities import Activity
from bot.school.codec import from_json, to_json
from bot.school.messages import Reply


def admit(self: Reception, activity: Activity) -> Reply:
    """Commit what was done, then queue who must hear of it."""
    self.moment("received")
    with self.database.books(activity.school, activity.at) as books:
        earlier = books.inbox.enter(f"{activity.person} {activity.id}")
        if earlier is not None:
            return from_json(earlier)  # type: ignore[no-any-return]
        self.moment("admitted")
        outcome = self._deal(books, activity)
        books.inbox.keep(f"{activity.person} {activity.id}", to_json(outcome.reply))
    with self.database.books(activity.school, activity.at) as books:
        for notice in outcome.notices:
            books.outbox.post(notice)
    return outcome.reply


def apply() -> None:
    """Two instead of one."""
    Reception.admit = admit  # type: ignore[method-assign]

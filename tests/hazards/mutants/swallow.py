"""Reception answers as if all were well when something went wrong."""

from bot.reception import Reception
from bot.school.activities import Activity
from bot.school.messages import Reply

whole = Reception.admit


def admit(self: Reception, activity: Activity) -> Reply:
    """Never trouble anybody."""
    try:
        return whole(self, activity)
    except Exception:  # noqa: BLE001 - that is the fault
        return Reply()


def apply() -> None:
    """No error shows."""
    Reception.admit = admit  # type: ignore[method-assign]

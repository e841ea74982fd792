"""Who can be reached where: the hands of every platform, tried one after the other."""

from collections.abc import Sequence
from typing import Protocol

from bot import log
from bot.delivery.courier import Later, Sender, Unreachable
from bot.school.messages import Lane, Notice, Recipient


class Hands(Sender, Protocol):
    """A platform's hands, and whom they can reach."""

    @property
    def name(self) -> str:
        """What the name of each of its posts begins with, before a colon."""
        ...

    def reaches(self, school: str, recipient: Recipient) -> bool:
        """Whether this platform knows where to find the recipient."""
        ...


class Either:
    """Several platforms that know the same recipient: whoever can't be reached on one is told on the next."""

    def __init__(self, hands: Sequence[Hands]) -> None:
        self._hands = hands

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it once, first where the card it replaces stands. Raises what the last one raises.

        An alert doesn't wait for a platform that is down or busy either.
        """
        order = sorted(self._hands, key=lambda hands: not (replaces or "").startswith(f"{hands.name}:"))
        give_way = (Unreachable, Later, OSError) if notice.lane is Lane.ALERT else (Unreachable,)
        for hands in order[:-1]:
            try:
                return await hands.send(school, notice, replaces)
            except give_way as failure:
                log.event("courier.elsewhere", school=school, platform=hands.name, code=_why(failure))
        return await order[-1].send(school, notice, replaces)


def _why(failure: Exception) -> str:
    return failure.why if isinstance(failure, Unreachable | Later) else "unreachable"

"""The schools of this deployment: what each has decided, and an engine for each."""

from collections.abc import Callable, Sequence

from bot.reading import House, read_houses
from bot.school.matching import Matcher
from bot.settings import Misset, Settings


def open_houses(settings: Settings) -> tuple[House, ...]:
    """What each school has decided. Faulty with every fault at once."""
    return read_houses(settings.policy, settings.intents)


def open_house(settings: Settings) -> House:
    """What the one school has decided. Misset when there are several."""
    return only_house(open_houses(settings), settings)


def only_house(houses: Sequence[House], settings: Settings) -> House:
    """The one there is; Misset when there are several, because nobody has said which."""
    if len(houses) > 1:
        names = ", ".join(house.school.id for house in houses)
        raise Misset(
            f"there are {len(houses)} schools in {settings.policy} ({names}) and this command works on one: "
            "set USHER_POLICY to that school's own folder"
        )
    return houses[0]


def open_matchers(houses: Sequence[House], one: Callable[[House], Matcher]) -> list[Matcher]:
    """An engine for each school; those that share intents and phrasings share the engine."""
    found: list[Matcher] = []
    for place, house in enumerate(houses):
        same = (
            found[n]
            for n, other in enumerate(houses[:place])
            if (other.intents, other.phrasings) == (house.intents, house.phrasings)
        )
        found.append(next(same, None) or one(house))
    return found

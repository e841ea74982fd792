"""The outline of what a platform sends: what hasn't got it is turned away before anything trips over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outline(StrEnum):
    """What a payload looks like from outside."""

    OURS = "ours"
    UNKNOWN = "unknown"
    """Well formed, and of a kind that means nothing to us: taken quietly."""
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Maybe:
    """It may be missing or null."""

    shape: Any


@dataclass(frozen=True)
class Several:
    """A list of such things."""

    shape: Any
    least: int = 0


@dataclass(frozen=True)
class Named:
    """An object of such things, whatever their names."""

    shape: Any


@dataclass(frozen=True)
class Id:
    """Words that are there, and no more of them than an id has."""

    longest: int = 1000
    least: int = 1


WORDS = Maybe(str)


def fits(value: object, shape: Any) -> bool:  # noqa: ANN401 - a type, an object of shapes, or one of the above
    """Whether a value has this shape; more than it asks for is no harm."""
    match shape:
        case Maybe():
            return value is None or fits(value, shape.shape)
        case Several():
            return (
                isinstance(value, list)
                and len(value) >= shape.least
                and all(fits(each, shape.shape) for each in value)
            )
        case Named():
            return isinstance(value, dict) and all(fits(each, shape.shape) for each in value.values())
        case Id():
            return isinstance(value, str) and shape.least <= len(value) <= shape.longest
        case Mapping():
            return isinstance(value, dict) and all(fits(value.get(name), of) for name, of in shape.items())
    return isinstance(value, shape)

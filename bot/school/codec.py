"""Messages, dialogs, replies and notices as JSON-shaped values and back again, exactly.

Every value carries its noun under "type". What comes back must fit the noun's declared fields to the
letter: an unknown type, a missing or extra field, or a wrong kind of value is refused. Only a field added
since an earlier release may be missing.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.school import forms, messages

Plain = dict[str, Any]
"""A JSON object: str, bool, int, None, lists and such objects."""

Json = Any
"""A JSON value."""

Hint = Any
"""A declared type."""

Noun = Any
"""One of NOUNS."""

NOUNS: Mapping[str, type[Any]] = {
    noun.__name__: noun
    for noun in (
        forms.Choice,
        forms.Question,
        messages.Heading,
        messages.Paragraph,
        messages.Quotation,
        messages.Bullets,
        messages.Facts,
        messages.Callout,
        messages.Button,
        messages.Message,
        messages.Field,
        messages.Dialog,
        messages.Reply,
        messages.Recipient,
        messages.Notice,
        messages.Outcome,
    )
}
SINCE: Mapping[type[Any], frozenset[str]] = {
    messages.Notice: frozenset({"readers"}),
    messages.Field: frozenset({"advice"}),
    messages.Dialog: frozenset({"door"}),
}
"""Fields that an earlier release did not write: what it left in outbox or inbox gets their defaults."""


class UnknownType(ValueError):
    """The value names a noun that never travels, or names none."""


class Misshapen(ValueError):
    """The value does not fit the fields of the noun it names."""


def to_plain(value: object) -> Plain:
    """One noun as a JSON-shaped dict. UnknownType for anything that isn't in NOUNS."""
    noun: Hint = type(value)
    if noun not in NOUNS.values():
        raise UnknownType(f"{type(value).__name__} does not travel as JSON")
    return {
        "type": type(value).__name__,
        **{name: _plain(getattr(value, name)) for name in _hints(noun)},
    }


def from_plain(plain: Json) -> Noun:
    """The noun that to_plain made this from. UnknownType or Misshapen when it can't be one."""
    noun: Hint = _noun(plain)
    hints = _hints(noun)
    missing = hints.keys() - plain.keys()
    odd = sorted((plain.keys() - {"type", *hints}) | (missing - SINCE.get(noun, frozenset())))
    if odd:
        raise Misshapen(f"{noun.__name__}: fields missing or not known: {', '.join(map(str, odd))}")
    there = [(name, hint) for name, hint in hints.items() if name not in missing]
    made = {name: _shaped(hint, plain[name], noun.__name__) for name, hint in there}
    try:
        return noun(**made)
    except ValueError as fault:
        raise Misshapen(f"{noun.__name__}: {fault}") from None


def to_json(value: object) -> str:
    """to_plain, written down; pure ASCII, so that any store can hold it."""
    return json.dumps(to_plain(value), separators=(",", ":"))


def from_json(text: str) -> Noun:
    """from_plain, of what to_json wrote."""
    return from_plain(json.loads(text))


def _noun(plain: object) -> Hint:
    """The noun a JSON value says it is."""
    named = plain.get("type") if isinstance(plain, dict) else None
    noun = NOUNS.get(named) if isinstance(named, str) else None
    if noun is None:
        raise UnknownType(f"no such type of message: {str(named)[:40]}")
    return noun


@cache
def _hints(noun: Hint) -> Mapping[str, Any]:
    """Field name -> declared type."""
    hints = get_type_hints(noun)
    return {item.name: hints[item.name] for item in fields(noun)}


def _plain(value: object) -> Json:
    """One field's value as JSON."""
    if is_dataclass(value):
        return to_plain(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(item) for key, item in value.items()}
    raise Misshapen(f"a {type(value).__name__} cannot travel in a message")


def _shaped(hint: Hint, plain: Json, where: str) -> Noun:
    """A JSON value as the declared type."""
    origin: Hint = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), plain, where)
    if origin is tuple:
        return _tuple(get_args(hint), plain, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(hint), plain, where)
    if is_dataclass(hint):
        if _noun(plain) is not hint:
            raise Misshapen(f"{where}: {plain['type']} does not belong there")
        return from_plain(plain)
    if issubclass(hint, Enum):
        return _enum(hint, plain, where)
    if type(plain) is not hint:
        raise Misshapen(f"{where}: {hint.__name__} expected, not {type(plain).__name__}")
    return plain


def _one_of(hints: tuple[Any, ...], plain: Json, where: str) -> Noun:
    """A JSON value as the first of several declared types that it fits."""
    if plain is None and NoneType in hints:
        return None
    for hint in hints:
        if hint is not NoneType:
            try:
                return _shaped(hint, plain, where)
            except Misshapen:
                continue
    raise Misshapen(f"{where}: a value that fits none of its declared types")


def _tuple(hints: tuple[Any, ...], plain: Json, where: str) -> tuple[Any, ...]:
    """A JSON list as tuple[X, ...] or as a tuple of fixed length."""
    if not isinstance(plain, list):
        raise Misshapen(f"{where}: a list expected, not {type(plain).__name__}")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_shaped(hints[0], item, where) for item in plain)
    if len(plain) != len(hints):
        raise Misshapen(f"{where}: {len(hints)} values expected, not {len(plain)}")
    return tuple(_shaped(hint, item, where) for hint, item in zip(hints, plain, strict=True))


def _mapping(hints: tuple[Any, ...], plain: Json, where: str) -> dict[str, Any]:
    """A JSON object as Mapping[str, X]."""
    if not isinstance(plain, dict):
        raise Misshapen(f"{where}: an object expected, not {type(plain).__name__}")
    return {key: _shaped(hints[1], item, where) for key, item in plain.items()}


def _enum(hint: type[Enum], plain: Json, where: str) -> Enum:
    """A JSON string as one of the declared words."""
    try:
        return hint(plain)
    except ValueError:
        raise Misshapen(f"{where}: not a {hint.__name__}: {str(plain)[:40]}") from None

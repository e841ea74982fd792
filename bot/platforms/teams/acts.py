"""What a button of a card or window says when it is pressed: the verb, its value, and where it stood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PRESS, FILL, PART, ROW = "press", "fill", "part", "row"
"""A bare press; one that sends the boxes along; another part of the same window; one more row in it."""
DOING = frozenset({PRESS, FILL, PART, ROW})
USHER = "usher"
"""The key of a button's data under which everything of ours stands; boxes stand beside it."""
OPENING = {"type": "task/fetch"}
"""What tells Teams, under "msteams", that a press is answered by a window."""
ACTION = re.compile(r"[a-z][a-z0-9_.]{0,63}")
LONGEST = 2000
"""Characters of anything that comes back, ids all of them."""
SEVERAL = "*"
MOST_ROWS = 400
MOST_PARTS = 999


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a window remembers for when it comes back: opaque ids, never a word that somebody wrote."""

    view: str = ""
    """The dialog's id."""
    draft: str = ""
    part: int = 1
    rows: Mapping[str, int] = field(default_factory=dict)
    """Question id -> how many rows are on show."""
    origin: tuple[str, str] = ("", "")
    """Action and value of the press that can show the same again."""
    channel: str = ""
    thread: str = ""
    once: str = ""
    """Minted afresh for each window shown: what makes a submission happen once."""
    asks: tuple[str, ...] = ()
    """The questions on show, SEVERAL behind those whose answer is a list: Teams leaves out empty boxes."""


NEW = Meta()
"""Nothing remembered: no window has been before."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button that was pressed."""

    do: str
    action: str
    """The desk's verb; of a row: the question's id."""
    value: str = ""
    """The verb's value; of another part: its number."""
    meta: Meta = NEW
    quiet: bool = False
    """Whether it is one of the quiet buttons, which all go once one has been pressed."""


def written(act: Act) -> dict[str, Any]:
    """The act as a button's data; what is blank is left out."""
    meta = act.meta
    told: dict[str, Any] = {"do": act.do, "action": act.action, "value": act.value}
    told |= {name: getattr(meta, name) for name in ("view", "draft", "channel", "thread", "once")}
    told |= {"rows": dict(meta.rows), "origin": list(meta.origin) if any(meta.origin) else []}
    told |= {"asks": list(meta.asks), "part": meta.part if meta.part != 1 else 0, "quiet": act.quiet}
    return {USHER: {"do": act.do} | {name: said for name, said in told.items() if said}}


def stamped(data: Mapping[str, Any], part: int, asks: list[str]) -> dict[str, Any]:
    """A button's data with the part on which it turned out to stand, and what is asked there."""
    told = {name: said for name, said in data[USHER].items() if name not in ("part", "asks")}
    told |= ({"part": part} if part != 1 else {}) | ({"asks": asks} if asks else {})
    return {**data, USHER: told}


def read_act(data: Mapping[str, Any]) -> Act | None:
    """The act behind what Teams sends; None where it is none of ours."""
    told = data.get(USHER) if isinstance(data, Mapping) else None
    do = told.get("do") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(do, str) or do not in DOING:
        return None
    words = [told.get(name, "") for name in ("action", "value", "view", "draft", "channel", "thread", "once")]
    if not all(isinstance(word, str) and len(word) <= LONGEST for word in words):
        return None
    action, value, view, draft, channel, thread, once = words
    rows, part, origin = _rows(told.get("rows", {})), _number(told.get("part", 1)), _origin(told)
    asks = _asks(told.get("asks", []))
    named = bool(ACTION.fullmatch(action)) if do in (PRESS, FILL) else True
    if rows is None or not 1 <= part <= MOST_PARTS or origin is None or asks is None or not named:
        return None
    meta = Meta(
        view=view,
        draft=draft,
        part=part,
        rows=rows,
        origin=origin,
        channel=channel,
        thread=thread,
        once=once,
        asks=asks,
    )
    return Act(do=do, action=action, value=value, meta=meta, quiet=told.get("quiet") is True)


def turned(act: Act) -> tuple[Meta, int]:
    """What the window that comes of an act remembers, and which part of it is wanted (0: whichever fits).

    A press is remembered as the way to show the same again; another row is one more than are on show.
    """
    meta = act.meta
    if act.do == PART:
        return meta, min(_number(act.value) or 1, MOST_PARTS)
    if act.do == ROW:
        there = meta.rows.get(act.action, 1)
        return replace(meta, rows={**meta.rows, act.action: min(there + 1, MOST_ROWS)}), meta.part
    return (replace(meta, origin=(act.action, act.value)) if act.do == PRESS else meta), 0


def _rows(told: Any) -> dict[str, int] | None:  # noqa: ANN401 - whatever came in
    if not isinstance(told, Mapping) or len(told) > MOST_ROWS:
        return None
    rows = {str(id)[:LONGEST]: _number(count) for id, count in told.items()}
    return rows if all(1 <= count <= MOST_ROWS for count in rows.values()) else None


def _asks(told: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - whatever came in
    if not isinstance(told, list) or len(told) > MOST_ROWS:
        return None
    return tuple(told) if all(isinstance(id, str) and 0 < len(id) <= LONGEST for id in told) else None


def _origin(told: Mapping[str, Any]) -> tuple[str, str] | None:
    pair = told.get("origin", ["", ""])
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    action, value = pair
    if not (isinstance(action, str) and isinstance(value, str) and len(value) <= LONGEST):
        return None
    return (action, value) if not action or ACTION.fullmatch(action) else None


def _number(told: Any) -> int:  # noqa: ANN401 - whatever came in
    """A whole number, as JSON or as digits; 0 for anything else."""
    if isinstance(told, bool):
        return 0
    if isinstance(told, int):
        return told
    return int(told) if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 9 else 0

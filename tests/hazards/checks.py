"""What must hold after any kill: nothing acknowledged is lost or undelivered, nothing happens twice.

Each check gives back sentences about what is wrong; none means that the promise was kept.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.records import audit
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.casework import answers_of
from bot.school.codec import from_json
from bot.school.messages import Notice, Reply
from tests.hazards.doing import KEY, START, Street, house
from tests.hazards.story import SAID, STORY, TA

CLOCK = re.compile(r"\d\d:\d\d|\d{20}")
"""Wall-clock times in words, and moments in keys."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """All that is left of one run, with the names that are different each time taken out."""

    cases: tuple[Any, ...]
    entries: Counter[Any]
    drafts: int
    audit: tuple[Any, ...]
    notices: frozenset[str]
    posts: Mapping[str, list[tuple[str, str]]]
    """Notice -> the posts of it, as place and summary with the real reference."""
    overtaken: frozenset[str]
    """Notices that needn't be posted any more: a later one of the same card stands in their place."""
    unsettled: int
    verified: bool


def shape_of(url: str, folder: Path) -> Shape:
    """What a run has left behind in the records and on the street."""
    database = Database(url, KeyRing.parse(KEY))
    school = house().school.id
    try:
        with database.read(school, START) as books:
            concerns = books.cases.of_reporter(TA)
            found = [case for concern in concerns for case in concern.cases]
            names = {c.id: f"<concern {n}>" for n, c in enumerate(concerns)}
            names |= {c.id: f"<case {c.reference.partition('-')[2]}>" for c in found}
            names |= {c.reference: f"<{c.reference.partition('-')[2]}>" for c in found}
            names |= {c.reference.partition("-")[0]: "<stem>" for c in found}
            cases = tuple(
                (names[c.reference], c.kind, c.part, c.urgency, c.state, c.roles, c.acknowledged_by)
                for c in found
            )
            entries = Counter(
                (names[c.reference], e.kind, e.by, e.body.get("text", ""), str(sorted(answers_of(e).items())))
                for c in found
                for e in books.cases.entries(c)
            )
            drafts = len(books.drafts.of(TA))
            trail = tuple(
                (e["actor"], e["verb"], names[c.reference], str(e["facts"]))
                for c in found
                for e in books.audit.about(c.reference)
            )
        rows = _outbox(database)
        posts = _posts(folder, names)
        return Shape(
            cases=tuple(sorted(cases)),
            entries=entries,
            drafts=drafts,
            audit=trail,
            notices=frozenset(_plain(row["key"], names) for row in rows),
            posts=posts,
            overtaken=frozenset(_plain(key, names) for key in _overtaken(rows, folder)),
            unsettled=sum(row["settled"] is None for row in rows),
            verified=audit.verify(database, school).ok,
        )
    finally:
        database.close()


def notices_of(database: Database) -> list[Notice]:
    """Every notice that was ever queued."""
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT notice FROM outbox ORDER BY id")
        return [from_json(notice) for notice in rows.scalars()]


def _outbox(database: Database) -> list[Mapping[str, Any]]:
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT key, card, recipient, settled FROM outbox ORDER BY id")
        return [dict(row) for row in rows.mappings()]


def _overtaken(rows: list[Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """Notices that were settled when a later one of the same card already stood in the same place."""
    posted = {post["key"] for post in Street(folder).posts}
    standing: dict[tuple[str, str], str] = {}
    for row in reversed(rows):
        place = (row["card"], row["recipient"])
        if row["card"] and place in standing and str(row["settled"]) >= standing[place]:
            yield row["key"]
        if row["key"] in posted and row["settled"]:
            standing[place] = min(row["settled"], standing.get(place, row["settled"]))


def _plain(key: str, names: Mapping[str, str]) -> str:
    for name, plain in names.items():
        key = key.replace(name, plain)
    return CLOCK.sub("<time>", key)


def _posts(folder: Path, names: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for post in Street(folder).posts:
        said = (post["to"], CLOCK.sub("<time>", post["summary"]))
        found.setdefault(_plain(post["key"], names), []).append(said)
    return found


def lost(whole: Shape, found: Shape, folder: Path) -> Iterator[str]:
    """What was acknowledged and is not in the records, or not as often as it should be."""
    street = Street(folder)
    for step in STORY:
        if step.id in street.acked and step.id not in street.told:
            yield f"{step.id} was acknowledged and never done"
    for name in ("cases", "entries", "drafts", "audit"):
        if getattr(whole, name) != getattr(found, name):
            yield f"{name}: {getattr(found, name)} instead of {getattr(whole, name)}"
    if not found.verified:
        yield "the audit does not verify"


def undelivered(whole: Shape, found: Shape) -> Iterator[str]:
    """What was owed to somebody and never arrived."""
    if found.unsettled:
        yield f"{found.unsettled} notices have not been settled"
    for key in sorted(_owed(whole)):
        if key not in found.posts and key not in found.overtaken:
            yield f"{key} was never posted"
    for key in sorted(_owed(found) - _owed(whole)):
        yield f"{key} should not exist"


def _owed(shape: Shape) -> set[str]:
    """Every notice but alarms: how many of those there are depends on how long was waited."""
    return {key for key in shape.notices if ":alarm:" not in key}


def doubled(found: Shape, *, allowed: int) -> Iterator[str]:
    """Posts said more often than a kill may cause, or said differently the second time."""
    more = {key: posts for key, posts in found.posts.items() if len(posts) > 1}
    extra = sum(len(posts) - 1 for posts in more.values())
    if extra > allowed:
        yield f"{extra} duplicates: {sorted(more)}"
    for key, posts in more.items():
        if len(set(posts)) > 1:
            yield f"{key} was said in two ways: {set(posts)}"


def resumed(folder: Path) -> Iterator[str]:
    """Whether the half-written report stood where it was left, before anything was delivered again.

    Between commit and acknowledgement the process may know one step more than the person has seen.
    """
    told = Street(folder).told
    if "peek" not in told:
        return
    order = list(told)
    seen = order[order.index("peek") - 1]
    here = [step.id for step in STORY].index(seen)
    following = STORY[here + 1].id
    if told["peek"].dialog is None and following == "send":
        return
    if _stand(told["peek"]) not in (_stand(told[seen]), _stand(told.get(following, Reply()))):
        yield f"the draft came back as {_stand(told['peek'])} after {seen}"


def _stand(reply: Reply) -> Any:
    """The page of the draft and the answers on it."""
    dialog = reply.dialog
    if dialog is None:
        return None
    return dialog.id, dialog.step, {field.question.id: field.answer for field in dialog.fields}


def complete(found: Shape) -> Iterator[str]:
    """Whether the account that was sent holds every answer that was given."""
    told = [entry[4] for entry in found.entries if entry[1] == "account" and "-" not in entry[0]]
    for answer in SAID:
        if not any(f"'{answer}'" in one for one in told):
            yield f"the answer to {answer} is not in the account"

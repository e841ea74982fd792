"""How one audit entry is chained to the next, and how anybody can check a chain from first to last."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.records.room import written
from bot.records.vault import chained

Proves = Callable[[bytes, str], bool]
"""Whether a proof is the one that only Usher's audit key can make for these bytes."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One audit entry as it is stored."""

    number: int
    at: datetime
    actor: str
    verb: str
    subject: str
    facts: str
    link: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a chain says that it ends."""

    number: int
    link: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check of the audit found; `first_fault` is "" when nothing is wrong."""

    ok: bool
    entries: int
    first_fault: str
    head: str
    """Note it down somewhere else: it proves later that nothing before it was cut or rewritten."""


def start(school: str) -> str:
    """What the first entry is chained to."""
    return f"usher audit chain 1 of {school}"


def spoken(school: str, number: int, at: datetime, actor: str, verb: str, subject: str, facts: str) -> bytes:
    """One entry as the bytes that are chained."""
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return written([school, number, when, actor, verb, subject, facts]).encode()


def head_words(school: str, number: int, link: str) -> bytes:
    """What the proof of a head is made for."""
    return written(["head", school, number, link]).encode()


def check(
    school: str,
    links: Iterable[Link],
    head: Head | None,
    *,
    proves: Proves | None,
    expect_head: str = "",
) -> Verdict:
    """Walk the whole chain. Without `proves` (no key at hand) only the open hash chain is checked."""
    expected, seen, count, before, fault = _expected(expect_head), "", 0, start(school), ""
    for link in links:
        count += 1
        fault = fault or _fault_of(school, link, count, before, proves)
        before = link.link
        if count == expected[0]:
            seen = link.link
    fault = fault or _fault_at_end(school, head, count, before, proves)
    if not fault and expected[0] and seen != expected[1]:
        fault = f"entry {expected[0]} is not the one in the evidence: cut off or rewritten"
    return Verdict(
        ok=not fault,
        entries=count,
        first_fault=fault,
        head=f"{count}:{before}" if count else "",
    )


def _expected(expect_head: str) -> tuple[int, str]:
    """A noted head as (number, link); a head that can't be read matches nothing."""
    number, _, link = expect_head.partition(":")
    if not expect_head:
        return 0, ""
    return (int(number), link) if number.isascii() and number.isdigit() else (-1, link)


def _fault_of(school: str, link: Link, due: int, before: str, proves: Proves | None) -> str:
    """What is wrong with one entry, given the one before it."""
    if link.number != due:
        return f"entry {due} is missing or out of order"
    said = spoken(school, link.number, link.at, link.actor, link.verb, link.subject, link.facts)
    if chained(before, said) != link.link:
        return f"entry {due} was changed, or does not follow the one before it"
    if proves and not proves(link.link.encode(), link.proof):
        return f"entry {due} was not written by Usher"
    return ""


def _fault_at_end(school: str, head: Head | None, count: int, last: str, proves: Proves | None) -> str:
    """What is wrong with where the chain ends."""
    if head is None:
        return "the end of the audit is not recorded" if count else ""
    if proves and not proves(head_words(school, head.number, head.link), head.proof):
        return "the recorded end of the audit was not written by Usher"
    if head.number > count:
        return f"entries after {count} were cut off: the audit ended at {head.number}"
    if head.number < count or head.link != last:
        return f"the audit should end at entry {head.number} and does not"
    return ""

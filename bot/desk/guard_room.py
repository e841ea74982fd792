"""Somebody can see into a room where cases are announced and has no seat there: written down, and told."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.school.messages import Callout, Lane, Message, Notice, Recipient, Tone
from bot.school.people import Channel, School


@dataclass(frozen=True, kw_only=True)
class Outsider:
    """Somebody in a room without a seat: what the platform calls them, and their name there."""

    address: str
    name: str


def outsiders_in(
    school: School, channel: Channel, outsiders: Iterable[Outsider], day: str
) -> tuple[Notice, ...]:
    """One alert a day for each outsider to everybody whose room it is, never into the room itself."""
    return tuple(
        Notice(
            key=f"room:{channel.id}:{outsider.address}:{day}:{person.id}",
            lane=Lane.ALERT,
            to=Recipient(person=person.id),
            message=_warning(channel, outsider),
        )
        for outsider in outsiders
        for person in school.seats(channel)
    )


def open_to_others(school: School, channel: Channel, day: str) -> tuple[Notice, ...]:
    """One alert a day to everybody whose room it is, when others than its members can see into it."""
    summary = f"The channel {channel.name} is no longer private."
    lines = (
        "Others can see that there are cases, and when; never what is in them.",
        "Please have it made private and your own again, or a new one made and written into school.yml.",
    )
    parts = (Callout(tone=Tone.DANGER, title=summary, lines=lines),)
    return tuple(
        Notice(
            key=f"room:{channel.id}:open:{day}:{person.id}",
            lane=Lane.ALERT,
            to=Recipient(person=person.id),
            message=Message(summary=summary, parts=parts),
        )
        for person in school.seats(channel)
    )


def _warning(channel: Channel, outsider: Outsider) -> Message:
    summary = f"{outsider.name} is in the channel {channel.name} and has no role there."
    return Message(
        summary=summary,
        parts=(
            Callout(
                tone=Tone.DANGER,
                title=summary,
                lines=(
                    "They see that there are cases, and when; never what is in them, because Open checks "
                    "everybody's role.",
                    "Please remove them from the channel, or have the role written into school.yml.",
                ),
            ),
        ),
    )

"""Somebody who answers for safeguarding has shut Usher out of their chat: told to those who can mend it."""

from bot.school.messages import Callout, Lane, Message, Notice, Recipient, Tone
from bot.school.people import Person, Role, School


def unreached(school: School, person: Person, day: str) -> tuple[Notice, ...]:
    """One alert a day to the headteacher, the DSL and the deputy, save whoever it is about."""
    summary = f"Usher can't write to {person.name} in Teams."
    lines = (
        "They have blocked Usher or removed the app, so alerts do not reach them there; others are told in "
        "their place.",
        "Please ask them to find Usher under Apps and add it again.",
    )
    message = Message(summary=summary, parts=(Callout(tone=Tone.DANGER, title=summary, lines=lines),))
    told = {
        other.id: other
        for role in (Role.HEADTEACHER, Role.DSL, Role.DEPUTY_DSL)
        for other in school.holders(role)
        if other.id != person.id
    }
    return tuple(
        Notice(
            key=f"unreached:{person.id}:{day}:{other}",
            lane=Lane.ALERT,
            to=Recipient(person=other),
            message=message,
        )
        for other in told
    )

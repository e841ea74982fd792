"""Says a reply in Teams: in the chat, the thread, a window, or in private when others would read it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot import log
from bot.platforms.teams.acts import OPENING, Meta
from bot.platforms.teams.cards import Posting, activity, message, settled
from bot.platforms.teams.dialogs import in_chat, message_window, together, window
from bot.platforms.teams.errors import UNSAID
from bot.platforms.teams.spots import Spot
from bot.platforms.teams.whereabouts import Voice
from bot.school.activities import Did, Pressed
from bot.school.messages import Button, Dialog, Message, Paragraph, Reply, Style

Body = dict[str, Any]

MOST_CARDS = 2_000
"""Cards with quiet buttons that are remembered, so that these can go once one is pressed."""
DONE = Dialog(id="done", title="Done", parts=(Paragraph(text="Done. You can close this window."),))
IN_PRIVATE = "I have answered you in our own chat."
NOT_IN_PRIVATE = (
    "I can't write to you in private: please find Usher under Apps, add it, and write to me there. "
    "If it can't wait, tell the DSL in person; in danger phone 999."
)
ONLY_IN_WINDOWS = (
    "Cases are opened in a window only, so that nothing of them stands in a chat. "
    "Please press Open again in Teams on a computer or a phone."
)
NOT_TAKEN_IN = (
    "Usher could not take that in, and kept nothing of it: please send it again. "
    "If it can't wait, tell the DSL in person; in danger phone 999."
)
BELOW = "It goes on below."
CLOSED = "Done."


@dataclass(kw_only=True)
class Say:
    """What is said back in one tenant. Nothing that matters is said here."""

    voice: Voice
    windows: bool = True
    """Whether there are windows at all: the Agents Playground has none."""
    _quiet: OrderedDict[tuple[str, str], Mapping[str, Any]] = field(default_factory=OrderedDict)
    """Conversation, activity -> the card shown there, while it has quiet buttons."""

    def __post_init__(self) -> None:
        """Somebody is waiting for the answer: it doesn't queue behind a campaign."""
        self.voice = self.voice.ahead()

    async def say(
        self, spot: Spot, reply: Reply, meta: Meta, *, part: int = 0, chatting: bool = False
    ) -> None:
        """Say all of it in the conversation; what can't be said is logged and let go.

        A dialog is offered by a button that opens it, or shown as a card where somebody is `chatting`.
        """
        try:
            await self._say(spot, reply, meta, part, chatting=chatting or not self.windows)
        except UNSAID as lost:
            _lost(lost)

    async def _say(self, spot: Spot, reply: Reply, meta: Meta, part: int, *, chatting: bool) -> None:
        private = spot.shared and (reply.privately or reply.dialog is not None)
        postings = [posting for said in reply.messages for posting in message(said)]
        if reply.dialog is not None:
            postings += self._dialog(reply.dialog, meta, part, chatting=chatting)
        if reply.closes and chatting and not postings:
            postings += plain(CLOSED)
        if private and postings:
            await self._in_private(spot, postings)
            return
        for posting in postings:
            await self._post(spot, posting)

    def _dialog(self, dialog: Dialog, meta: Meta, part: int, *, chatting: bool) -> tuple[Posting, ...]:
        if not chatting:
            return opener(dialog, meta)
        return in_chat(dialog, meta, part)

    async def _in_private(self, spot: Spot, postings: list[Posting]) -> None:
        """Others can read where it was asked: there stands only that an answer was given elsewhere."""
        try:
            for posting in postings:
                await self.voice.to_person(spot.user, activity(posting))
        except UNSAID as lost:
            _lost(lost)
            await self._post(spot, *plain(NOT_IN_PRIVATE))
            return
        await self._post(spot, *plain(IN_PRIVATE))

    async def _post(self, spot: Spot, posting: Posting) -> None:
        posted = await self.voice.connector.post(spot.service, spot.conversation, activity(posting))
        if settled(posting.card) != posting.card:
            self._quiet[spot.conversation, posted] = posting.card
            while len(self._quiet) > MOST_CARDS:
                self._quiet.popitem(last=False)

    async def afterwards(self, spot: Spot, reply: Reply) -> None:
        """What there is to say once a window has closed: in the person's own chat."""
        try:
            for said in reply.messages:
                for posting in message(said):
                    await self.voice.to_person(spot.user, activity(posting))
        except UNSAID as lost:
            _lost(lost)

    async def find(self, user: str) -> None:
        """Learn where somebody's own chat is, who may have had us shut out before."""
        try:
            await self.voice.begin(user)
        except UNSAID as lost:
            _lost(lost)

    async def settle(self, spot: Spot) -> None:
        """Take the quiet buttons away from a message: one of them has been pressed."""
        shown = self._quiet.pop((spot.conversation, spot.card), None)
        if shown is not None:
            await self._put(spot, settled(dict(shown)))

    async def answered(self, spot: Spot) -> None:
        """A page filled in in the chat has been taken: what was typed doesn't go on standing there."""
        await self._put(spot, plain(BELOW)[0].card)

    async def _put(self, spot: Spot, card: Body) -> None:
        shown = activity(Posting(summary=BELOW, card=card))
        try:
            await self.voice.connector.put(spot.service, spot.conversation, spot.card, shown)
        except UNSAID as lost:
            _lost(lost)

    async def line(self, spot: Spot, said: str) -> None:
        """A line of our own, where something was done."""
        try:
            await self._post(spot, *plain(said))
        except UNSAID as lost:
            _lost(lost)


def task(reply: Reply, meta: Meta, part: int = 0, *, opened: bool) -> Body | None:
    """What the answer to a press in or for a window tells Teams to show; None closes the window.

    `opened` by this very press, there has to be something to show.
    """
    if reply.dialog is not None:
        return _continue(window(reply.dialog, meta, part))
    if reply.closes and not opened:
        return None
    if reply.messages:
        return _continue(message_window(together(reply.messages), meta, part))
    return _continue(window(DONE)) if opened else None


def _continue(shown: Mapping[str, Any]) -> Body:
    return {"task": {"type": "continue", "value": dict(shown)}}


def opener(dialog: Dialog, meta: Meta) -> tuple[Posting, ...]:
    """A small card whose button opens the window: words, or what was pressed, can't open it by themselves."""
    action, value = ("draft.resume", dialog.draft) if dialog.draft else meta.origin
    door = action or dialog.door or "home"
    button = Button(label="Open", action=door, value=value, style=Style.PRIMARY)
    parts = (Paragraph(text=dialog.title, strong=True),)
    shown = message(Message(summary=dialog.title, parts=parts, buttons=(button,)))
    return tuple(replace(each, card=_opening(each.card)) for each in shown)


def plain(said: str) -> tuple[Posting, ...]:
    """A line of our own."""
    return message(Message(summary=said, parts=(Paragraph(text=said),)))


def _opening(shown: Any) -> Any:  # noqa: ANN401 - a card, or a piece of one
    """The same with every button told to open a window."""
    if isinstance(shown, list):
        return [_opening(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    told = {name: _opening(each) for name, each in shown.items()}
    if told.get("type") == "Action.Submit":
        told["data"] = {**told["data"], "msteams": OPENING}
    return told


def new(asked: Did) -> Meta:
    """What a new window remembers: the press that opened it."""
    return Meta(origin=(asked.action, asked.value)) if isinstance(asked, Pressed) else Meta()


def _lost(lost: Exception) -> None:
    log.event("teams.reply_lost", code=getattr(lost, "code", "") or type(lost).__name__)

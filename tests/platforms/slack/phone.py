"""One person's Slack: what they type, press and fill in, and everything that they can read."""

import time
from collections.abc import Callable
from typing import Any

from tests.platforms.slack import kept, shapes
from tests.platforms.slack.doors import NoAnswer
from tests.platforms.slack.filling import Form
from tests.platforms.slack.law import faults_of_message
from tests.platforms.slack.reading import buttons_in, plain, read_message
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.state import action_of, same
from tests.platforms.slack.workspace import BOT, Room

Json = dict[str, Any]
ANSWER = 5.0
"""Seconds that somebody waits for the answer to a message: a second each is Slack's pace in one room."""


class Phone(Form):
    """Plays one person. Every act waits until the app has acknowledged it and come to rest."""

    def __init__(self, fake: FakeSlack, user: str) -> None:
        super().__init__(fake, user)
        self.confirmed: list[str] = []
        """What the person was asked before a button did anything."""

    # What somebody types.

    def dm(self, text: str, thread: str = "") -> str:
        """A direct message to the app, and a while for its answer; its ts."""
        room = self.space.direct(self.user)
        ts, until = self.say(room.id, text, thread), time.monotonic() + ANSWER
        while not self._answered(room, ts) and time.monotonic() < until:
            time.sleep(0.005)
        self.fake.settle()
        return ts

    def _answered(self, room: Room, ts: str) -> bool:
        later = [message for message in self.within(room) if str(message["ts"]) > ts]
        return any(message.get("user") != self.user for message in later)

    def say(self, channel: str, text: str, thread: str = "", *, raw: bool = False) -> str:
        """A message in a channel; the app hears it where it is mentioned, or in its direct messages."""
        said = text if raw else shapes.escaped(text)
        return self._post(channel, lambda: shapes.said(self.space, self.user, said, thread))

    def mention(self, channel: str, text: str, thread: str = "") -> str:
        """A message that begins with @Usher."""
        return self.say(channel, f"<@{BOT}> {shapes.escaped(text)}", thread, raw=True)

    def drop_file(self, channel: str = "", text: str = "") -> str:
        """A file, dropped into the conversation with the app or a channel."""
        where = channel or self.space.direct(self.user).id
        return self._post(where, lambda: shapes.dropped(self.space, self.user, text))

    def _post(self, channel: str, made: Callable[[], Json]) -> str:
        room = self.space.rooms[channel]
        assert self.user in room.members, "nobody writes where they are no member"

        def post() -> str:
            message = made()
            room.messages.append(message)
            self._event(room, message)
            return str(message["ts"])

        return str(self._doing(lambda: self.fake.do(post), effect=BOT in room.members))

    def _event(self, room: Room, message: Json) -> None:
        if room.kind == "im":
            self.fake.tell("message.im", shapes.channel_event(message, room))
        elif f"<@{BOT}>" in message["text"] and BOT in room.members:
            mention = {k: v for k, v in message.items() if k not in ("subtype", "upload")}
            inner = mention | {"type": "app_mention", "channel": room.id, "event_ts": message["ts"]}
            self.fake.tell("app_mention", inner)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        room = self.space.rooms[channel]

        def change() -> None:
            message = self._own(room, ts)
            before = dict(message)
            message |= {"text": shapes.escaped(text), "edited": {"user": self.user, "ts": self.space.stamp()}}
            if room.kind == "im":
                inner = shapes.changed(before, dict(message), room, self.space.stamp())
                self.fake.tell("message.im", inner)

        self._doing(lambda: self.fake.do(change), effect=False)

    def delete(self, channel: str, ts: str) -> None:
        """Delete one's own message."""
        room = self.space.rooms[channel]

        def remove() -> None:
            message = self._own(room, ts)
            room.messages.remove(message)
            if room.kind == "im":
                self.fake.tell("message.im", shapes.deleted(message, room, self.space.stamp()))

        self._doing(lambda: self.fake.do(remove), effect=False)

    def _own(self, room: Room, ts: str) -> Json:
        message = self.space.message(room, ts)
        assert message is not None, "no such message"
        assert message["user"] == self.user, "only one's own messages"
        return message

    def slash(self, command: str, text: str = "", channel: str = "") -> None:
        """A slash command, in the conversation with the app unless a channel is given."""
        assert command in self.fake.commands, "Slack: not a valid command"
        room = self.space.rooms[channel] if channel else self.space.direct(self.user)

        async def send() -> None:
            sent = shapes.command(self.space, self.fake.url, self.user, room, command, text)
            try:
                answer = await self.fake.act("slash_commands", sent)
            except NoAnswer as why:
                self._slackbot(f"{command} failed with the error “{_error(why)}”")
                return
            self._said_in_ack(room, answer)

        self._doing(lambda: self.fake.run(send()))

    def _said_in_ack(self, room: Room, answer: Any) -> None:
        said: Json = {"text": answer} if isinstance(answer, str) else answer or {}
        if not said:
            return
        text, blocks = said.get("text", ""), said.get("blocks")
        if found := faults_of_message(text, blocks):
            self.fake.object(f"a command's answer: {found}")
        if not text:
            self.fake.object("a command's answer without text")
        blocks = kept.with_ids(self.space, blocks)
        if said.get("response_type") == "in_channel":
            room.messages.append(shapes.posted(text, blocks, self.space.stamp()))
            self.fake.touched(room)
        else:
            self.fake.whisper(room, self.user, text, blocks)

    # What somebody presses.

    def shortcut(self, name: str) -> None:
        """A global shortcut, by its name in the menu."""
        kind, callback = self.fake.shortcuts[name]
        assert kind == "global"
        self._interact(lambda: shapes.shortcut(self.space, self.user, callback))

    def message_shortcut(self, name: str, channel: str, ts: str) -> None:
        """A message shortcut, on a message that the person can see."""
        kind, callback = self.fake.shortcuts[name]
        assert kind == "message"
        room = self.space.rooms[channel]
        message = next(m for m in self.within(room) if m["ts"] == ts)
        self._interact(
            lambda: shapes.message_action(self.space, self.fake.url, self.user, room, message, callback)
        )

    def open_home(self) -> None:
        """Look at the app's Home tab."""
        room = self.space.direct(self.user)

        def opened() -> None:
            inner = {"type": "app_home_opened", "user": self.user, "channel": room.id, "tab": "home"}
            home = self.space.homes.get(self.user)
            stamp = {"event_ts": self.space.stamp()} | ({"view": home} if home else {})
            self.fake.tell("app_home_opened", inner | stamp)

        self._doing(lambda: self.fake.do(opened))

    def press(self, label: str, within: str = "") -> None:
        """The newest button of this name; `within` is text that its message must hold."""
        view = self.top()
        if view is not None and not within:
            if view.get("submit") and same(plain(view["submit"]), label):
                self.submit()
                return
            if pressed := _named(view["blocks"], label):
                self._press_in_view(view, *pressed)
                return
            self.close_modal()
        for room, message in self.newest():
            if (not within or within in read_message(message)) and (
                pressed := _named(message.get("blocks"), label)
            ):
                self._press_in_message(room, message, *pressed)
                return
        home = self.space.homes.get(self.user)
        if home and not within and (pressed := _named(home["blocks"], label)):
            self._press_in_view(home, *pressed)
            return
        raise AssertionError(f"no button {label!r} but:\n{self.sees()}")

    def _press_in_view(self, view: Json, block: Json, element: Json) -> None:
        self._confirm(element)
        self._interact(lambda: shapes.pressed_view(self.space, self.user, view, action_of(block, element)))

    def _press_in_message(self, room: Room, message: Json, block: Json, element: Json) -> None:
        self._confirm(element)
        action = action_of(block, element)
        self._interact(
            lambda: shapes.pressed_message(self.space, self.fake.url, self.user, room, message, action, {})
        )

    def _confirm(self, element: Json) -> None:
        if element.get("confirm"):
            self.confirmed.append(plain(element["confirm"]["text"]))

    def knock(self, action_id: str, value: str) -> None:
        """What a client that has been tampered with could send: a button that nobody was shown."""
        room = self.space.direct(self.user)
        element = {"type": "button", "action_id": action_id, "value": value}
        element["text"] = {"type": "plain_text", "text": "Open"}
        message = shapes.posted("Forged", [], self.space.stamp())
        self._press_in_message(room, message, {"block_id": "forged"}, element)


def _named(blocks: list[Json] | None, label: str) -> tuple[Json, Json] | None:
    found = [(block, element) for shown, block, element in buttons_in(blocks) if same(shown, label)]
    return found[-1] if found else None


def _error(why: NoAnswer) -> str:
    return "operation_timeout" if str(why) in ("timeout", "http_timeout") else "dispatch_failed"

"""One person's Slack: what they type, press and fill in, and everything that they can read."""

import time
from collections.abc import Callable
from typing import Any

from tests.platforms.slack import shapes
from tests.platforms.slack.api import push_view, replace_view
from tests.platforms.slack.doors import NoAnswer
from tests.platforms.slack.law import elements_of, faults_of_message, faults_of_view
from tests.platforms.slack.reading import buttons_in, plain, read_message, read_view
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.state import action_of, filled, same, unfinished
from tests.platforms.slack.workspace import BOT, Room

Json = dict[str, Any]
EFFECT = 0.6
"""Seconds that the phone waits for something to change after an acknowledgement."""
TROUBLE = "We had some trouble connecting. Try again?"


class Phone:
    """Plays one person. Every act waits until the app has acknowledged it and come to rest."""

    def __init__(self, fake: FakeSlack, user: str) -> None:
        self.fake, self.space, self.user = fake, fake.space, user
        self.errors: dict[str, dict[str, str]] = {}
        """View id -> block_id -> what Slack shows under that input."""
        self.alone: list[str] = []
        """What the client itself objected to at the last submit."""
        self.confirmed: list[str] = []

    # What somebody types.

    def dm(self, text: str, thread: str = "") -> str:
        """A direct message to the app; its ts."""
        return self.say(self.space.direct(self.user).id, text, thread)

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

        return self._doing(lambda: self.fake.do(post))

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
        blocks = shapes.with_ids(self.space, blocks)
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
        message = next(m for m in self._in(room) if m["ts"] == ts)
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
        """What a client that has been tampered with could send: a press on a button that nobody was shown."""
        room = self.space.direct(self.user)
        block = {"block_id": "forged"}
        element = {"type": "button", "action_id": action_id, "value": value}
        element["text"] = {"type": "plain_text", "text": "Open"}
        message = shapes.posted("Forged", [], self.space.stamp())
        self._press_in_message(room, message, block, element)

    def _interact(self, made: Callable[[], Json]) -> None:
        async def send() -> None:
            try:
                await self.fake.act("interactive", made())
            except NoAnswer:
                self._slackbot(TROUBLE)

        self._doing(lambda: self.fake.run(send()))

    # What somebody fills in.

    def top(self) -> Json | None:
        """The modal on show."""
        stack = self.space.modals[self.user]
        return stack[-1] if stack else None

    def fill(self, label: str, text: str, *, after: str = "") -> None:
        """Type or pick in the input with this label, or with a label that begins so.

        `after` is a heading that must stand above it.
        """
        view = self.top()
        assert view is not None, "no modal is open"
        self.put(self.input(label, after), text)

    def input(self, label: str, after: str = "") -> Json:
        """The input block of this label."""
        view, below = self.top(), not after
        assert view is not None, "no modal is open"
        for block in view["blocks"]:
            below = below or plain(block.get("text") or block.get("label") or "").startswith(after)
            if below and block["type"] == "input" and plain(block["label"]).startswith(label):
                return dict(block)
        raise AssertionError(f"no input {label!r} but:\n{self.modal()}")

    def put(self, block: Json, text: str) -> None:
        """The same for a block; tells the app where the block asks for that."""
        view = self.top()
        assert view is not None
        element = elements_of(block)[0]
        value = filled(element, text)
        held = view["state"]["values"][block["block_id"]]
        self.fake.do(lambda: held.update({element["action_id"]: value}))
        if block["type"] != "input" or (
            block.get("dispatch_action") and element["type"] != "plain_text_input"
        ):
            action = action_of(block, element, value)
            self._interact(lambda: shapes.pressed_view(self.space, self.user, view, action))

    def submit(self) -> None:
        """The modal's own button."""
        view = self.top()
        assert view is not None, "no modal is open"
        assert view.get("submit"), "this modal has no submit"
        self.alone = unfinished(view)
        if self.alone:
            return
        self.errors.pop(view["id"], None)

        async def send() -> None:
            try:
                sent = shapes.submitted(self.space, self.user, view)
                answer = await self.fake.act("interactive", sent)
            except NoAnswer:
                self._slackbot(TROUBLE)
                return
            self._after_submit(view, answer)

        self._doing(lambda: self.fake.run(send()), effect=False)

    def _after_submit(self, view: Json, answer: Any) -> None:
        stack = self.space.modals[self.user]
        said: Json = answer if isinstance(answer, dict) else {}
        if answer and not said.get("response_action"):
            self.fake.object(f"a submit was answered by {answer!r}")
        if said.get("response_action") in ("update", "push"):
            if found := faults_of_view(said.get("view")):
                self.fake.object(f"a submit was answered by a view against the limits: {found}")
                self._slackbot(TROUBLE)
                return
        match said.get("response_action"):
            case "errors":
                self._show_errors(view, said["errors"])
            case "update":
                replace_view(self.fake, view, said["view"])
            case "push":
                push_view(self.fake, self.user, said["view"])
            case "clear":
                stack.clear()
            case _:
                if view in stack:
                    stack.remove(view)
        self.fake.concern(self.user)

    def _show_errors(self, view: Json, errors: dict[str, str]) -> None:
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not errors or set(errors) - inputs:
            self.fake.object(f"errors for blocks that are no inputs of the view: {sorted(errors)}")
        self.errors[view["id"]] = errors

    def close_modal(self) -> None:
        """The cross or the close button: one view of the stack goes."""
        view = self.top()
        if view is None:
            return

        def close() -> None:
            self.space.modals[self.user].clear() if view["clear_on_close"] else self.space.modals[
                self.user
            ].remove(view)

        self.fake.do(close)
        if view["notify_on_close"]:
            self._interact(lambda: shapes.closed(self.space, self.user, view))

    # What somebody can read.

    def rooms(self) -> list[Room]:
        """Where the person is a member, the conversation with the app included."""
        return [room for room in list(self.space.rooms.values()) if self.user in room.members]

    def _in(self, room: Room) -> list[Json]:
        mine = [m for m in list(room.ephemerals) if m["to"] == self.user]
        return sorted([*room.messages, *mine], key=lambda m: str(m["ts"]))

    def newest(self) -> list[tuple[Room, Json]]:
        """Every message that the person can see, the newest first."""
        shown = [(room, message) for room in self.rooms() for message in self._in(room)]
        return sorted(shown, key=lambda pair: str(pair[1]["ts"]), reverse=True)

    def channel(self, channel: str) -> str:
        """All that is to be read in a channel; "" where the person is no member."""
        room = self.space.rooms[channel]
        if self.user not in room.members:
            return ""
        return "\n".join(read_message(message) for message in self._in(room))

    def home(self) -> str:
        """The Home tab."""
        view = self.space.homes.get(self.user)
        return read_view(view, {}) if view else ""

    def modal(self) -> str:
        """The modal on show; "" when there is none."""
        view = self.top()
        if view is None:
            return ""
        return "\n".join([read_view(view, self.errors.get(view["id"], {})), *self.alone])

    def sees(self) -> str:
        """Home, direct messages, what is shown to nobody else in channels, and the modal."""
        whispered = [
            read_message(m)
            for room in self.rooms()
            if room.kind != "im"
            for m in list(room.ephemerals)
            if m["to"] == self.user
        ]
        direct = self.channel(self.space.direct(self.user).id)
        parts = [self.home(), direct, *whispered, self.modal(), *self.space.shown[self.user]]
        return "\n".join(part for part in parts if part)

    def reload(self) -> None:
        """Start the client anew: no modal, and whatever was shown to nobody else is gone."""

        def forget() -> None:
            self.space.modals[self.user].clear()
            for room in self.rooms():
                room.ephemerals = [m for m in room.ephemerals if m["to"] != self.user]

        self.fake.do(forget)

    def _slackbot(self, line: str) -> None:
        self.space.shown[self.user].append(line)
        self.fake.concern(self.user)

    def _doing(self, act: Callable[[], Any], *, effect: bool = True) -> Any:
        """Do it; then wait for something to change, and for the app to come to rest."""
        before = self.fake.touches.get(self.user, 0)
        result = act()
        until = time.monotonic() + (EFFECT if effect else 0)
        while self.fake.touches.get(self.user, 0) == before and time.monotonic() < until:
            time.sleep(0.002)
        self.fake.settle()
        return result


def _named(blocks: list[Json] | None, label: str) -> tuple[Json, Json] | None:
    found = [(block, element) for shown, block, element in buttons_in(blocks) if same(shown, label)]
    return found[-1] if found else None


def _error(why: NoAnswer) -> str:
    return {"timeout": "operation_timeout", "http_timeout": "operation_timeout"}.get(
        str(why), "dispatch_failed"
    )

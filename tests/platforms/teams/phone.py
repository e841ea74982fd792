"""One person's Teams: what they type, press and fill in, and everything that they can read."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.platforms.running import HERE
from tests.platforms.teams import shapes
from tests.platforms.teams.door import Answer, NoAnswer
from tests.platforms.teams.law import check_schema, check_window
from tests.platforms.teams.screen import Screen, Window
from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.sheet import Sheet
from tests.platforms.teams.tenant import Post, Room

Json = dict[str, Any]
ANSWER = 5.0
"""Seconds that somebody waits for the answer to a message."""
EFFECT = 0.6
"""Seconds that the phone waits for something to change after an act."""
TROUBLE = "Something went wrong. Please try again."
FETCH = "task/fetch"


class Phone(Screen):
    """Plays one person. Every act waits until the bot has taken it and come to rest."""

    def __init__(self, fake: FakeTeams, aad: str) -> None:
        super().__init__(fake, aad)
        self.confirmed: list[str] = []
        """What the person was asked before a button did anything."""
        self.hurried = False
        """Goes on without waiting for rest: while a campaign runs, the bot has none."""

    # What happens to the app.

    def arrive(self) -> None:
        """The app that IT has rolled out turns up in this person's Teams."""
        room = self.chat()
        self._doing(lambda: self._tell(lambda: shapes.joined(self.fake, self.user, room)), effect=False)
        self._doing(lambda: self._tell(lambda: shapes.installed(self.fake, self.user, room, "add")))

    def uninstall(self) -> None:
        """Take the app away."""
        self.fake.do(lambda: setattr(self.user, "installed", False))
        made = lambda: shapes.installed(self.fake, self.user, self.chat(), "remove")  # noqa: E731
        self._doing(lambda: self._tell(made), effect=False)

    def block(self) -> None:
        """Block the bot; nobody tells it."""
        self.fake.do(lambda: setattr(self.user, "blocked", True))

    # What somebody types.

    def dm(self, text: str) -> str:
        """A message in the chat with the bot, and a while for its answer; its id."""
        room = self.chat()
        before = len(room.posts)
        id, until = self.say(room.id, text), time.monotonic() + ANSWER
        while all(post.author for post in room.posts[before:]) and time.monotonic() < until:
            time.sleep(0.005)
        if not self.hurried:
            self.fake.settle()
        return id

    def say(self, channel: str, text: str, thread: str = "", *, mention: bool = False) -> str:
        """A message; in a channel the bot hears it only where it is mentioned."""
        room = self.tenant.rooms[channel]
        hears = room.kind == "personal" or (mention and room.bot)
        post = self._written(room, {"text": text}, thread)
        made = lambda: shapes.said(self.fake, self.user, room, post, text, mention=mention)  # noqa: E731
        if hears:
            self._doing(lambda: self._tell(made))
        return post.id

    def mention(self, channel: str, text: str, thread: str = "") -> str:
        """A message that begins with @Usher."""
        return self.say(channel, text, thread, mention=True)

    def drop_file(self) -> str:
        """A picture, put into the chat with the bot."""
        room = self.chat()
        post = self._written(room, {"text": "picture.png"}, "")
        self._doing(lambda: self._tell(lambda: shapes.dropped(self.fake, self.user, room, post)))
        return post.id

    def edit(self, channel: str, id: str, text: str) -> None:
        """Change one's own message."""
        self._change(channel, id, {"text": text}, text)

    def delete(self, channel: str, id: str) -> None:
        """Delete one's own message; its replies stay."""
        self._change(channel, id, {"deleted": True}, "")

    def _change(self, channel: str, id: str, now: Json, text: str) -> None:
        room = self.tenant.rooms[channel]
        post = room.post(id)
        assert post is not None, "no such message"
        assert post.author == self.aad, "only one's own messages"
        self.fake.do(lambda: setattr(post, "activity", now))
        made = lambda: shapes.changed(self.fake, self.user, room, post, text)  # noqa: E731
        if room.bot:
            self._doing(lambda: self._tell(made), effect=False)

    def _written(self, room: Room, activity: Json, thread: str) -> Post:
        assert self.enters(room), "nobody writes where they are no member"

        def write() -> Post:
            id = self.tenant.stamp()
            post = Post(id=id, root=thread or id, author=self.aad, activity=activity)
            room.posts.append(post)
            return post

        return self.fake.do(write)

    # What somebody presses.

    def press(self, label: str, within: str = "") -> None:
        """The newest button of this name; `within` is text that its message must hold."""
        window = self.window
        if window is not None and not within:
            if window.sheet and (action := window.sheet.action(label)):
                self._press_in_window(window, window.sheet, action)
                return
            self.close_modal()
        for room, post in self.newest():
            if within and within not in self.message(room, post):
                continue
            for sheet in self.sheets(room, post):
                if action := sheet.action(label):
                    self._press_in_message(room, post, sheet, action)
                    return
        raise AssertionError(f"no button {label!r} but:\n{self.sees()}")

    def _sure(self, sheet: Sheet, action: Json) -> Json | None:
        """The button itself, or the "Yes" that it shows; None where the client keeps the press back."""
        if action["type"] == "Action.ToggleVisibility":
            before = sheet.read().split("\n")
            yes = sheet.toggle(action)
            assert len(yes) == 1, f"{action['title']!r} shows {len(yes)} buttons"
            self.confirmed.append("\n".join(line for line in sheet.read().split("\n") if line not in before))
            action = yes[0]
        assert action["type"] == "Action.Submit", action["type"]
        sheet.alone = sheet.unfinished(action)
        return None if sheet.alone else action

    def _press_in_window(self, window: Window, sheet: Sheet, shown: Json) -> None:
        action = self._sure(sheet, shown)
        if action is None:
            return
        if "msteams" in action["data"]:
            self.fake.object(f"{action['title']!r} asks Teams to do something that a window can't")
        self._fetch(window, "submit", sheet.sent(action))

    def _press_in_message(self, room: Room, post: Post, sheet: Sheet, shown: Json) -> None:
        action = self._sure(sheet, shown)
        if action is not None:
            self.send(room, post, sheet.sent(action))

    def send(self, room: Room, post: Post, data: Json) -> None:
        """What a button of a message does with its data."""
        match (data.get("msteams") or {}).get("type"):
            case None:
                made = lambda: shapes.pressed(self.fake, self.user, room, post, data)  # noqa: E731
                self._doing(lambda: self._tell(made))
            case "task/fetch":
                self._fetch(Window(title="", sheet=None, room=room, post=post), "fetch", data)
            case other:
                self.fake.object(f"a button of the kind {other!r}")

    def knock(self, action: str, value: str) -> None:
        """What a client that has been tampered with could send: a button that nobody was shown."""
        data = {"usher": {"do": "press", "action": action, "value": value}, "msteams": {"type": FETCH}}
        forged = Post(id=self.tenant.stamp(), root="", author="", activity={})
        self.send(self.chat(), forged, data)

    # Dialogs.

    def message_action(self, title: str, channel: str, id: str) -> None:
        """A command of the "..." menu, on a message that the person can see."""
        room, command = self.tenant.rooms[channel], message_actions()[title]
        post = room.post(id)
        assert post is not None, "no such message"
        assert self.enters(room), "nobody sees that message"
        author = self.tenant.users.get(post.author)
        payload = shapes.message_payload(author, post, str(post.activity.get("text", "")))
        told = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        self._fetch(Window(title="", sheet=None, room=room, post=post, command=told), "fetch", {})

    def close_modal(self) -> None:
        """The cross: Teams tells nobody."""
        self.window = None

    def fill(self, label: str, text: str, *, after: str = "") -> None:
        """Type or pick in the input with this label in the dialog."""
        assert self.window is not None, "no dialog is open"
        assert self.window.sheet is not None, "the dialog has nothing to fill in"
        self.window.sheet.put(self.window.sheet.input(label, after), text)

    def _fetch(self, window: Window, step: str, data: Json) -> None:
        """Ask the bot for a dialog, or for what comes after it."""
        if window.command is None:
            name, value = f"task/{step}", {"data": data}
        else:
            name = "composeExtension/fetchTask" if step == "fetch" else "composeExtension/submitAction"
            value = window.command | ({"data": data} if data else {})
        post = None if window.command else window.post

        async def send() -> None:
            made = shapes.invoke(self.fake, self.user, window.room, name, value, post=post)
            try:
                answer = await self.fake.act(made)
            except NoAnswer:
                self._error()
                return
            self._answered(window, name, answer)
            self.fake.concern(self.aad)

        self._doing(lambda: self.fake.run(send()))

    def _answered(self, window: Window, name: str, answer: Answer) -> None:
        task = answer.body.get("task") if isinstance(answer.body, dict) else None
        if answer.status != 200:
            self.fake.object(f"{name} was answered by {answer.status}")
        match task:
            case {"type": "continue", "value": dict(value)}:
                self._show(window, name, value)
            case {"type": "message", "value": str(said)} if said:
                self.window = Window(
                    title=window.title, sheet=None, said=said, room=window.room, post=window.post,
                    command=window.command,
                )  # fmt: skip
            case None if not answer.body and "fetch" not in name:
                self.window = None
            case _:
                self.fake.object(f"{name} was answered by {json.dumps(answer.body)[:200]}")
                self._error()

    def _show(self, window: Window, name: str, value: Json) -> None:
        found = check_window(value)
        found += check_schema(value.get("card", {}).get("content")) if not found else []
        if found:
            self.fake.object(f"{name} was answered by a window against the limits: {found}")
            self._error()
            return
        sheet = Sheet(value["card"]["content"], mobile=self.mobile)
        self.window = Window(
            title=str(value["title"]), sheet=sheet, room=window.room, post=window.post,
            command=window.command,
        )  # fmt: skip

    # How it goes.

    def _tell(self, made: Callable[[], Json]) -> None:
        async def send() -> None:
            try:
                await self.fake.act(made())
            except NoAnswer:
                self._error()

        self.fake.run(send())

    def _error(self) -> None:
        self.tenant.shown[self.aad].append(TROUBLE)
        self.fake.concern(self.aad)

    def _doing(self, act: Callable[[], Any], *, effect: bool = True) -> None:
        """Do it; then wait for something to change, and for the bot to come to rest."""
        before = self.fake.touches.get(self.aad, 0)
        act()
        until = time.monotonic() + (EFFECT if effect else 0)
        while self.fake.touches.get(self.aad, 0) == before and time.monotonic() < until:
            time.sleep(0.002)
        if not self.hurried:
            self.fake.settle()


@cache
def message_actions() -> dict[str, str]:
    """The commands of the app's manifest that stand in the menu of a message: title -> id."""
    manifest = json.loads((HERE / "teams" / "manifest.json").read_text("utf-8"))
    commands = [command for each in manifest["composeExtensions"] for command in each["commands"]]
    return {one["title"]: one["id"] for one in commands if "message" in one["context"]}

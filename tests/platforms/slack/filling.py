"""What somebody does in the modal on show: types, picks, submits, closes it."""

import time
from collections.abc import Callable
from typing import Any

from tests.platforms.slack import shapes
from tests.platforms.slack.api import push_view, replace_view
from tests.platforms.slack.doors import NoAnswer
from tests.platforms.slack.law import elements_of, faults_of_view
from tests.platforms.slack.reading import plain
from tests.platforms.slack.screen import Screen
from tests.platforms.slack.state import action_of, filled, unfinished

Json = dict[str, Any]
EFFECT = 0.6
"""Seconds that the phone waits for something to change after an acknowledgement."""
TROUBLE = "We had some trouble connecting. Try again?"


class Form(Screen):
    """One person before a modal. Every act waits until the app has acknowledged it and come to rest."""

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

    def enter(self, label: str, text: str) -> None:
        """Type into a field of the Home tab and press Enter."""
        home = self.space.homes[self.user]
        inputs = [block for block in home["blocks"] if block["type"] == "input"]
        block = next(block for block in inputs if plain(block["label"]).startswith(label))
        element = block["element"]
        assert block.get("dispatch_action"), "Enter does nothing in this field"
        value = filled(element, text)
        self.fake.do(lambda: home["state"]["values"][block["block_id"]].update({element["action_id"]: value}))
        action = action_of(block, element, value)
        self._interact(lambda: shapes.pressed_view(self.space, self.user, home, action))

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
        shows = said.get("response_action") in ("update", "push")
        if shows and (found := faults_of_view(said.get("view"))):
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

    def _interact(self, made: Callable[[], Json]) -> None:
        async def send() -> None:
            try:
                await self.fake.act("interactive", made())
            except NoAnswer:
                self._slackbot(TROUBLE)

        self._doing(lambda: self.fake.run(send()))

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

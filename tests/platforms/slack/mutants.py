"""Everything that Slack sends, and the same with something in it taken away or made into rubbish."""

import json
import random
from typing import Any

from tests.platforms.slack import shapes
from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]

RUBBISH: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    "x" * 5000,
    0,
    -1,
    True,
    [None],
    {"a": []},
    "T0ELSEWHERE",
    "\x00",
)


def mutated(driven: random.Random, payload: Json) -> Json:
    """The payload with one thing in it taken away or made into something else."""
    copy: Json = json.loads(json.dumps(payload))
    here: Any = copy
    while True:
        key = driven.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if isinstance(here[key], dict | list) and here[key] and driven.random() < 0.6:
            here = here[key]
        elif driven.random() < 0.5 and isinstance(here, dict):
            del here[key]
            return copy
        else:
            here[key] = driven.choice(RUBBISH)
            return copy


def everything(fake: FakeSlack, user: str) -> list[tuple[str, Json]]:
    """One payload of each kind, with how Socket Mode calls it; the person has looked at App Home before."""

    def made() -> list[tuple[str, Json]]:
        space, url = fake.space, fake.url
        home, room = space.homes[user], space.direct(user)
        action = {"action_id": "press:0:home", "block_id": "b", "type": "button", "value": ""}
        message = shapes.posted("Said", [], space.stamp())
        said = shapes.channel_event(shapes.said(space, user, "hello"), room)
        return [
            ("events_api", shapes.event(space, said)),
            ("interactive", shapes.pressed_view(space, user, home, action)),
            ("interactive", shapes.pressed_message(space, url, user, room, message, action, {})),
            ("interactive", shapes.submitted(space, user, home)),
            ("interactive", shapes.shortcut(space, user, "report_concern")),
            ("interactive", shapes.message_action(space, url, user, room, message, "report_message")),
            ("slash_commands", shapes.command(space, url, user, room, "/policy", "hello")),
        ]

    return fake.do(made)

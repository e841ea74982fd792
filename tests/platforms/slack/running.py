"""`usher run` as its own process beside a fake Slack, by Socket Mode or signed HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.platforms import running as any_platform
from tests.platforms.running import INTENTS, Corner, Template, environment
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import STAFF_GROUP, TEAM, room_of, school_workspace, user_of
from tests.waiting import PATIENCE

__all__ = [
    "CORNER",
    "HTTP",
    "INTENTS",
    "SOCKET",
    "Running",
    "Template",
    "environment",
    "make_template",
    "running",
]

SOCKET, HTTP = "socket", "http"
CORNER = Corner(
    platform="slack",
    tenancy=f"{{workspace: {TEAM}, staff_group: {STAFF_GROUP}}}",
    room_of=room_of,
    user_of=user_of,
)


def make_template(folder: Path) -> Template:
    """The sample school with Slack addresses."""
    return any_platform.make_template(folder, CORNER)


@dataclass(kw_only=True)
class Running(any_platform.Running):
    """One Usher at one workspace."""

    fake: FakeSlack
    mode: str

    def reached(self) -> None:
        """Wait until Slack can reach it."""
        if self.mode == HTTP:
            self.fake.deliver_to(f"http://127.0.0.1:{self.port}/slack/events")
        else:
            self.fake.run(self.fake.sockets.connected(), PATIENCE)

    def told(self) -> dict[str, str]:
        """The workspace's tokens and address."""
        doors = (
            {"SLACK_APP_TOKEN": self.fake.app_token}
            if self.mode == SOCKET
            else {"SLACK_SIGNING_SECRET": self.fake.secret}
        )
        return {"SLACK_BOT_TOKEN": self.fake.token, "SLACK_API_URL": f"{self.fake.url}/api/", **doors}


@contextmanager
def running(template: Template, home: Path, mode: str, **how: Any) -> Iterator[Running]:
    """A fresh workspace and a fresh Usher; both are gone at the end, whatever happens."""
    fake = FakeSlack(school_workspace(template.school)).start()
    usher = Running(template=template, fake=fake, home=home, mode=mode, **how)
    try:
        yield usher.start()
    finally:
        try:
            usher.stop()
        finally:
            fake.stop()

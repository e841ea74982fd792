"""`usher run` as its own process beside a fake Microsoft, which it reaches by a proxy as from a school."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.platforms import running as any_platform
from tests.platforms.running import Corner, Template
from tests.platforms.teams.server import CERTIFICATE, SECRET_WAY, FakeTeams
from tests.platforms.teams.tenant import TENANT, room_of, school_tenant, user_of

__all__ = ["CERTIFICATE", "CORNER", "SECRET_WAY", "Running", "Template", "make_template", "running"]

CORNER = Corner(platform="teams", tenancy=f"{{workspace: {TENANT}}}", room_of=room_of, user_of=user_of)


def make_template(folder: Path) -> Template:
    """The sample school with Teams addresses."""
    return any_platform.make_template(folder, CORNER)


@dataclass(kw_only=True)
class Running(any_platform.Running):
    """One Usher at one tenant."""

    fake: FakeTeams
    way: str = SECRET_WAY
    """How it proves who it is: by a secret or a certificate."""

    def told(self) -> dict[str, str]:
        """The app's own settings, and the way out."""
        return self.fake.environment(self.way)

    def reached(self) -> None:
        """The channel knows the address."""
        self.fake.deliver_to(f"http://127.0.0.1:{self.port}/api/messages")


@contextmanager
def running(template: Template, home: Path, **how: Any) -> Iterator[Running]:
    """A fresh tenant and a fresh Usher; both are gone at the end, whatever happens."""
    fake = FakeTeams(school_tenant(template.school), home.parent / f"{home.name}-microsoft").start()
    usher = Running(template=template, fake=fake, home=home, **how)
    try:
        yield usher.start()
    finally:
        try:
            usher.stop()
        finally:
            fake.stop()

"""How Teams hands an activity to a bot: one POST with a signed token, and for invokes an answer in time."""

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.platforms.teams.keyring import channel_claims
from tests.platforms.teams.tenant import APP

if TYPE_CHECKING:
    from tests.platforms.teams.server import FakeTeams

Json = dict[str, Any]
INVOKE_WITHIN = 3.0
"""Seconds that the house allows itself; Teams waits a little longer."""
GIVES_UP = 10.0


class NoAnswer(Exception):
    """The bot didn't take it; `status` is 0 where nothing came back."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back for an activity that was taken."""

    status: int
    body: Any = None
    took: float = 0.0


@dataclass
class Door:
    """The bot's messaging endpoint, as the channel knows it."""

    fake: "FakeTeams"
    url: str = ""
    answers: list[tuple[str, int, float]] = field(default_factory=list)
    """Type or name of the activity, the status that came back, and after how many seconds."""
    lose: int = 0
    """Answers still to be lost on their way back."""
    session: aiohttp.ClientSession | None = None

    def token(self, activity: Json) -> str:
        """What proves that an activity is from Teams and meant for this bot."""
        return self.fake.keys.ring.sign(channel_claims(APP, str(activity.get("serviceUrl", ""))))

    async def hand(self, activity: Json) -> Answer:
        """Hand it over. NoAnswer unless it was taken."""
        what = str(activity.get("name") or activity.get("type"))
        headers = {"Authorization": f"Bearer {self.token(activity)}", "Content-Type": "application/json"}
        began = time.monotonic()
        try:
            status, text = await self.post(json.dumps(activity).encode(), headers)
        except (TimeoutError, aiohttp.ClientError):
            raise NoAnswer(0) from None
        took = time.monotonic() - began
        self.answers.append((what, status, took))
        if self.lose:
            self.lose -= 1
            raise NoAnswer(0)
        if activity.get("type") == "invoke" and took > INVOKE_WITHIN:
            self.fake.object(f"{what} was answered after {took:.1f} s")
        if status not in (200, 201, 202):
            raise NoAnswer(status)
        return Answer(status=status, body=_read(text), took=took)

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Any bytes with any headers: status and text of the answer."""
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=GIVES_UP))
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def close(self) -> None:
        """Close the session."""
        if self.session is not None:
            await self.session.close()


def _read(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text

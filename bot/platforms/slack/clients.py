"""The one way out to Slack: a session with honest time limits, and clients that never retry by themselves."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

SLACK = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
"""A session handed in makes the client's own `timeout` a no-op, so the session carries the limits."""


def open_session() -> aiohttp.ClientSession:
    """The session all calls of this process share; close it at the end."""
    return aiohttp.ClientSession(timeout=TIMEOUT)


def client(session: aiohttp.ClientSession, token: str, url: str = SLACK) -> AsyncWebClient:
    """A client of the Web API. The outbox owns retries, so this one makes none of its own."""
    base = url if url.endswith("/") else f"{url}/"
    return AsyncWebClient(token=token, base_url=base, session=session, retry_handlers=[])

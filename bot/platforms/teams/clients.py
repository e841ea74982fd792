"""The one way out to Microsoft: a session with honest time limits, and single calls that follow nobody."""

import json
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from yarl import URL

from bot.platforms.teams.errors import TeamsDown

TIMEOUT = aiohttp.ClientTimeout(total=6, connect=3)
"""Seconds; below the ten that the courier gives a whole notice."""
LARGEST_ANSWER = 1024 * 1024
BUNDLE = "REQUESTS_CA_BUNDLE"


def trust() -> ssl.SSLContext:
    """Whom we believe to be who they say: the system's authorities, or those that SSL_CERT_FILE names, and
    on top those in REQUESTS_CA_BUNDLE; a school's proxy that opens TLS is in one of the two.
    """
    context = ssl.create_default_context()
    named = os.environ.get(BUNDLE, "")
    if named:
        folder = Path(named).is_dir()
        context.load_verify_locations(capath=named if folder else None, cafile=None if folder else named)
    return context


def open_session(*, here: bool = False) -> aiohttp.ClientSession:
    """The session all calls of this process share; close it at the end. Honours HTTPS_PROXY and NO_PROXY.

    One for calls to this machine only, `here`, knows of no proxy.
    """
    return aiohttp.ClientSession(
        timeout=TIMEOUT,
        trust_env=not here,
        json_serialize=written,
        connector=aiohttp.TCPConnector(ssl=trust()),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def written(body: object) -> str:
    """JSON as Teams weighs it: letters as they are, not as six bytes each; half a letter becomes "?"."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: the status, how long we are asked to wait, and the JSON in it, if it is any."""

    status: int
    wait: str = ""
    content: bytes = b""

    @property
    def body(self) -> Any:  # noqa: ANN401 - whatever was answered
        """The JSON; None when it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


async def ask(
    session: aiohttp.ClientSession, method: str, url: str, *, token: str = "", body: object = None
) -> Answer:
    """One call; redirects are not followed. TeamsDown or TimeoutError when no whole answer comes back.

    What aiohttp raises can hold the request with its token, so it is dropped here, not chained.
    """
    try:
        return await _asked(session, method, url, token, body)
    except TimeoutError:
        wrong = ""
    except (aiohttp.ClientError, OSError, ValueError) as broken:
        wrong = type(broken).__name__
    if not wrong:
        raise TimeoutError
    raise TeamsDown(wrong)


async def _asked(session: aiohttp.ClientSession, method: str, url: str, token: str, body: object) -> Answer:
    async with session.request(
        method,
        URL(url, encoded=True),
        json=body,
        allow_redirects=False,
        middlewares=(_Bearer(token),) if token else (),
    ) as response:
        content = b""
        async for piece in response.content.iter_chunked(64 * 1024):
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise ValueError("the answer is too large")
        return Answer(status=response.status, wait=response.headers.get("Retry-After", ""), content=content)


class _Bearer:
    """Puts the token on a request last of all: a .netrc with a default line would collide with a header."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return await handler(request)

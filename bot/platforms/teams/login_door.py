"""The only door msal goes out by: to Microsoft's login and nowhere else, with time limits and our trust."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from bot.platforms.teams.clients import LARGEST_ANSWER, trust
from bot.platforms.teams.errors import TeamsDown

LOGIN = "https://login.microsoftonline.com/"
TIMEOUT = 6.0
PASSING = frozenset({407, 408, 429})
"""Noes that aren't about us: of a proxy, or of a server with too much to do."""
Fields = Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer of the login's, in the shape msal wants."""

    status_code: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        """Trouble has been raised before this was made; everything else is an answer."""


class LoginDoor:
    """What msal calls an http_client. It is called in a thread; HTTPS_PROXY and NO_PROXY are honoured.

    The standard library's own client: it takes our TLS context, where `requests` knows only its own
    bundle, and following no redirect keeps a secret from being posted on to somebody else.
    """

    def __init__(self) -> None:
        tls = urllib.request.HTTPSHandler(context=trust())
        self._opener = urllib.request.build_opener(tls, _AsItIs())

    def get(self, url: str, params: Fields = None, headers: Fields = None, **_more: object) -> Said:
        """Read a page."""
        return self._ask(url, params, headers, None)

    def post(
        self, url: str, params: Fields = None, data: Fields = None, headers: Fields = None, **_more: object
    ) -> Said:
        """Send a form."""
        return self._ask(url, params, headers, urlencode(data or {}).encode())

    def close(self) -> None:
        """Every call closes what it opened."""

    def _ask(self, url: str, params: Fields, headers: Fields, body: bytes | None) -> Said:
        """TeamsDown or TimeoutError instead of what the library raises, which can hold the request."""
        if not url.startswith(LOGIN):
            raise TeamsDown("elsewhere")
        whole = f"{url}?{urlencode(params)}" if params else url
        asked = urllib.request.Request(whole, data=body, headers=dict(headers or {}))  # noqa: S310 - LOGIN
        try:
            with self._opener.open(asked, timeout=TIMEOUT) as answer:
                return _said(answer)
        except urllib.error.URLError as broken:
            wrong: type = type(broken.reason)
        except (OSError, HTTPException, ValueError, RecursionError) as broken:
            wrong = type(broken)
        if wrong is TimeoutError:
            raise TimeoutError
        raise TeamsDown(wrong.__name__)


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """Every answer is an answer, and a redirect leads nowhere."""

    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002
        """Hand it on."""
        return response

    https_response = http_response


def _said(answer: HTTPResponse) -> Said:
    """An answer that msal may see: a JSON object, so that it has nothing to quote in its log."""
    if answer.status != 200 and (not 400 <= answer.status < 500 or answer.status in PASSING):
        raise TeamsDown(f"status {answer.status}")
    content = answer.read(LARGEST_ANSWER + 1)
    if len(content) > LARGEST_ANSWER or not isinstance(json.loads(content), dict):
        raise TeamsDown("no_json")
    return Said(status_code=answer.status, text=content.decode(), headers=dict(answer.headers.items()))

"""The keys Microsoft signs with: kept a day, asked for again when a new one turns up, never in the way."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

from bot import log
from bot.platforms.teams.clients import ask
from bot.platforms.teams.errand import Errand
from bot.platforms.teams.errors import TeamsDown

HOME = "https://login.botframework.com/"
CONFIGURATION = f"{HOME}v1/.well-known/openidconfiguration"
ALGORITHM = "RS256"
FRESH = 24 * 3600.0
"""Seconds; Microsoft's own advice."""
AGAIN = 300.0
"""Seconds between two fetches while there are keys: a flood of made-up key ids fetches no more often."""
AGAIN_WITHOUT = 5.0
"""The same while there are none at all and nobody can be let in."""
STALE = 4 * 24 * 3600.0
"""Seconds the last keys are good for while the key server can't be reached: a bank holiday weekend with a
broken proxy. Microsoft publishes new keys long before it uses them, so within this time the old ones still
verify; after it nobody is let in, because a key that has been withdrawn must stop working some day."""


SMALLEST = 2048
"""Bits."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One public key and the channels it may sign for."""

    id: str
    key: jwt.PyJWK
    endorsements: frozenset[str]


class Keys:
    """All keys of the channel. Everybody waits for one fetch, and only those who can't go on without it."""

    def __init__(
        self, session: aiohttp.ClientSession, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched = self._tried = float("-inf")
        self._errand = Errand(self._fetch)

    async def warm(self) -> None:
        """Fetch the keys before anybody knocks. TeamsDown or TimeoutError when that fails; it's no loss."""
        await self._errand.wait()

    async def close(self) -> None:
        """Stop fetching."""
        await self._errand.stop()

    async def find(self, id: str) -> Key | None:
        """The key of this id; None when there is none. TeamsDown while we have no keys and can't get any."""
        now = self._clock()
        if now - self._fetched > STALE:
            self._keys = {}
        if not self._keys:
            await self._wait_for_any(now)
        elif id not in self._keys and now - self._tried >= AGAIN:
            await self._renewed()
        elif now - self._fetched >= FRESH and now - self._tried >= AGAIN:
            self._errand.start()
        return self._keys.get(id)

    async def _wait_for_any(self, now: float) -> None:
        """Without keys nothing can be verified: wait for them, but don't hammer a server that is down."""
        if not self._errand.running and now - self._tried < AGAIN_WITHOUT:
            raise TeamsDown("keys")
        await self._errand.wait()

    async def _renewed(self) -> None:
        try:
            await self._errand.wait()
        except (TeamsDown, TimeoutError):
            return  # What we have goes on being used; _fetch has said it in the log.

    async def _fetch(self) -> None:
        """All keys anew; a withdrawn one is forgotten. Whatever is wrong, the old ones stay."""
        self._tried = self._clock()
        try:
            where = await self._read(CONFIGURATION)
            address = where.get("jwks_uri")
            if not isinstance(address, str) or not address.startswith(HOME):
                raise TeamsDown("elsewhere")
            listed = (await self._read(address)).get("keys")
            found = [key_of(each) for each in listed] if isinstance(listed, list) else []
            keys = {key.id: key for key in found if key is not None}
            if not keys:
                raise TeamsDown("no_keys")
        except (TeamsDown, TimeoutError) as trouble:
            log.event("teams.keys", state="missing" if not self._keys else "old", code=str(trouble)[:60])
            raise
        self._keys, self._fetched = keys, self._clock()
        log.event("teams.keys", state="fetched", count=len(keys))

    async def _read(self, url: str) -> Mapping[str, Any]:
        answer = await ask(self._session, "GET", url)
        body = answer.body
        if answer.status != 200 or not isinstance(body, dict):
            raise TeamsDown(f"status {answer.status}")
        return body


def key_of(listed: object) -> Key | None:
    """One entry of the key server's list; None for what is no public RSA key of a decent size."""
    if not isinstance(listed, dict) or listed.get("kty") != "RSA":
        return None
    id, endorsed = listed.get("kid"), listed.get("endorsements")
    if not (isinstance(id, str) and id and isinstance(endorsed, list)) or "d" in listed:
        return None
    try:
        key = jwt.PyJWK(listed, ALGORITHM)
    except jwt.PyJWTError:
        return None
    if key.key.key_size < SMALLEST:
        return None
    return Key(id=id, key=key, endorsements=frozenset(e for e in endorsed if isinstance(e, str)))

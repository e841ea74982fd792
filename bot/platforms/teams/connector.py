"""Speaks to Teams' connector: opens conversations, posts, brings cards up to date, reads who is there."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp

from bot.platforms.teams.clients import Answer, ask
from bot.platforms.teams.errors import (
    LEFT,
    TeamsDown,
    TeamsLater,
    TeamsRefused,
    TeamsUnreachable,
    meant,
)
from bot.platforms.teams.gate import allowed, loopback
from bot.platforms.teams.login import Login
from bot.platforms.teams.pacing import Pace

BUSY = frozenset({412, 429, 502, 503, 504})
"""Statuses that Microsoft asks to try again."""
BUDGET = 3.0
"""Seconds spent on trying again here; longer waits are the courier's."""
LONGEST_WAIT = 300.0
"""Seconds; a longer Retry-After is looked at again by then."""
FIRST_PAUSE = 0.4
PAGE = 500
MOST_PAGES = 40


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody in a conversation, as its roster knows them."""

    id: str
    """Teams' own id of them here, "29:..."."""
    aad_id: str
    """Their object id in the tenant; "" for somebody without an account."""
    name: str
    email: str = ""
    tenant: str = ""
    """The tenant their account is of, as far as the roster says."""
    role: str = ""
    """"user", "guest" or "anonymous" where the roster tells."""


Activity = Mapping[str, Any]


class Connector:
    """One app's calls to the connector. With a login they go to Teams' own addresses only.

    Without one (local trials with no app id) there is no token, and calls go to this machine only.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        login: Login | None,
        pace: Pace,
        *,
        wall: Callable[[], float] = time.time,
        ahead: bool = False,
    ) -> None:
        self._session = session
        self._login = login
        self._pace = pace
        self._wall = wall
        self._ahead = ahead

    def ahead(self) -> Self:
        """The same, for what can't wait behind a campaign: alerts, and answers somebody waits for."""
        return type(self)(self._session, self._login, self._pace, wall=self._wall, ahead=True)

    async def create_personal(self, service: str, aad_id: str) -> str:
        """The id of our personal chat with somebody, opened if need be; the app must be installed there."""
        body = {"isGroup": False, "members": [{"id": aad_id}], **self._who({})}
        return _id(await self._call("POST", service, ["conversations"], body=body))

    async def create_thread(self, service: str, channel: str, activity: Activity) -> tuple[str, str]:
        """Begin a thread in a channel: the id of the conversation, and of its first activity."""
        body = {"isGroup": True, "activity": activity, **self._who({"channel": {"id": channel}})}
        made = await self._call("POST", service, ["conversations"], body=body, queue=channel)
        return _id(made), _id(made, "activityId")

    async def post(self, service: str, conversation: str, activity: Activity, reply_to: str = "") -> str:
        """Post in a conversation; what it is called there."""
        path = ["conversations", conversation, "activities", *([reply_to] if reply_to else [])]
        return _id(await self._call("POST", service, path, body=activity, queue=conversation))

    async def put(self, service: str, conversation: str, activity_id: str, activity: Activity) -> None:
        """Bring an earlier post up to date for everybody."""
        path = ["conversations", conversation, "activities", activity_id]
        await self._call("PUT", service, path, body=activity, queue=conversation)

    async def member(self, service: str, conversation: str, id: str) -> Member | None:
        """Somebody in a conversation, by Teams' id or object id; None when they are not in it."""
        try:
            found = await self._call("GET", service, ["conversations", conversation, "members", id])
        except TeamsUnreachable as unreachable:
            if unreachable.why == "gone" and unreachable.code not in LEFT:
                return None
            raise
        return member_of(found)

    async def members(self, service: str, conversation: str) -> list[Member]:
        """Everybody in a conversation; for a channel, everybody in its team."""
        found: list[Member] = []
        asked: dict[str, str] = {"pageSize": str(PAGE)}
        for _ in range(MOST_PAGES):
            path = ["conversations", conversation, "pagedmembers"]
            page = await self._call("GET", service, path, query=asked)
            listed = page.get("members")
            if not isinstance(listed, list):
                raise TeamsDown("no_members")
            found += [known for known in map(member_of, listed) if known is not None]
            token = page.get("continuationToken")
            if not (isinstance(token, str) and token):
                return found
            asked["continuationToken"] = token
        raise TeamsDown("endless")

    def _who(self, channel: Mapping[str, Any]) -> dict[str, Any]:
        """Who opens a conversation, in which tenant."""
        if self._login is None:
            return {"bot": {"id": "bot"}, "channelData": dict(channel)}
        tenant = self._login.tenant
        return {
            "bot": {"id": f"28:{self._login.app_id}"},
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}, **channel},
        }

    async def _call(
        self,
        method: str,
        service: str,
        path: Sequence[str],
        *,
        body: Activity | None = None,
        query: Mapping[str, str] | None = None,
        queue: str = "",
    ) -> Mapping[str, Any]:
        """One call, tried again while Teams is busy. What Teams says no to raises one of errors.UNSAID."""
        if not (allowed if self._login is not None else loopback)(service):
            raise TeamsRefused("service_url")
        url = "/".join([service.rstrip("/"), "v3", *(quote(part, safe="") for part in path)])
        url += f"?{urlencode(query)}" if query else ""
        answer = await self._patiently(method, url, body, queue)
        said = answer.body
        if not 200 <= answer.status < 300:
            raise meant(answer.status, said)
        if not isinstance(said, dict):
            # A web filter's page, with status 200: nothing has reached Teams.
            raise TeamsDown("no_json")
        return said

    async def _patiently(self, method: str, url: str, body: Activity | None, queue: str) -> Answer:
        until = self._pace.clock() + BUDGET
        attempt = 0
        while True:
            if self._login is not None:
                # All wait for a new token here: whoever has had a turn leaves then, not together later.
                await self._login.token()
            call = await self._pace.turn(queue, ahead=self._ahead)
            answer = await self._known(method, url, body)
            self._pace.arrived(call)
            if answer.status not in BUSY:
                return answer
            wait = self._wait(answer, attempt)
            if answer.status == 429:
                self._pace.hold(queue, wait)
                self._pace.slow()
            if self._pace.clock() + wait > until:
                raise TeamsLater(wait, "rate_limited" if answer.status == 429 else "unreachable")
            await self._pace.sleep(wait)
            attempt += 1

    async def _known(self, method: str, url: str, body: Activity | None) -> Answer:
        """The call with our token; once more with a fresh one when that has run out early."""
        if self._login is None:
            return await ask(self._session, method, url, body=body)
        token = await self._login.token()
        answer = await ask(self._session, method, url, token=token, body=body)
        if answer.status == 401 and self._login.forget(token):
            token = await self._login.token()
            answer = await ask(self._session, method, url, token=token, body=body)
        return answer

    def _wait(self, answer: Answer, attempt: int) -> float:
        """Seconds: what Teams asks for, else longer each time; and a little more, not the same for all."""
        asked = retry_after(answer.wait, self._wall())
        wait = FIRST_PAUSE * 2.0**attempt if asked is None else asked
        return min(wait, LONGEST_WAIT) + FIRST_PAUSE * random.random()  # noqa: S311 - no secret


def member_of(listed: object) -> Member | None:
    """One entry of a roster; None when it has no id."""
    if not isinstance(listed, Mapping) or not isinstance(listed.get("id"), str) or not listed["id"]:
        return None

    def told(*names: str) -> str:
        found = (listed.get(name) for name in names)
        return next((word for word in found if isinstance(word, str) and word), "")

    return Member(
        id=listed["id"],
        aad_id=told("aadObjectId", "objectId").lower(),
        name=told("name"),
        email=told("email", "userPrincipalName"),
        tenant=told("tenantId").lower(),
        role=told("userRole"),
    )


def retry_after(said: str, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, which is a number or a date; None when it is neither."""
    try:
        if said.strip().isdecimal():
            return float(said)
        return max(parsedate_to_datetime(said).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _id(answer: Mapping[str, Any], name: str = "id") -> str:
    found = answer.get(name)
    if not (isinstance(found, str) and found):
        raise TeamsDown("no_id")
    return found

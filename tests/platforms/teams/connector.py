"""The connector service: conversations, messages and rosters, as strict as Teams is with a bot."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from aiohttp import web

from tests.platforms.teams.law import ACTIVITY_BYTES, check_activity, check_schema
from tests.platforms.teams.tenant import (
    APP,
    BOT,
    TEAM,
    TENANT,
    Post,
    Room,
    Tenant,
    User,
    base_of,
    member,
    root_of,
)

if TYPE_CHECKING:
    from tests.platforms.teams.server import FakeTeams

Json = dict[str, Any]
HOST = "smba.trafficmanager.net"
EVERYWHERE = "/teams"
"""Leads to the right region from anywhere; for a bot that has not heard from the tenant yet."""
LEAST_PAGE, PAGE, MOST_PAGE = 50, 200, 500
DEFECTS = ("BadArgument", "BadSyntax", "MessageSizeTooBig", "Unauthorized", "NotEnoughPermissions")
"""Refusals that no bot should ever earn."""


class Refused(Exception):
    """The connector's answer when it doesn't do it."""

    def __init__(self, status: int, code: str, why: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.why = status, code, why


class Connector:
    """What answers at smba.trafficmanager.net."""

    def __init__(self, fake: "FakeTeams") -> None:
        self.fake = fake

    @property
    def tenant(self) -> Tenant:
        """What it works on."""
        return self.fake.tenant

    def routes(self) -> web.Application:
        """Every address of the service that a bot may use."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        one = "/{conversation}"
        for method, path, name, do in (
            ("POST", "", "create", self._create),
            ("POST", one + "/activities", "post", self._post),
            ("POST", one + "/activities/{activity}", "post", self._post),
            ("PUT", one + "/activities/{activity}", "put", self._put),
            ("DELETE", one + "/activities/{activity}", "delete", self._delete),
            ("GET", one + "/members/{who}", "member", self._member),
            ("GET", one + "/pagedmembers", "members", self._members),
        ):
            for service in ("/{region}/{tenant}", EVERYWHERE):
                app.router.add_route(method, f"{service}/v3/conversations{path}", self._door(name, do))
        app.router.add_route("*", "/{anything:.*}", self.fake.nowhere)
        return app

    def _door(
        self, name: str, do: Callable[[web.Request, Json], web.Response]
    ) -> Callable[[web.Request], Any]:
        async def served(request: web.Request) -> web.StreamResponse:
            conversation = unquote(request.match_info.get("conversation", "")) or await _about(request)

            async def answered(request: web.Request) -> web.Response:
                raw = await request.read()
                try:
                    return self._asked(request, name, conversation, do, raw)
                except Refused as refused:
                    if refused.code in DEFECTS:
                        self.fake.object(f"{name}: {refused.code} {refused.why}")
                    said = {"code": refused.code, "message": refused.why or refused.code}
                    return web.json_response({"error": said}, status=refused.status)

            return await self.fake.served(name, request, answered, conversation)

        return served

    def _asked(
        self,
        request: web.Request,
        name: str,
        conversation: str,
        do: Callable[[web.Request, Json], web.Response],
        raw: bytes,
    ) -> web.Response:
        self._let_in(request)
        here = (request.match_info.get("region"), request.match_info.get("tenant"))
        if here not in ((self.fake.region, TENANT), (None, None)):
            raise Refused(404, "ConversationNotFound", "not at this address")
        body: Json = {}
        if request.method in ("POST", "PUT"):
            body = _body(raw)
            if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le")) > ACTIVITY_BYTES:
                raise Refused(413, "MessageSizeTooBig")
        if wait := self.fake.limits.wait(self._thread(name, conversation, body)):
            said = {"error": {"code": "RateLimited", "message": "too many requests"}}
            return web.json_response(said, status=429, headers={"Retry-After": str(wait)})
        return do(request, body)

    def _let_in(self, request: web.Request) -> None:
        offered = request.headers.getall("Authorization", [])
        if len(offered) != 1 or not offered[0].startswith("Bearer "):
            raise Refused(401, "Unauthorized", "no bearer token")
        token = offered[0].removeprefix("Bearer ")
        said = self.fake.login.claims(token)
        if said is None and token in self.fake.login.issued:
            raise Refused(401, "ExpiredToken")
        if said is None or said["appid"] != APP or said["tid"] != TENANT:
            raise Refused(401, "Unauthorized", "a token that is none of the login server's for this service")

    def _thread(self, name: str, conversation: str, body: Json) -> str:
        if name in ("post", "put", "delete"):
            return conversation
        return str(body.get("channelData", {}).get("channel", {}).get("id", "")) if name == "create" else ""

    # Conversations.

    def _create(self, request: web.Request, body: Json) -> web.Response:
        told = body.get("channelData") or {}
        named = [body.get("tenantId"), (told.get("tenant") or {}).get("id")]
        if not any(named) or any(one not in (None, TENANT) for one in named):
            raise Refused(400, "BadArgument", f"tenant {named}")
        if (body.get("bot") or {"id": BOT}).get("id") not in (BOT, APP):
            raise Refused(400, "BadArgument", "somebody else's bot")
        if channel := (told.get("channel") or {}).get("id"):
            return self._start_thread(str(channel), body)
        members = body.get("members") or []
        if body.get("isGroup") or len(members) != 1:
            raise Refused(400, "BadSyntax", "a chat is with one person")
        person = self._reachable(str(members[0].get("id", "")))
        room = self.tenant.personal(person.aad)
        answer: Json = {"id": room.id}
        if "activity" in body:
            answer["activityId"] = self._added(room, "", body["activity"]).id
        return web.json_response(answer, status=201)

    def _start_thread(self, channel: str, body: Json) -> web.Response:
        room = self._room(channel)
        if body.get("isGroup") is not True or "activity" not in body or room.kind != "channel":
            raise Refused(400, "BadSyntax", "a thread is begun in a channel, by a message, as a group")
        post = self._added(room, "", body["activity"])
        answer = {"id": f"{room.id};messageid={post.id}", "activityId": post.id}
        return web.json_response(answer, status=201)

    def _reachable(self, id: str) -> User:
        if "@" in id:
            raise Refused(400, "BadArgument", "a person is addressed by object id, not by e-mail")
        person = self.tenant.known(id)
        if person is None or person.tenant != TENANT:
            raise Refused(404, "NotFound", "nobody of that id")
        if not person.installed:
            raise Refused(403, "ForbiddenOperationException", "the app isn't installed for this person")
        return person

    def _room(self, conversation: str) -> Room:
        room = self.tenant.rooms.get(base_of(conversation))
        if room is None:
            raise Refused(404, "ConversationNotFound")
        if not room.bot:
            raise Refused(403, "BotNotInConversationRoster")
        for aad in room.members if room.kind == "personal" else ():
            person = self.tenant.users[aad]
            if not person.installed:
                raise Refused(403, "BotNotInConversationRoster")
            if person.blocked:
                raise Refused(403, "MessageWritesBlocked")
        return room

    # Messages.

    def _post(self, request: web.Request, body: Json) -> web.Response:
        conversation = unquote(request.match_info["conversation"])
        room, under = self._room(conversation), root_of(conversation)
        if answered := request.match_info.get("activity", ""):
            if room.post(answered) is None:
                raise Refused(404, "ActivityNotFoundInConversation")
            under = under or room.post(answered).root  # type: ignore[union-attr]
        if under and room.post(under) is None:
            raise Refused(404, "ConversationNotFound")
        return web.json_response({"id": self._added(room, under, body).id}, status=201)

    def _added(self, room: Room, under: str, activity: Json) -> Post:
        self._lawful(activity)
        id = self.tenant.stamp()
        post = Post(
            id=id, root=under if room.kind == "channel" and under else id, author="", activity=activity
        )
        room.posts.append(post)
        self.fake.touched(room)
        return post

    def _put(self, request: web.Request, body: Json) -> web.Response:
        post, room = self._own(request)
        self._lawful(body)
        post.activity, post.edited = body, post.edited + 1
        self.fake.touched(room)
        return web.json_response({"id": post.id})

    def _delete(self, request: web.Request, body: Json) -> web.Response:
        post, room = self._own(request)
        room.posts.remove(post)
        self.fake.touched(room)
        return web.json_response({})

    def _own(self, request: web.Request) -> tuple[Post, Room]:
        room = self._room(unquote(request.match_info["conversation"]))
        post = room.post(request.match_info["activity"])
        if post is None:
            raise Refused(404, "ActivityNotFoundInConversation")
        if post.author:
            raise Refused(403, "NotEnoughPermissions", "somebody else's message")
        return post, room

    def _lawful(self, activity: Json) -> None:
        found = check_activity(activity)
        for attachment in activity.get("attachments") or []:
            found += check_schema(attachment.get("content"))
        if found:
            raise Refused(400, "BadArgument", "; ".join(found))

    # People.

    def _roster(self, request: web.Request) -> list[User]:
        conversation = unquote(request.match_info["conversation"])
        if base_of(conversation) != TEAM:
            self._room(conversation)
        return self.tenant.roster(conversation) or []

    def _member(self, request: web.Request, body: Json) -> web.Response:
        wanted = self.tenant.known(unquote(request.match_info["who"]))
        if wanted is None or wanted not in self._roster(request):
            raise Refused(404, "MemberNotFoundInConversation")
        return web.json_response(member(wanted))

    def _members(self, request: web.Request, body: Json) -> web.Response:
        asked = int(request.query.get("pageSize") or PAGE)
        size = self.fake.page or min(max(asked, LEAST_PAGE), MOST_PAGE)
        begun = self._continued(request.query.get("continuationToken", ""))
        people = self._roster(request)
        answer: Json = {"members": [member(user) for user in people[begun : begun + size]]}
        if begun + size < len(people):
            answer["continuationToken"] = b64encode(f"from={begun + size}&of=all".encode()).decode()
        return web.json_response(answer)

    def _continued(self, token: str) -> int:
        if not token:
            return 0
        try:
            return int(b64decode(token, validate=True).decode().removeprefix("from=").partition("&")[0])
        except ValueError:
            raise Refused(400, "BadArgument", f"continuationToken {quote(token)}") from None


async def _about(request: web.Request) -> str:
    """The channel or person that a new conversation is to be with; "" for a request about neither."""
    try:
        body = _body(await request.read())
        told = body.get("channelData", {}).get("channel") or body.get("members", [{}])[0]
        return str(told["id"])
    except (Refused, LookupError, TypeError, AttributeError):
        return ""


def _body(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused(400, "BadSyntax", "no JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "BadSyntax", "no object")
    return body

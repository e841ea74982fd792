"""What hasn't got the outline of an activity of Teams' is turned away before anything trips over it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.outline import Outline
from bot.platforms.teams.outline import INVOKES, KINDS, outline
from tests.platforms.teams.made_tokens import activity
from tests.platforms.teams.tenant import TENANT

TYPED = activity(
    entities=[{"type": "mention", "text": "<at>Usher</at>", "mentioned": {"id": "28:us", "name": "Usher"}}],
    attachments=[{"contentType": "text/html", "content": "<p>Can I?</p>"}],
    locale="en-GB",
    replyToId="1700000000000",
    textFormat="plain",
)
PRESSED = activity(text=None, value={"usher": {"do": "press", "action": "case.open", "value": "K7QF"}})
IN_CHANNEL = activity(
    conversation={
        "conversationType": "channel",
        "id": "19:a@thread.tacv2;messageid=1",
        "tenantId": TENANT,
        "isGroup": True,
    },
    channelData={
        "teamsChannelId": "19:a@thread.tacv2",
        "teamsTeamId": "19:t@thread.tacv2",
        "eventType": "channelCreated",
        "team": {"id": "19:t@thread.tacv2", "name": "Palatine", "aadGroupId": "8f3c"},
        "channel": {"id": "19:a@thread.tacv2"},
        "tenant": {"id": TENANT},
    },
)
OURS = [
    TYPED,
    PRESSED,
    IN_CHANNEL,
    activity(
        type="invoke", name="task/fetch", value={"data": {"usher": {}}, "context": {"theme": "default"}}
    ),
    activity(type="invoke", name="task/submit", value={"data": {"usher": {}, "what|1": "words"}}),
    activity(
        type="invoke",
        name="composeExtension/fetchTask",
        value={
            "commandId": "report",
            "commandContext": "message",
            "messagePayload": {
                "id": "1",
                "body": {"contentType": "html", "content": "<p>x</p>"},
                "subject": None,
            },
        },
    ),
    activity(
        type="invoke",
        name="composeExtension/submitAction",
        value={"commandId": "report", "data": {"usher": {}}},
    ),
    activity(type="conversationUpdate", text=None, membersAdded=[{"id": "29:x", "aadObjectId": "8f3c"}]),
    activity(type="conversationUpdate", membersRemoved=[{"id": "28:us"}], membersAdded=None),
    activity(type="installationUpdate", action="add", text=None),
]
ODD: list[object] = [None, True, 0, 7.5, "", "x", [], ["x"], {}, {"x": 1}, [[]], [None], {"id": None}]


@pytest.mark.parametrize("body", OURS, ids=lambda body: f"{body['type']} {body.get('name', '')}")
def test_what_teams_sends_is_ours(body: dict[str, Any]) -> None:
    assert outline(body) is Outline.OURS
    assert outline(json.loads(json.dumps(body))) is Outline.OURS


def test_every_kind_and_invoke_that_is_told_apart_is_among_these() -> None:
    assert {body["type"] for body in OURS} == set(KINDS)
    assert {body["name"] for body in OURS if body["type"] == "invoke"} == set(INVOKES)


@pytest.mark.parametrize("kind", ["typing", "messageReaction", "messageDelete", "event", "trace", "Message"])
def test_other_kinds_are_taken_quietly(kind: str) -> None:
    assert outline(activity(type=kind)) is Outline.UNKNOWN


@pytest.mark.parametrize(
    "name", ["adaptiveCard/action", "signin/verifyState", "fileConsent/invoke", "Task/Fetch"]
)
def test_other_invokes_are_taken_quietly(name: str) -> None:
    assert outline(activity(type="invoke", name=name, value=None)) is Outline.UNKNOWN


@pytest.mark.parametrize("body", [None, True, 5, "message", [], [activity()], {}, {"type": "message"}])
def test_what_is_no_activity_at_all_is_malformed(body: object) -> None:
    assert outline(body) is Outline.MALFORMED


@pytest.mark.parametrize("name", ["type", "serviceUrl", "channelId", "id", "from", "conversation"])
@pytest.mark.parametrize("odd", [None, 5, "", [], {}, True, "x" * 1001])
def test_what_everything_hangs_on_must_be_there_and_of_decent_length(name: str, odd: object) -> None:
    assert outline({**activity(), name: odd}) is Outline.MALFORMED
    less = activity()
    del less[name]
    assert outline(less) is Outline.MALFORMED


def _places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, value in inside:
        yield (*path, name)
        yield from _places(value, (*path, name))


def _put(body: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    changed: Any = deepcopy(body)
    at = changed
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return dict(changed)


def _walk(body: dict[str, Any]) -> None:
    """Use every part that receiving uses, the way it uses it: this must never trip over what is ours."""
    for id in (body["id"], body["from"]["id"], body["conversation"]["id"], body["serviceUrl"]):
        assert id.lower()
    (body["from"].get("aadObjectId") or "").lower()
    (body["conversation"].get("conversationType") or "").lower()
    (body.get("text") or "").strip()
    for mention in body.get("entities") or ():
        (mention.get("type") or "").lower()
        ((mention.get("mentioned") or {}).get("id") or "").lower()
        (mention.get("text") or "").strip()
    for attached in body.get("attachments") or ():
        (attached.get("contentType") or "").lower()
    for part in ("tenant", "team", "channel"):
        (((body.get("channelData") or {}).get(part) or {}).get("id") or "").lower()
    _walk_kind(body)


def _walk_kind(body: dict[str, Any]) -> None:
    if body["type"] == "conversationUpdate":
        for member in [*(body.get("membersAdded") or ()), *(body.get("membersRemoved") or ())]:
            member["id"].lower()
    if body["type"] == "installationUpdate":
        (body.get("action") or "").lower()
    value = body.get("value") or {}
    if body["type"] == "message":
        value.get("usher")
    if body["type"] == "invoke":
        (value.get("data") or {}).get("usher")
        if body["name"].startswith("composeExtension/"):
            value["commandId"].lower()
        payload = value.get("messagePayload") or {}
        ((payload.get("body") or {}).get("content") or "").strip()


def test_whatever_is_odd_anywhere_never_gets_past_and_trips_somebody_up() -> None:
    turned_away = 0
    for body in OURS:
        for path in _places(body):
            for odd in ODD:
                changed = _put(body, path, odd)
                if outline(changed) is Outline.OURS:
                    _walk(changed)
                else:
                    turned_away += 1
    assert turned_away > 500


@settings(max_examples=200)
@given(
    st.sampled_from(OURS),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda more: st.lists(more, max_size=3) | st.dictionaries(st.text(max_size=4), more, max_size=3),
    ),
    st.randoms(),
)
def test_nor_does_anything_else(body: dict[str, Any], odd: object, chance: Any) -> None:
    changed = _put(body, chance.choice(list(_places(body))), odd)
    if outline(changed) is Outline.OURS:
        _walk(changed)


def test_the_outline_is_what_keeps_the_walk_from_tripping() -> None:
    """Without it the same oddities trip the walk up: the two tests above can fail."""
    tripped = 0
    for path in _places(TYPED):
        try:
            _walk(_put(TYPED, path, 5))
        except (AttributeError, TypeError, KeyError, AssertionError):
            tripped += 1
    assert tripped > 10


def test_depth_is_no_harm() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"value": deep}
    assert outline(activity(value=deep)) is Outline.OURS

"""The fake Slack refuses what Slack refuses, and its phones do what Slack's clients do."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.platforms.slack.law import faults_of_message, faults_of_view
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.tiny import (
    asks,
    away,
    client,
    modal,
    word,
)
from tests.platforms.slack.workspace import BOT, ELSEWHERE, STAFF_GROUP

TA = "jem-karuna"
DSL_ROOM, STAFFROOM = "C0ROOM0002", "C0ROOM0001"
PhoneOf = Callable[[str], Phone]
Json = dict[str, Any]


async def refused(call: Any) -> Json:
    """The answer to a call that Slack must not do."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return dict(raised.value.response.data)


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def radio(count: int, **more: Any) -> Json:
    options = [{"text": word(f"o{n}"), "value": str(n)} for n in range(count)]
    return {"type": "radio_buttons", "action_id": "a", "options": options, **more}


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": word("L"), "element": element, **more}


def long_button(**more: Any) -> Json:
    return {"type": "actions", "elements": [{"type": "button", "text": word("B"), "action_id": "a", **more}]}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "a", **more}


OPTION = {"text": word("o"), "value": "o"}
UNLAWFUL_BLOCKS: list[tuple[str, Json]] = [
    ("unsupported type", {"type": "call"}),
    ("additional property", {"type": "divider", "colour": "red"}),
    ("less than 3001", section("x" * 3001)),
    ("more than 0", section("")),
    ("missing text or fields", {"type": "section"}),
    ("fields must be", {"type": "section", "fields": [word("f")] * 11}),
    ("less than 2001", {"type": "section", "fields": [word("x" * 2001)]}),
    ("less than 151", {"type": "header", "text": word("x" * 151)}),
    ("must be plain_text", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("1 to 10", {"type": "context", "elements": [word("x")] * 11}),
    ("1 to 25", {"type": "actions", "elements": [long_button()["elements"][0]] * 26}),
    ("action_id already", {"type": "actions", "elements": long_button()["elements"] * 2}),
    ("less than 76", long_button(text=word("x" * 76))),
    ("longer than 2000", long_button(value="x" * 2001)),
    ("primary or danger", long_button(style="warning")),
    ("less than 301", long_button(confirm={"title": word("t"), "text": word("x" * 301)})),
    ("missing text object", long_button(confirm={"text": word("x")})),
    ("not allowed here", {"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]}),
    ("1 to 10", asked(radio(11))),
    ("1 to 10", asked(radio(0))),
    ("none of the options", asked(radio(2, initial_option=OPTION))),
    ("must not be empty", asked({**radio(2), "type": "checkboxes", "initial_options": []})),
    ("1 to 100", asked(select(options=[OPTION] * 101))),
    ("not both", asked(select(options=[OPTION], option_groups=[{"label": word("g"), "options": [OPTION]}]))),
    ("less than 76", asked(select(option_groups=[{"label": word("g" * 76), "options": [OPTION]}]))),
    ("less than 76", asked(radio(1) | {"options": [{"text": word("x" * 76), "value": "v"}]})),
    ("1 to 150", asked(radio(1) | {"options": [{"text": word("x"), "value": "v" * 151}]})),
    ("must be plain_text", asked(select(options=[{"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}]))),
    ("max_length 1 to", asked({"type": "plain_text_input", "action_id": "a", "max_length": 3001})),
    ("longer than max", asked({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"})),
    ("malformed", asked({"type": "datepicker", "action_id": "a", "initial_date": "22.11.2026"})),
    ("malformed", asked({"type": "timepicker", "action_id": "a", "initial_time": "9:05"})),
    ("less than 2001", asked(radio(1), label=word("x" * 2001))),
    ("less than 2001", asked(radio(1), hint=word("x" * 2001))),
    ("missing text object", {"type": "input", "element": radio(1)}),
    ("block_id must be", {"type": "divider", "block_id": "x" * 256}),
    ("action_id must be", long_button(action_id="x" * 256)),
    ("shouting", section("look <!channel>")),
    ("no such rich text", {"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}),
]


@pytest.mark.parametrize(("why", "block"), UNLAWFUL_BLOCKS, ids=lambda v: v if isinstance(v, str) else "")
async def test_a_block_against_slacks_limits_is_refused_and_remembered(
    fake: FakeSlack, why: str, block: Json
) -> None:
    answer = await refused(
        client(fake).chat_postMessage(
            channel=STAFFROOM, text="t", blocks=[block], unfurl_links=False, unfurl_media=False
        )
    )
    assert answer["error"] == "invalid_blocks"
    assert any(why in line for line in answer["response_metadata"]["messages"]), answer
    assert fake.objections
    assert not fake.space.rooms[STAFFROOM].messages


UNLAWFUL_VIEWS: list[tuple[str, Json]] = [
    ("title: text must be less than 25", modal(asks("a"), title=word("x" * 25))),
    ("submit: text must be less than 25", modal(asks("a"), submit="x" * 25)),
    ("close: text must be less than 25", modal(asks("a"), close=word("x" * 25))),
    ("missing title", modal(asks("a"), title=None)),
    ("no submit", {k: v for k, v in modal(asks("a")).items() if k != "submit"}),
    ("private_metadata", modal(asks("a"), private_metadata="x" * 3001)),
    ("callback_id", modal(asks("a"), callback_id="x" * 256)),
    ("of at most 100", modal(*[{"type": "divider"}] * 101)),
    ("already exists", modal(asks("a"), asks("a"))),
    ("additional property", modal(asks("a"), colour="red")),
    ("must be modal or home", modal(asks("a"), type="page")),
    ("view_too_large", modal(*(section("é" * 2900, block_id=str(n)) for n in range(20)))),
    ("not a list", modal() | {"blocks": {}}),
    ("additional property: title", modal(asks("a"), type="home")),
]


@pytest.mark.parametrize(("why", "view"), UNLAWFUL_VIEWS, ids=lambda v: v if isinstance(v, str) else "")
async def test_a_view_against_slacks_limits_is_refused_and_remembered(
    fake: FakeSlack, why: str, view: Json
) -> None:
    trigger = await away(fake.do, lambda: fake.space.trigger("U0PERSON09"))
    answer = await refused(client(fake).views_open(trigger_id=trigger, view=view))
    assert answer["error"] in ("invalid_arguments", "view_too_large")
    assert any(why in line for line in answer["response_metadata"]["messages"]), answer
    assert fake.objections


def test_what_is_lawful_is_let_through() -> None:
    grouped = select(option_groups=[{"label": word("g"), "options": [OPTION]}], initial_option=OPTION)
    lawful = [
        section("x" * 3000), asked(radio(10)), asked(grouped),
        long_button(text=word("x" * 75), value="x" * 2000),
        {"type": "divider"}, {"type": "header", "text": word("x" * 150)},
        asked({"type": "datepicker", "action_id": "a", "initial_date": "2026-11-22"}),
    ]  # fmt: skip
    assert faults_of_message("text", lawful) == []
    assert faults_of_view(modal(*lawful, private_metadata="x" * 3000)) == []
    assert faults_of_view({"type": "home", "blocks": [*lawful]}) == []


async def test_too_much_for_one_message_is_refused(fake: FakeSlack) -> None:
    say = client(fake).chat_postMessage
    flags = {"unfurl_links": False, "unfurl_media": False}
    assert (await refused(say(channel=STAFFROOM, text="x" * 40_001, **flags)))["error"] == "msg_too_long"
    many = [section("x" * 2600)] * 4
    assert (await refused(say(channel=STAFFROOM, text="t", blocks=many, **flags)))[
        "error"
    ] == "msg_blocks_too_long"
    assert (await refused(say(channel=STAFFROOM, text="t", blocks=[{"type": "divider"}] * 51, **flags)))[
        "error"
    ] == "invalid_blocks"
    assert (await refused(say(channel=STAFFROOM, **flags)))["error"] == "no_text"
    assert len(fake.objections) == 4


async def test_the_houses_own_rules_are_remembered(fake: FakeSlack) -> None:
    await client(fake).chat_postMessage(channel=STAFFROOM, blocks=[section("no text for phones")])
    assert any("without text" in line for line in fake.objections)
    assert any("unfurl_links" in line for line in fake.objections)
    await refused(client(fake).chat_postMessage(channel=STAFFROOM, text="<!here> wake up"))
    assert any("shouting" in line for line in fake.objections)


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0GENERAL0", "not_in_channel"),
        ("U0LEAVER01", "channel_not_found"),
    ],
)
async def test_the_app_posts_only_where_it_is_a_member(fake: FakeSlack, channel: str, error: str) -> None:
    assert (await refused(client(fake).chat_postMessage(channel=channel, text="t")))["error"] == error


async def test_archived_rooms_and_rooms_the_app_was_removed_from_refuse(fake: FakeSlack) -> None:
    fake.space.rooms[DSL_ROOM].archived = True
    assert (await refused(client(fake).chat_postMessage(channel=DSL_ROOM, text="t")))[
        "error"
    ] == "is_archived"
    fake.space.rooms[DSL_ROOM].archived = False
    fake.space.rooms[DSL_ROOM].members.discard(BOT)
    assert (await refused(client(fake).chat_postMessage(channel=DSL_ROOM, text="t")))[
        "error"
    ] == "channel_not_found"


@pytest.mark.parametrize(
    ("method", "args", "scope"),
    [
        ("conversations.info", {"channel": "C0GENERAL0"}, "channels:read"),
        ("conversations.members", {"channel": "C0GENERAL0"}, "channels:read"),
        ("conversations.info", {"channel": "D0PERSON01"}, "im:read"),
        ("conversations.open", {"users": "U0PERSON01,U0PERSON02"}, "mpim:write"),
    ],
)
async def test_a_scope_that_the_manifest_does_not_declare_is_missed_and_remembered(
    fake: FakeSlack, method: str, args: Json, scope: str
) -> None:
    await away(fake.do, lambda: fake.space.direct("U0PERSON01"))
    answer = await refused(client(fake).api_call(method, params=args))
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert fake.objections


async def test_taking_a_scope_from_the_manifest_takes_its_methods(fake: FakeSlack) -> None:
    assert (await client(fake).users_list())["members"]
    fake.scopes.remove("users:read")
    assert (await refused(client(fake).users_list()))["error"] == "missing_scope"
    fake.scopes.remove("chat:write")
    assert (await refused(client(fake).chat_postMessage(channel=STAFFROOM, text="t")))[
        "error"
    ] == "missing_scope"


@pytest.mark.parametrize("method", ["conversations.history", "files.info", "chat.scheduleMessage"])
async def test_a_method_that_is_none_of_the_apps_is_remembered(fake: FakeSlack, method: str) -> None:
    assert (await refused(client(fake).api_call(method)))["error"] == "unknown_method"
    assert fake.objections


async def test_tokens_are_checked(fake: FakeSlack) -> None:
    assert (await refused(client(fake, "xoxb-wrong").auth_test()))["error"] == "invalid_auth"
    assert (await refused(client(fake, fake.app_token).auth_test()))["error"] == "not_allowed_token_type"
    wrong = client(fake).apps_connections_open(app_token=fake.token)
    assert (await refused(wrong))["error"] == "not_allowed_token_type"
    answer = await client(fake).auth_test()
    assert set(answer.headers["x-oauth-scopes"].split(",")) == set(fake.scopes)


async def test_a_trigger_opens_one_view_within_three_seconds(fake: FakeSlack) -> None:
    triggers = [await away(fake.do, lambda: fake.space.trigger("U0PERSON09")) for _ in range(2)]
    form = modal(asks("a"))
    await client(fake).views_open(trigger_id=triggers[0], view=form)
    again = await refused(client(fake).views_open(trigger_id=triggers[0], view=form))
    assert again["error"] == "exchanged_trigger_id"
    fake.space.triggers[triggers[1]].born -= 3.1
    late = await refused(client(fake).views_open(trigger_id=triggers[1], view=form))
    assert late["error"] == "expired_trigger_id"
    made_up = await refused(client(fake).views_open(trigger_id="1.2.3", view=form))
    assert made_up["error"] == "invalid_trigger_id"


async def test_views_have_hashes_ids_and_a_stack_of_three(fake: FakeSlack) -> None:
    def trigger() -> str:
        return fake.do(lambda: fake.space.trigger("U0PERSON09"))

    web, form = client(fake), modal(asks("a"))
    view = (await web.views_open(trigger_id=await away(trigger), view=form))["view"]
    fresh = (await web.views_update(view_id=view["id"], hash=view["hash"], view=form))["view"]
    assert fresh["id"] == view["id"]
    assert fresh["hash"] != view["hash"]
    stale = await refused(web.views_update(view_id=view["id"], hash=view["hash"], view=form))
    assert stale["error"] == "hash_conflict"
    assert (await refused(web.views_update(view_id="V0GONE", view=form)))["error"] == "not_found"
    pushed = (await web.views_push(trigger_id=await away(trigger), view=form))["view"]
    assert pushed["previous_view_id"] == view["id"]
    await web.views_push(trigger_id=await away(trigger), view=form)
    full = await refused(web.views_push(trigger_id=await away(trigger), view=form))
    assert full["error"] == "push_limit_reached"


async def test_messages_are_updated_deleted_and_whispered(fake: FakeSlack, phone: PhoneOf) -> None:
    web, flags = client(fake), {"unfurl_links": False, "unfurl_media": False}
    posted = await web.chat_postMessage(channel="U0PERSON09", text="one", **flags)
    assert posted["channel"] == "D0PERSON09"
    await web.chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    assert "two" in phone(TA).sees()
    gone = await refused(web.chat_update(channel=posted["channel"], ts="1.2", text="three"))
    assert gone["error"] == "message_not_found"
    await web.chat_postEphemeral(channel=STAFFROOM, user="U0PERSON09", text="for you alone")
    assert "for you alone" in phone(TA).channel(STAFFROOM)
    assert "for you alone" not in phone("isolde-penhallow").channel(STAFFROOM)
    outside = web.chat_postEphemeral(channel=DSL_ROOM, user="U0PERSON09", text="t")
    assert (await refused(outside))["error"] == "user_not_in_channel"
    await web.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert "two" not in phone(TA).sees()
    mine = await away(phone(TA).dm, "mine")
    theirs = await refused(web.chat_update(channel="D0PERSON09", ts=mine, text="yours"))
    assert theirs["error"] == "cant_update_message"


async def test_people_come_in_pages_with_guests_bots_and_leavers_marked(fake: FakeSlack) -> None:
    web, found, cursor = client(fake), [], ""
    while True:
        answer = await web.users_list(limit=5, cursor=cursor)
        found += answer["members"]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    by_id = {user["id"]: user for user in found}
    assert len(found) == len(by_id) == len(fake.space.users)
    assert by_id["U0GUEST001"]["is_restricted"]
    assert by_id["U0LEAVER01"]["deleted"]
    assert by_id["U0ROBOT001"]["is_bot"]
    assert by_id["U0STRANGE1"]["team_id"] == ELSEWHERE
    assert not by_id["USLACKBOT"]["is_bot"], "Slackbot says that it is no bot"
    assert (await web.users_lookupByEmail(email="jem.karuna@palatine.example"))["user"]["id"] == "U0PERSON09"
    assert "U0PERSON04" not in (await web.usergroups_users_list(usergroup=STAFF_GROUP))["users"], "a governor"
    assert (await refused(web.users_list(limit=2000)))["error"] == "invalid_limit"


async def test_rates_are_limited_where_it_is_switched_on(fake: FakeSlack) -> None:
    now = [0.0]
    fake.limits.clock, fake.limits.on = (lambda: now[0]), True
    say, flags = client(fake).chat_postMessage, {"unfurl_links": False, "unfurl_media": False}
    for _ in range(3):
        await say(channel=STAFFROOM, text="t", **flags)
    with pytest.raises(SlackApiError) as raised:
        await say(channel=STAFFROOM, text="t", **flags)
    assert raised.value.response.status_code == 429
    assert int(raised.value.response.headers["Retry-After"]) == 1
    await say(channel=DSL_ROOM, text="t", **flags)
    now[0] += 1
    await say(channel=STAFFROOM, text="t", **flags)
    for _ in range(20):
        await client(fake).users_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client(fake).users_list()


@pytest.mark.parametrize("what", ["429", "500", "503", "invalid_auth", "channel_not_found", "is_archived"])
async def test_an_ordered_fault_happens_as_often_as_it_was_ordered(fake: FakeSlack, what: str) -> None:
    fake.order("chat.postMessage", what, 2, retry_after=7)
    say, flags = client(fake).chat_postMessage, {"unfurl_links": False, "unfurl_media": False}
    for _ in range(2):
        with pytest.raises(SlackApiError) as raised:
            await say(channel=STAFFROOM, text="t", **flags)
        if what == "429":
            assert raised.value.response.headers["Retry-After"] == "7"
    assert not fake.space.rooms[STAFFROOM].messages
    await say(channel=STAFFROOM, text="t", **flags)
    assert len(fake.space.rooms[STAFFROOM].messages) == 1


async def test_a_dropped_answer_has_been_done_and_a_cut_one_has_not(fake: FakeSlack) -> None:
    say, flags = client(fake).chat_postMessage, {"unfurl_links": False, "unfurl_media": False}
    for what, there in (("dropped", 1), ("cut", 1), ("hang", 1)):
        fake.order("chat.postMessage", what)
        with pytest.raises((aiohttp.ClientError, TimeoutError)):
            await say(channel=STAFFROOM, text="t", **flags)
        assert len(fake.space.rooms[STAFFROOM].messages) == there
    gone = fake.gone()
    await away(gone.__enter__)
    with pytest.raises(OSError, match="Cannot connect"):
        await say(channel=STAFFROOM, text="t", **flags)
    await away(gone.__exit__, None, None, None)
    await say(channel=STAFFROOM, text="t", **flags)


async def test_oauth_gives_a_token_for_a_code_once(fake: FakeSlack) -> None:
    web = client(fake, "")
    given = {"client_id": fake.client_id, "client_secret": fake.client_secret, "code": "code-1"}
    assert (await web.oauth_v2_access(**given))["access_token"] == fake.token
    assert (await refused(web.oauth_v2_access(**given)))["error"] == "invalid_code"
    assert (await refused(web.oauth_v2_access(**given | {"client_secret": "x"})))[
        "error"
    ] == "bad_client_secret"

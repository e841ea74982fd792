"""The fake Slack's doors, phones and response addresses, tried with a tiny Bolt app that is not Usher."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.platforms.slack.doors import AGAIN_AFTER
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.tiny import (
    asks,
    away,
    button,
    by_http,
    by_socket,
    client,
    modal,
    picks,
    post,
    tiny_app,
)
from tests.waiting import until

TA = "jem-karuna"
DSL_ROOM, STAFFROOM = "C0ROOM0002", "C0ROOM0001"
PhoneOf = Callable[[str], Phone]
Json = dict[str, Any]


@pytest.mark.parametrize("door", [by_socket, by_http])
async def test_a_bolt_app_hears_everything_and_is_heard(fake: FakeSlack, phone: PhoneOf, door: Any) -> None:
    app, heard = tiny_app(fake)
    ta = phone(TA)
    async with door(fake, app):
        await away(ta.dm, "is <this> & that allowed?")
        assert "Heard is <this> & that allowed?" in ta.sees()
        assert heard[0]["event"]["text"] == "is &lt;this&gt; &amp; that allowed?"
        assert {"bot_id", "app_id"} <= set(fake.told[1]), "the app's own post comes back"
        await away(ta.mention, STAFFROOM, "hello")
        assert heard[-1]["event"]["type"] == "app_mention"
        await away(ta.slash, "/policy", "a & b")
        assert "You said a & b" in ta.sees()
        await away(ta.press, "Open the form")
        assert heard[-1]["actions"][0]["action_id"] == "open"
        assert "What is name?" in ta.modal()
        await away(ta.press, "Send")
        assert len(ta.alone) == 2, "required inputs are the client's own business"
        await away(ta.fill, "What is name", "bad")
        await away(ta.fill, "Which colour", "Green")
        assert "What is shade?" in ta.modal(), "updated by the choice"
        assert "bad" in ta.modal(), "typed state stays where the ids stay"
        await away(ta.fill, "What is shade", "dark")
        await away(ta.press, "Send")
        assert "That is no name." in ta.modal()
        await away(ta.fill, "What is name", "good")
        await away(ta.press, "Send")
        assert ta.modal() == ""
        assert heard[-1]["view"]["state"]["values"]["colour"]["choice"]["selected_option"]["value"] == "green"
        await away(ta.close_modal)
    assert fake.objections == []


@pytest.mark.parametrize("door", [by_socket, by_http])
async def test_what_is_not_taken_in_three_seconds_is_shown_and_events_come_again(
    fake: FakeSlack, phone: PhoneOf, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.platforms.slack.doors.ANSWER_WITHIN", 0.2)
    monkeypatch.setattr("tests.platforms.slack.server.AGAIN_AFTER", (0.0, 0.05, 0.05))
    app, heard = tiny_app(fake)
    failing = [True]

    @app.middleware
    async def broken(body: Json, next: Any) -> None:
        heard.append(body)
        if failing[0]:
            raise RuntimeError("not now")
        await next()

    ta = phone(TA)
    async with door(fake, app):
        await away(ta.dm, "hello")
        assert len(heard) == 1 + len(AGAIN_AFTER)
        assert len({body["event_id"] for body in heard}) == 1
        assert [attempt for _, attempt, _ in fake.retried] == [1, 2, 3]
        assert len(fake.given_up) == 1
        await away(ta.slash, "/policy", "x")
        assert "/policy failed with the error" in ta.sees()
        assert len(heard) == 2 + len(AGAIN_AFTER), "commands come once"
        failing[0] = False
        await away(ta.dm, "hello again")
        assert "Heard hello again" in ta.sees()


async def test_an_address_of_socket_mode_works_once(fake: FakeSlack) -> None:

    url = (await client(fake).apps_connections_open(app_token=fake.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        fake.sockets.refuse = 1
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
        url = (await client(fake).apps_connections_open(app_token=fake.app_token))["url"]
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await away(fake.run, fake.sockets.say_disconnect("warning"))
            assert (await socket.receive_json())["reason"] == "warning"
            await away(fake.run, fake.sockets.cut())
            assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


async def test_an_event_whose_connection_died_comes_again_on_the_next(
    fake: FakeSlack, phone: PhoneOf
) -> None:
    app, heard = tiny_app(fake)
    ta = phone(TA)

    @app.middleware
    async def first_cut(body: Json, next: Any) -> None:
        if not heard:
            heard.append(body)
            await away(fake.run, fake.sockets.cut())
        await next()

    async with by_socket(fake, app):
        await away(ta.dm, "hello")
        await away(until, lambda: "Heard hello" in ta.sees(), ta.sees, 8)
        assert fake.retried[0][1] == 1
        assert fake.sockets.opened == 2


async def test_a_response_url_works_five_times(fake: FakeSlack, phone: PhoneOf) -> None:
    app, heard = tiny_app(fake)
    ta = phone(TA)
    async with by_socket(fake, app):
        await away(ta.slash, "/policy", "x")
    url = heard[-1]["response_url"]
    for _ in range(5):
        assert await post(url, {"text": "later"}) == (200, "ok")
    assert await post(url, {"text": "too late"}) == (404, "used_url")
    assert ta.sees().count("later") == 5
    assert "later" not in phone("isolde-penhallow").sees()
    assert (await post(f"{fake.url}/response/T/1/made-up", {"text": "t"}))[0] == 404


async def test_clients_keep_people_from_what_slack_keeps_them_from(fake: FakeSlack, phone: PhoneOf) -> None:
    ta = phone(TA)
    trigger = await away(fake.do, lambda: fake.space.trigger(ta.user))
    short = asks("short")
    short["element"] |= {"max_length": 3}
    form = modal(short, picks("colour", "Red"), asks("rest", optional=True), button("Press me", "press"))
    await client(fake).views_open(trigger_id=trigger, view=form)
    with pytest.raises(AssertionError, match="stops taking letters"):
        ta.fill("What is short", "four")
    with pytest.raises(AssertionError, match="no option"):
        ta.fill("Which colour", "Blue")
    with pytest.raises(AssertionError, match="no input"):
        ta.fill("What is missing", "x")
    with pytest.raises(AssertionError, match="not a valid command"):
        ta.slash("/nothing")
    with pytest.raises(AssertionError, match="no member"):
        ta.say(DSL_ROOM, "let me in")
    with pytest.raises(AssertionError, match="no button"):
        ta.press("No such button")
    assert ta.modal() == "", "a modal without that button was closed to look elsewhere"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"text": "a submit is not answered so"},
    ],
)
async def test_a_submit_that_is_answered_wrongly_is_remembered(
    fake: FakeSlack, phone: PhoneOf, answer: Json
) -> None:
    ta = phone(TA)
    trigger = await away(fake.do, lambda: fake.space.trigger(ta.user))
    await client(fake).views_open(trigger_id=trigger, view=modal(asks("a")))
    view = ta.top()
    assert view is not None
    await away(fake.do, lambda: ta._after_submit(view, answer))
    assert fake.objections

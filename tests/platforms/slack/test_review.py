"""What a second pair of eyes found in the Slack platform, one test for each."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.platforms.slack import did, sockets, spots
from bot.platforms.slack.identity import SLACK, Directory, Member, member
from bot.platforms.slack.pacing import Pace
from bot.platforms.slack.receive import TYPED
from bot.platforms.slack.reply import Say, commanded, submitted
from bot.platforms.slack.send import Send
from bot.platforms.slack.spots import Spot
from bot.platforms.slack.views import Meta
from bot.school.activities import Filled, Said
from bot.school.messages import Button, Dialog, Lane, Message, Notice, Paragraph, Recipient, Reply
from bot.school.people import Channel, Role, School
from bot.wiring import slack_rooms
from bot.wiring.slack_rooms import Rooms

Json = dict[str, Any]
HELLO = Message(summary="Hello", parts=(Paragraph(text="Hello there"),))
MENTION = {"user": "U1", "channel": "C1", "ts": "5.0", "text": "<@UBOT> <@U2> posted a picture of a pupil"}


class Client:
    """Slack's Web API as far as these tests go: what was called, with what."""

    def __init__(self, **answers: Any) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.answers = answers

    def __getattr__(self, method: str) -> Any:
        async def call(**given: Any) -> Any:
            self.calls.append((method, given))
            answer = self.answers.get(method, {"channel": given.get("channel"), "ts": "9.9"})
            if isinstance(answer, str):
                said = SimpleNamespace(status_code=200, data={"ok": False, "error": answer})
                raise SlackApiError("", said)  # type: ignore[no-untyped-call]
            return answer

        return call

    def named(self, method: str) -> list[Json]:
        return [given for called, given in self.calls if called == method]


def speaker(client: Any) -> Say:
    return Say(client=client, session=None, pace=Pace())  # type: ignore[arg-type]


def says(client: Client, spot: Spot, reply: Reply) -> None:
    asyncio.run(speaker(client).say(spot, reply, Meta()))


def directory(school: School, **more: Any) -> Directory:
    return Directory(declared=school, **more)


# Slack: "Ephemeral messages in threads are only shown if there is already an active thread."


@pytest.mark.parametrize(("thread", "where"), [("", None), ("2.0", "2.0")])
def test_what_only_one_person_may_see_is_not_put_into_a_thread_that_nobody_has_begun(
    thread: str, where: str | None
) -> None:
    client = Client()
    event = MENTION | ({"thread_ts": thread} if thread else {})
    says(client, spots.of_mention(event), Reply(messages=(HELLO,), privately=True))
    assert [given["thread_ts"] for given in client.named("chat_postEphemeral")] == [where]


def test_what_all_may_see_begins_the_thread() -> None:
    client = Client()
    says(client, spots.of_mention(MENTION), Reply(messages=(HELLO,)))
    assert [given["thread_ts"] for given in client.named("chat_postMessage")] == ["5.0"]


def test_the_name_of_somebody_mentioned_is_kept_in_the_account() -> None:
    names = {"U2": "Sam Example"}
    assert did.typed(MENTION, "UBOT", names) == (Said(text="@Sam Example posted a picture of a pupil"),)
    body = {
        "callback_id": "report_message",
        "message": {"text": "ask <@U2>"},
        "channel": {"name": "staffroom"},
    }
    asked = did.shortcut(body, names)
    assert isinstance(asked, Filled)
    assert asked.answers["account"] == "A message in #staffroom says: “ask @Sam Example”"


@pytest.mark.parametrize("name", ["privategroup", "directmessage", None])
def test_a_room_that_slack_does_not_name_is_not_named(name: str | None) -> None:
    asked = did.shortcut(
        {"callback_id": "report_message", "message": {"text": "hm"}, "channel": {"name": name}}, {}
    )
    assert isinstance(asked, Filled)
    assert asked.answers["account"] == "A message says: “hm”"


def test_only_what_somebody_has_just_written_is_answered() -> None:
    assert {None, "file_share"} <= TYPED
    assert not TYPED & {"message_changed", "message_deleted", "bot_message", "channel_join", "tombstone"}


def test_a_window_that_comes_too_late_is_said_in_direct_messages() -> None:
    client = Client(views_open="expired_trigger_id")
    says(client, Spot(user="U1", trigger="t"), Reply(messages=(HELLO,), privately=True))
    assert [given["channel"] for given in client.named("chat_postMessage")] == ["U1"]


@pytest.mark.parametrize("event", [{"channel": "D1"}, {"channel": "C1"}])
def test_a_window_asked_for_in_words_is_offered_as_a_button(event: Json) -> None:
    client = Client()
    dialog = Dialog(id="cases:open", title="Open cases", door="cases.list", parts=HELLO.parts)
    says(client, spots.of_mention(MENTION | event), Reply(dialog=dialog, privately=True))
    method = "chat_postMessage" if event["channel"] == "D1" else "chat_postEphemeral"
    (said,) = client.named(method)
    assert said["text"] == "Open cases"
    (button,) = said["blocks"][-1]["elements"]
    assert (button["action_id"], button["text"]["text"]) == ("press:1:cases.list", "Open")
    assert "Hello there" not in str(said["blocks"]), "what it holds is seen in the window only"
    assert len(client.calls) == 1


def test_a_window_says_every_message_of_a_reply() -> None:
    also = Message(summary="And still tell the DSL.", buttons=(Button(label="Go on", action="home"),))
    client, reply = Client(), Reply(messages=(HELLO, also))
    says(client, Spot(user="U1", trigger="t"), reply)
    (opened,) = client.named("views_open")
    pushed = submitted(Spot(user="U1", view={"private_metadata": ""}), reply)
    for shown in (opened["view"], pushed):
        assert all(words in str(shown) for words in ("Hello there", "still tell the DSL", "Go on"))


def test_a_long_answer_to_a_command_is_said_whole() -> None:
    long = Message(summary="Long", parts=tuple(Paragraph(text="word " * 400) for _ in range(12)))
    assert commanded(Reply(messages=(long,))) is None, "an acknowledgement holds one message only"
    assert commanded(Reply(messages=(HELLO,))) is not None


def test_a_card_is_not_renewed_in_a_room_that_is_no_longer_the_schools(sample_school: School) -> None:
    moved = {"safeguarding": Channel(id="safeguarding", name="S", role=Role.DSL, addresses={SLACK: "CNEW"})}
    known = directory(replace(sample_school, channels=moved))
    notice = Notice(key="k", lane=Lane.CASE, to=Recipient(channel="safeguarding"), message=HELLO, card="K7QF")
    for before, method in (("COLD:1.0", "chat_postMessage"), ("CNEW:1.0", "chat_update")):
        client = Client()
        send = Send(client=client, directory=known, pace=Pace())  # type: ignore[arg-type]
        asyncio.run(send(notice, before))
        assert [called for called, _ in client.calls] == [method]
        assert client.calls[0][1]["channel"] == "CNEW"


HEAD = {"id": "U9", "name": "x", "profile": {"email": "head@sample.sch.uk"}}


@pytest.mark.parametrize(
    ("more", "ours"),
    [
        ({}, True),
        ({"team_id": "TOURS"}, True),
        ({"team_id": "TTHEIRS"}, False),
        ({"team_id": "TTHEIRS", "enterprise_user": {"teams": ["TOURS"]}}, True),
    ],
)
def test_an_account_of_another_workspace_is_nobody_here_whatever_its_e_mail_address(
    more: Mapping[str, Any], ours: bool
) -> None:
    assert bool(member({**HEAD, **more}, "TOURS")) is ours


def test_whoever_comes_into_the_staff_channel_is_staff_at_once_without_a_call(sample_school: School) -> None:
    known = directory(sample_school)
    known.learn(
        [Member(id="UNEW", name="New Colleague"), Member(id="UGUEST", name="G", guest=True)], frozenset()
    )
    assert known.person("UNEW") == ""
    assert known.enter("UNEW")
    assert not known.enter("UNEW")
    known.enter("UGUEST")
    assert (known.person("UNEW"), known.person("UGUEST")) == ("slack-unew", "")


def test_a_process_that_never_reaches_slack_ends_instead_of_waiting_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(_self: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(sockets.Client, "connect", never)
    monkeypatch.setattr(sockets, "LOOK", 0.01)
    times = iter(range(0, 1000, 10))

    async def watch() -> None:
        app = AsyncApp(token="xoxb-1", request_verification_enabled=False)
        socket = sockets.Socket(app, "xapp-1", app.client)
        try:
            await socket.watch(lambda: float(next(times)))
        finally:
            await socket.close()

    with pytest.raises(sockets.Lost):
        asyncio.run(watch())


ROOM = Channel(id="safeguarding", name="Safeguarding", role=Role.DSL, addresses={SLACK: "CDSL"})


@pytest.mark.parametrize(
    ("room", "code", "written"),
    [
        ({"channel": {"is_private": True}}, "", ["room.outsider"]),
        ({"channel": {"is_private": True, "is_ext_shared": True}}, "slack_room", ["room.open"]),
        ({"channel": {"is_private": False}}, "slack_room", ["room.open"]),
        ("missing_scope", "slack_room", []),
        ("channel_not_found", "slack_room", []),
        ("internal_error", None, []),
    ],
)
def test_a_private_room_is_looked_at_for_privacy_and_for_strangers(
    room: Any, code: str | None, written: list[str], sample_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(
        conversations_info=room,
        conversations_members={"members": ["UBOT", "USTRANGE"], "response_metadata": {}},
    )
    known = directory(sample_school)
    known.school = SimpleNamespace(channels={"safeguarding": ROOM}, seats=lambda _room: ())  # type: ignore[assignment]
    here = SimpleNamespace(
        school="palatine", directory=known, known=SimpleNamespace(user="UBOT"), say=speaker(client)
    )
    kept: list[str] = []
    alarms: list[str] = []
    monkeypatch.setattr(slack_rooms, "_keep", lambda _usher, _here, _room, verb, *_rest: kept.append(verb))

    async def do(act: Any) -> None:
        act()

    usher = SimpleNamespace(threads=SimpleNamespace(do=do), courier=SimpleNamespace(wake=lambda: None))
    rooms = Rooms(
        usher=usher,  # type: ignore[arg-type]
        workspaces={"T": here},  # type: ignore[dict-item]
        alarm=lambda _school, said: alarms.append(said),
    )
    asyncio.run(rooms.look())
    assert alarms == ([] if code is None else [code])
    assert kept == written

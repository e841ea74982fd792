"""Whatever comes down the socket: nothing breaks, no case is opened, and the next message is answered."""

import json
import random
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import WSMsgType

from bot.platforms.slack.reply import LONGEST_WAIT
from tests.platforms.slack.mutants import everything, mutated
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import SOCKET, Running
from tests.platforms.slack.server import REST
from tests.platforms.slack.workspace import user_of
from tests.stories.people import PEOPLE
from tests.waiting import until

Start = Callable[..., Running]
PAYLOADS, ENVELOPES = 400, 400
QUESTION = "can I give a pupil my phone number"
FRAMES = (
    "", " ", "{", "null", "[]", "1", "NaN", '"text"', "\x00", '{"type": null}', '{"type": []}',
    '{"type": "hello"}', '{"type": "disconnect"}', '{"envelope_id": "e"}', '{"payload": {}}',
    '{"type": "events_api", "envelope_id": null, "payload": null}',
    '{"type": "events_api", "envelope_id": "e", "payload": []}',
    '{"type": "events_api", "envelope_id": {}, "payload": "text"}',
    '{"type": "no_such", "envelope_id": "e", "payload": {"type": "event_callback"}}',
    '{"a": ' * 3000, "[" * 100_000, json.dumps({"type": "events_api", "payload": "x" * 1_000_000}),
)  # fmt: skip


@pytest.fixture(scope="module")
def open_socket(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One Usher for all of it: it has to live through everything."""
    from tests.platforms.slack.running import running

    with running(template, tmp_path_factory.mktemp("socket") / "usher", SOCKET, level="DEBUG") as usher:
        yield usher


def phone_of(usher: Running) -> Phone:
    return Phone(usher.fake, user_of(usher.template.school, PEOPLE["the TA"]))


def sends(usher: Running, *frames: str | bytes) -> None:
    """Put them on the wire as they are, over whichever connection there is."""

    async def send(frame: str | bytes) -> None:
        await usher.fake.sockets.connected()
        socket = usher.fake.sockets.connections[-1]
        kind = WSMsgType.TEXT if isinstance(frame, str) else WSMsgType.BINARY
        content = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
        try:
            await socket._writer.send_frame(content, kind)  # type: ignore[union-attr]
        except ConnectionError:
            return

    for frame in frames:
        usher.fake.run(send(frame))


def sound(usher: Running) -> None:
    """It lives, it answers, it has opened nothing, and nothing went wrong that nobody foresaw."""
    usher.fake.run(usher.fake.sockets.connected())
    phone = phone_of(usher)
    phone.reload()
    usher.fake.settle(LONGEST_WAIT + REST, patience=60)  # Nothing waits for its turn any more.
    before = phone.sees().count("PER-1a")
    phone.dm(QUESTION)
    until(lambda: phone.sees().count("PER-1a") > before, usher.last_lines)
    wrong = [line for line in usher.lines if '"frames":"bot/' in line or '"uncaught"' in line]
    assert not wrong, "\n".join(wrong[:5])
    assert not [line for line in usher.lines if '"slack.failed"' in line]
    store = sqlite3.connect(usher.home / "usher.db")
    for table in ("cases", "concerns"):
        assert store.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    store.close()


def test_mutated_payloads_in_sound_envelopes_break_nothing(open_socket: Running) -> None:
    fake, phone, driven = open_socket.fake, phone_of(open_socket), random.Random(5)
    phone.open_home()
    made = everything(fake, phone.user)
    for number in range(PAYLOADS):
        kind, payload = driven.choice(made)
        sends(open_socket, json.dumps(envelope(kind, mutated(driven, payload), number)))
    sound(open_socket)


def test_mutated_envelopes_break_nothing(open_socket: Running) -> None:
    fake, phone, driven = open_socket.fake, phone_of(open_socket), random.Random(6)
    phone.open_home()
    made = everything(fake, phone.user)
    for number in range(ENVELOPES):
        whole = envelope(*driven.choice(made), 10_000 + number)
        shut = mutated(driven, {**whole, "payload": {}}) if number % 2 else mutated(driven, whole)
        sends(open_socket, json.dumps(shut))
    sound(open_socket)


def test_frames_that_are_no_envelopes_break_nothing(open_socket: Running) -> None:
    for frame in FRAMES:
        sends(open_socket, frame)
    sends(open_socket, b"", b"\x00\xff", b"{}" * 100)
    sound(open_socket)


def envelope(kind: str, payload: dict[str, Any], number: int) -> dict[str, Any]:
    """As Slack sends it."""
    found: dict[str, Any] = {
        "envelope_id": f"00000000-0000-4000-9000-{number:012d}",
        "payload": payload,
        "type": kind,
        "accepts_response_payload": kind != "events_api",
    }
    return found | ({"retry_attempt": 0, "retry_reason": ""} if kind == "events_api" else {})

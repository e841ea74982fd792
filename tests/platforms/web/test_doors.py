"""Who is let in: only a browser on this machine, on our own page, as the person it chose to be."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

import pytest

from bot.platforms.web import doors
from bot.school.activities import Said
from tests.platforms.web.served import Served


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    served: Served,
    path: str,
    body: object = None,
    *,
    host: str | None = None,
    origin: str | None = "own",
    **headers: str,
) -> Answer:
    """One request, with every header as the test wants it."""
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    line.putrequest("GET" if body is None else "POST", path, skip_host=True)
    if host != "":
        line.putheader("Host", host or f"127.0.0.1:{served.port}")
    if body is not None:
        if origin:
            line.putheader("Origin", served.url if origin == "own" else origin)
        line.putheader("Content-Length", str(len(sent)))
        headers.setdefault("Content_Type", "application/json")
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders(sent)
    answer = line.getresponse()
    got = Answer(answer.status, answer.headers, answer.read())
    line.close()
    return got


def cookie(served: Served, person: str) -> str:
    answer = ask(served, "/choose", {"person": person})
    return answer.headers["Set-Cookie"].split(";")[0]


def said(text: str, place: str, id: str = "click-0001") -> dict[str, object]:
    return {"id": id, "place": place, "did": {"kind": "said", "text": text}}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80", ""])
def test_another_host_name_is_refused(served: Served, host: str) -> None:
    for path in ("/", "/people", "/as/tom/state"):
        assert ask(served, path, host=host).status in (400, 421)


def test_localhost_is_this_machine_too(served: Served) -> None:
    assert ask(served, "/", host=f"localhost:{served.port}").status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", None]
)
def test_another_page_cannot_act(served: Served, origin: str | None) -> None:
    assert ask(served, "/choose", {"person": "tom"}, origin=origin).status == 403
    key = cookie(served, "tom")
    act = said("hello", "person:tom")
    assert ask(served, "/as/tom/act", act, origin=origin, Cookie=key).status == 403
    assert served.desk.came == []


def test_only_json_is_read(served: Served) -> None:
    answer = ask(served, "/choose", {"person": "tom"}, Content_Type="text/plain")
    assert answer.status == 415


def test_a_request_from_another_site_is_refused(served: Served) -> None:
    assert ask(served, "/people", Sec_Fetch_Site="cross-site").status == 403


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "Via"])
def test_a_proxy_in_between_is_refused(served: Served, header: str) -> None:
    assert ask(served, "/", **{header: "10.0.0.1"}).status == 403


@pytest.mark.parametrize("peer", ["10.0.0.1", "192.168.1.4", "", None, "nonsense"])
def test_only_this_machine_is_loopback(peer: str | None) -> None:
    assert not doors.loopback(peer)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_loopback(peer: str) -> None:
    assert doors.loopback(peer)


def test_without_a_session_there_is_nothing_to_see(served: Served) -> None:
    for key in ("", f"usher-{served.port}=forged", f"usher-{served.port}="):
        for path in ("/as/tom/state", "/as/tom/stream"):
            assert ask(served, path, Cookie=key).status == 401
        act = said("hello", "person:tom")
        assert ask(served, "/as/tom/act", act, Cookie=key).status == 401
        assert ask(served, "/as/tom/", Cookie=key).status == 303
    assert served.desk.came == []


def test_one_persons_session_is_not_anothers(served: Served) -> None:
    key = cookie(served, "tom")
    assert ask(served, "/as/tom/state", Cookie=key).status == 200
    assert ask(served, "/as/ruth/state", Cookie=key).status == 401
    assert ask(served, "/as/ruth/act", said("hello", "person:ruth"), Cookie=key).status == 401


def test_the_person_is_the_sessions_whatever_the_body_says(served: Served) -> None:
    act = {**said("hello", "person:tom"), "person": "ruth", "school": "other", "at": "1999-01-01"}
    assert ask(served, "/as/tom/act", act, Cookie=cookie(served, "tom")).status == 200
    (came,) = served.desk.came
    assert (came.person, came.school, came.did) == ("tom", "sample", Said(text="hello"))
    assert came.at.year > 2000
    assert came.at.tzinfo is not None


def test_the_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    set_cookie = ask(served, "/choose", {"person": "tom"}).headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=Strict" in set_cookie
    assert "Path=/as/tom/" in set_cookie


def test_nobody_becomes_a_person_the_school_does_not_have(served: Served) -> None:
    for body in ({"person": "nobody"}, {"person": 1}, {}, [], "tom"):
        assert ask(served, "/choose", body).status == 404


def test_a_room_one_may_not_see_is_refused_in_words(served: Served) -> None:
    key = cookie(served, "joan")
    for place in ("channel:safeguarding", "channel:nowhere", "person:ruth"):
        answer = ask(served, "/as/joan/act", said("hello", place), Cookie=key)
        assert answer.status == 403
        assert answer.json()["say"] == "You are not in that room, so nothing was sent to it."
    assert served.desk.came == []


def test_the_reply_to_somebody_elses_id_is_not_repeated(served: Served) -> None:
    tom, joan = cookie(served, "tom"), cookie(served, "joan")
    ask(served, "/as/tom/act", said("friend request", "person:tom"), Cookie=tom)
    ask(served, "/as/joan/act", said("hello", "person:joan"), Cookie=joan)
    assert len({activity.id for activity in served.desk.came}) == 2


def test_a_private_line_cannot_be_pressed_or_threaded_by_others(served: Served) -> None:
    tom, joan = cookie(served, "tom"), cookie(served, "joan")
    private = said("A pupil told me", "channel:staffroom")
    entries = ask(served, "/as/tom/act", private, Cookie=tom).json()["entries"]
    for key in ("within", "thread"):
        act = {**said("x", "channel:staffroom", "click-0002"), key: entries[0]["id"]}
        assert ask(served, "/as/joan/act", act, Cookie=joan).status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b"{}",
        {"id": "short", "place": "person:tom", "did": {"kind": "said", "text": "x"}},
        {"id": "click 0001 with spaces", "place": "person:tom", "did": {"kind": "dropped"}},
        said(" ", "person:tom"),
        said("x" * 8001, "person:tom"),
        {"id": "click-0001", "place": "person:tom", "did": {"kind": "shouted"}},
        {"id": "click-0001", "place": "person:tom", "did": {"kind": "pressed", "action": ""}},
        {"id": "click-0001", "place": "person:tom", "did": {"kind": "pressed", "action": "x" * 201}},
        {"id": "click-0001", "place": 4, "did": {"kind": "dropped"}},
        {"id": "click-0001", "place": "person:tom", "did": ["dropped"]},
        *(
            {
                "id": "click-0001",
                "place": "person:tom",
                "did": {"kind": "filled", "action": "a", "value": "", "answers": answers},
            }
            for answers in ([], {"q": 1}, {"q": None}, {"q": [1]}, {"q": [{"a": 1}]}, {"q": ["a", {}]})
        ),
    ],
)
def test_what_nobody_could_have_done_is_refused_in_words(served: Served, body: object) -> None:
    answer = ask(served, "/as/tom/act", body, Cookie=cookie(served, "tom"))
    assert answer.status == 400
    assert answer.json()["say"].endswith((".", "first."))
    assert served.desk.came == []


def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    big = said("x" * doors.LARGEST_BODY, "person:tom")
    assert ask(served, "/as/tom/act", big, Cookie=cookie(served, "tom")).status == 413


def test_every_answer_carries_the_strict_headers(served: Served) -> None:
    for path in ("/", "/people", "/static/messenger.js", "/nowhere", "/as/tom/state"):
        headers = ask(served, path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../receive.py", "/static/receive.py", "/static/"])
def test_nothing_but_the_pages_own_files_is_served(served: Served, path: str) -> None:
    assert ask(served, path).status == 404


def test_the_stream_says_when_a_start_was_missed(served: Served) -> None:
    key = cookie(served, "tom")
    for mark in ("", "00000000.1.1", "nonsense"):
        answer = ask(served, f"/as/tom/stream?after={mark}", Cookie=key)
        assert answer.body.startswith(b"event: again")


def test_the_files_are_plain(served: Served) -> None:
    """No inline script or style, no other address, no way of turning words into markup."""
    for name, (content, _) in doors.shelf().items():
        words = content.decode().replace("http://www.w3.org/2000/svg", "")
        for never in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert never not in words, (name, never)
        for never in ("http://", "https://", "style=", "<style", "onclick=", "url("):
            assert never not in words, (name, never)

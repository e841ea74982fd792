"""Signed links as somebody with bad intentions, a bad line or an old telephone would use them."""

import asyncio
import re
from dataclasses import replace

import pytest

from bot.platforms.link.receive import MOST_IN_A_MINUTE
from tests.desk.test_campaign import RIGHT
from tests.hazards.office import OWNER
from tests.platforms.link.test_link import NAME, SUPPLY, Door, door

__all__ = ["door"]
FORM = "application/x-www-form-urlencoded"


def once(page: str) -> str:
    return re.findall(r'name="_once" value="(\w+)"', page)[0]


async def test_looking_by_any_method_acknowledges_nothing(door: Door) -> None:
    path = door.link(door.bureau.running(groups=("everybody",)))
    id = path.split("/")[-1].partition(".")[0]
    for method in ("HEAD", "GET", "OPTIONS", "PUT", "DELETE"):
        answer = await door.client.request(method, f"{path}?name=Yusra+Pendlebury")
        assert answer.status in (200, 405), method
    assert door.read(id) == []


async def test_nothing_of_the_page_is_kept_or_told_elsewhere(door: Door) -> None:
    path = door.link(door.bureau.running(groups=("everybody",)))
    for answer in (await door.client.get(path), await door.client.post(path, data={"name": "x"})):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert not answer.cookies
        page = await answer.text()
        mark = path.rpartition(".")[2]
        assert mark not in page, "the secret stands in the address alone"
        assert not re.findall(r"(?:src|href)=\"(?!#)", page)


async def test_a_body_that_comes_in_pieces_is_read_to_its_end(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path, body = door.link(id), b"name=Yusra+Pendlebury"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    server = door.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    for piece in (head.encode(), body[:9], body[9:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.1)
    answer = await reader.read(200)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    (kept,) = door.read(id)
    assert kept.name == NAME


@pytest.mark.parametrize("body", ["&".join(f"a{n}=1" for n in range(500)), "&" * 5000, "%ff%fe=%00&name=%f0"])
async def test_a_garbled_form_is_answered_and_records_nothing(door: Door, body: str) -> None:
    id = door.bureau.running(groups=("everybody",))
    answer = await door.client.post(door.link(id), data=body, headers={"Content-Type": FORM})
    assert answer.status in (200, 413)
    assert door.read(id) == []


async def test_going_back_and_correcting_the_name_counts(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path = door.link(id)
    first = once((await door.get(path))[1])
    assert "as the school has it" in (await door.post(path, name="Yusra", _once=first))[1]
    assert "is acknowledged" in (await door.post(path, name=NAME, _once=first))[1]
    assert len(door.read(id)) == 1


async def test_sent_many_times_at_once_it_is_one_acknowledgement(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path = door.link(id)
    pages = await asyncio.gather(*(door.post(path, name=NAME) for _ in range(10)))
    assert all("is acknowledged" in page for _, page in pages)
    assert len(door.read(id)) == 1


async def test_whoever_comes_back_is_told_that_it_is_done(door: Door) -> None:
    path = door.link(door.bureau.running(groups=("everybody",)))
    await door.post(path, name=NAME)
    status, page = await door.get(path)
    assert status == 200
    assert "You have acknowledged this" in page
    assert "<form" not in page


async def test_a_link_is_nothing_to_somebody_who_has_left_or_is_no_longer_asked(door: Door) -> None:
    id = door.bureau.running(groups=("supply",))
    path = door.link(id)
    there = door.bureau.school.people
    assert (await door.get(path))[0] == 200
    elsewhere = {**there, SUPPLY: replace(there[SUPPLY], groups=("support",))}
    for people in ({who: each for who, each in there.items() if who != SUPPLY}, elsewhere):
        door.people(people)
        for status, page in (await door.get(path), await door.post(path, name=NAME)):
            assert status == 404
            assert "The school office can give you a new one." in page
            assert "my acknowledgements" not in page, "there is no chat here"
    assert door.read(id) == []
    door.people(there)
    assert (await door.get(path))[0] == 200


async def test_whoever_has_a_question_or_cannot_agree_reads_whom_to_speak_to(door: Door) -> None:
    path = door.link(door.bureau.running(groups=("everybody",)))
    assert "Don&#x27;t sign yet: speak to Honor Bexwell." in (await door.get(path))[1]
    await door.post(path, name=NAME)
    assert "Don&#x27;t sign yet" not in (await door.get(path))[1]


async def test_a_paused_campaign_can_still_be_read_and_acknowledged(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    door.bureau.press(OWNER, "campaign.pause", id)
    assert "is acknowledged" in (await door.post(door.link(id), name=NAME))[1]


async def test_questions_on_the_text_can_be_answered_without_any_script(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",), quiz="ask")
    path = door.link(id)
    _, page = await door.get(path)
    assert len(re.findall(r"<fieldset", page)) == 3
    _, page = await door.post(path, name=NAME, **{**RIGHT, "message": "wait"})
    assert "SAF-4 says otherwise" in page
    assert [each.said.value for each in door.read(id)] == ["quiz"]
    assert "is acknowledged" in (await door.post(path, name=NAME, **RIGHT))[1]


async def test_one_link_cannot_fill_the_records_and_holds_up_no_other(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path = door.link(id)
    answers = [(await door.client.get(path)).status for _ in range(MOST_IN_A_MINUTE + 3)]
    assert answers == [200] * MOST_IN_A_MINUTE + [429] * 3
    assert (await door.client.get(path.rpartition(".")[0] + "." + "0" * 32)).status == 404
    refused = await door.client.post(path, data={"name": NAME})
    assert refused.status == 429
    assert "try again" in await refused.text()
    assert door.read(id) == []

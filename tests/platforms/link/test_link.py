"""The page of signed links: one person, one text, no script, and an end."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.link.receive import routes
from bot.school.activities import Activity
from bot.school.messages import Reply
from bot.school.people import Person
from bot.wiring.links import Links
from tests.desk.test_campaign import Bureau
from tests.hazards.doing import Here
from tests.hazards.office import HEAD, OFFICE, OWNER, quick_database

SUPPLY = "yusra-pendlebury"
NAME = "Yusra Pendlebury"


class Door:
    """The door of one bureau, and what it has been asked."""

    def __init__(self, bureau: Bureau, client: TestClient[Any, Any], usher: Any) -> None:
        self.bureau, self.client, self._usher = bureau, client, usher

    def people(self, people: Mapping[str, Person]) -> None:
        """From now on these are the people of the school."""
        bureau = self.bureau
        home = replace(bureau.home, school=replace(bureau.home.school, people=people))
        bureau.reception = replace(bureau.reception, houses={home.school.id: home})
        self._usher.houses = {home.school.id: home}

    def link(self, campaign: str, person: str = SUPPLY) -> str:
        with self.bureau.database.books(self.bureau.school.id, self.bureau.clock()) as books:
            mark = books.campaigns.link(books.campaigns.get(campaign), person)
        return f"/acknowledge/palatine/{campaign}.{mark}"

    async def get(self, path: str) -> tuple[int, str]:
        answer = await self.client.get(path)
        return answer.status, await answer.text()

    async def post(self, path: str, **typed: str) -> tuple[int, str]:
        answer = await self.client.post(path, data=typed)
        return answer.status, await answer.text()

    def read(self, campaign: str) -> list[Any]:
        with self.bureau.database.read(self.bureau.school.id, self.bureau.clock()) as books:
            return list(books.campaigns.said(books.campaigns.get(campaign)))


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    with quick_database() as url:
        bureau = Bureau(url)
        usher: Any = SimpleNamespace(
            threads=Here(), houses={bureau.school.id: bureau.home}, database=bureau.database
        )

        async def admit(activity: Activity) -> Reply:
            return bureau.reception.admit(activity)

        class AsyncHere(Links):
            async def holder(self, school: str, link: str) -> tuple[str, str]:
                return self._holder(school, link)

        app = web.Application()
        app.add_routes(routes(AsyncHere(usher), admit, bureau.clock))
        async with TestClient(TestServer(app)) as client:
            yield Door(bureau, client, usher)
        bureau.database.close()


async def test_somebody_without_an_account_reads_and_acknowledges(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path = door.link(id)
    status, page = await door.get(path)
    assert status == 200
    assert "PER-1c" in page
    assert door.read(id) == [], "a preview of the link signs nothing"
    once = re.findall(r'name="_once" value="(\w+)"', page)[0]
    status, page = await door.post(path, name="Somebody Else", _once=once)
    assert "Please type your name as the school has it" in page
    assert "Somebody Else" in page
    assert 'role="alert"' in page
    once = re.findall(r'name="_once" value="(\w+)"', page)[0]
    assert "is acknowledged" in (await door.post(path, name=NAME, _once=once))[1]
    assert "is acknowledged" in (await door.post(path, name=NAME, _once=once))[1]
    (kept,) = door.read(id)
    assert (kept.person, kept.how.value, kept.name) == (SUPPLY, "link", NAME)


async def test_a_link_is_nobody_elses_and_ends_with_the_campaign(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    path = door.link(id)
    other = door.bureau.running(groups=("everybody",))
    for wrong in (
        path[:-1] + ("0" if path[-1] != "0" else "1"),
        path.replace(id, other),
        path.replace("palatine", "elsewhere"),
        path + "0",
        f"/acknowledge/palatine/{id}.{'é' * 32}",
    ):
        assert (await door.get(wrong))[0] == 404, wrong
        assert (await door.post(wrong, name=NAME))[0] == 404
    door.bureau.press(OWNER, "campaign.close", id)
    assert (await door.get(path))[0] == 404
    assert (await door.post(path, name=NAME))[0] == 404
    assert door.read(id) == []


async def test_a_links_verb_from_another_persons_account_is_refused(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",))
    value = door.link(id).rpartition("/")[2]
    for who in (HEAD, OFFICE, OWNER):
        reply = door.bureau.fill(who, "link.sign", value, {"name": NAME})
        assert reply.messages[0].summary == "This isn't open to you."
    assert door.read(id) == []


async def test_the_page_runs_nothing_and_shows_nothing_as_markup(door: Door) -> None:
    id = door.bureau.running(groups=("everybody",), title="<script>alert(1)</script>")
    path = door.link(id)
    answer = await door.client.get(path)
    page = await answer.text()
    assert "<script" not in page
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in (await door.post(path, name='"><script>x</script>'))[1]
    assert '<label for="q-name">' in page
    assert 'lang="en-GB"' in page


async def test_too_much_is_refused(door: Door) -> None:
    path = door.link(door.bureau.running(groups=("everybody",)))
    assert (await door.post(path, name="x" * 20_000))[0] == 413

"""Whoever watches Usher sees that notices arrive, and never a word of them."""

import asyncio
import json

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.delivery.clock import Clock, Tick
from bot.delivery.watch import Watch, nobody_on_duty, unfilled
from bot.records.database import Database
from bot.school.messages import Lane
from bot.school.people import Absence, Person, Role, School
from tests.delivery.conftest import START, Post, notice

CANARY = "Kit Lane said a secret"


def school(*roles: Role, away: bool = False) -> School:
    absence = (Absence(first=START.date(), last=START.date()),) if away else ()
    people = {
        role.value: Person(id=role.value, name=role.value, job="", roles=frozenset({role}), away=absence)
        for role in roles
    }
    return School(
        id="s", name="", timezone="UTC", people=people, channels={}, hours={}, terms=(), closed={},
        phones={}, retention={},
    )  # fmt: skip


EVERYBODY = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER, Role.CHAIR)


def watch(post: Post, *roles: Role) -> Watch:
    return Watch(
        database=post.database,
        outbox=post.outbox,
        schools=lambda: [school(*roles)],
        desk=post.threads,
        now=lambda: post.at,
        speaking=lambda now: dict.fromkeys(post.speaking, START),
    )


async def fetch(watching: Watch, path: str) -> tuple[int, str]:
    app = web.Application()
    app.add_routes(watching.routes())
    async with TestClient(TestServer(app)) as client, client.get(path) as response:
        return response.status, await response.text()


async def test_health_turns_red_after_two_minutes_and_green_again_and_shows_no_content(
    post: Post,
) -> None:
    watching = watch(post, *EVERYBODY)
    assert (await fetch(watching, "/health"))[0] == 200
    post.write(notice(CANARY, Lane.ALERT, card=CANARY))
    post.later(seconds=119)
    assert (await fetch(watching, "/health"))[0] == 200
    post.later(seconds=2)
    status, body = await fetch(watching, "/health")
    assert status == 503
    assert json.loads(body) == {
        "status": "red",
        "code": "undelivered",
        "oldest_undelivered_seconds": 121.0,
        "undelivered": {"alert": 1, "case": 0, "chat": 0, "campaign": 0},
    }
    await post.round(post.courier())
    assert (await fetch(watching, "/health"))[0] == 200


async def test_a_campaign_that_goes_out_at_its_pace_is_well_and_one_that_does_not_is_red(post: Post) -> None:
    watching = watch(post, *EVERYBODY)
    post.write(notice("one", Lane.CAMPAIGN))
    post.later(seconds=31 * 60)
    assert (await fetch(watching, "/health"))[0] == 200
    post.later(seconds=62)
    status, body = await fetch(watching, "/health")
    assert (status, json.loads(body)["code"]) == (503, "undelivered")


async def test_a_database_that_is_gone_is_red_and_not_ready(post: Post) -> None:
    gone = Database(f"sqlite:///{post.database.url.database}.gone", post.database.vault._ring)
    watching = watch(post, *EVERYBODY)
    watching.database = gone
    watching.outbox = type(post.outbox)(gone)
    status, body = await fetch(watching, "/ready")
    assert (status, json.loads(body)) == (503, {"ready": False, "faults": ["NotMigrated"]})
    status, body = await fetch(watching, "/health")
    assert (status, json.loads(body)["status"]) == (503, "red")


async def test_ready_names_the_roles_that_nobody_holds(post: Post) -> None:
    assert (await fetch(watch(post, *EVERYBODY), "/ready"))[0] == 200
    status, body = await fetch(watch(post, Role.DSL, Role.HEADTEACHER), "/ready")
    assert status == 503
    assert json.loads(body)["faults"] == ["no_deputy_dsl", "no_chair_of_governors"]


async def test_the_log_says_only_when_health_changes(post: Post, caplog: object) -> None:
    watching = watch(post, *EVERYBODY)
    said: list[str] = []
    for seconds in (0, 130, 1):
        post.later(seconds=seconds)
        await watching.tick()
        said.append("red" if watching._was_red else "ok")
        if not seconds:
            post.write(notice("one"))
    assert said == ["ok", "red", "red"]


def test_roles_without_a_holder_and_holders_who_are_all_away() -> None:
    assert unfilled(school(*EVERYBODY)) == ()
    assert unfilled(school(Role.DSL)) == EVERYBODY[1:]
    assert nobody_on_duty(school(Role.DSL, away=True), START.date()) == (
        "Designated Safeguarding Lead (DSL)",
    )
    assert nobody_on_duty(school(Role.DSL), START.date()) == ()


async def test_the_clock_ticks_and_survives_a_tick_that_fails() -> None:
    ticked: list[str] = []

    async def fine() -> None:
        ticked.append("fine")

    async def broken() -> None:
        ticked.append("broken")
        raise ValueError(CANARY)

    clock = Clock([Tick(name="fine", every=0.05, act=fine), Tick(name="broken", every=0.05, act=broken)])
    clock.start()
    async with asyncio.timeout(2):
        while min(ticked.count("fine"), ticked.count("broken")) < 2:  # noqa: ASYNC110 - the clock has no event
            await asyncio.sleep(0.01)
    await clock.stop(1)
    before = len(ticked)
    await asyncio.sleep(0.2)
    assert len(ticked) == before


async def test_stopping_the_clock_lets_a_tick_finish() -> None:
    done: list[str] = []
    begun = asyncio.Event()

    async def slowly() -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.append("whole")

    clock = Clock([Tick(name="slow", every=0.05, act=slowly)])
    clock.start()
    await begun.wait()
    await clock.stop(5)
    assert done == ["whole"]

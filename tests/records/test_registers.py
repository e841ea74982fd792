"""Rooms, published policies, counts and the register of sites."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from bot.records.counts import Count
from bot.records.database import Database
from bot.school.messages import Message, Paragraph
from bot.school.policy import PolicyVersion
from tests.records.given import NOW, SCHOOL


def said(text: str) -> Message:
    return Message(summary=text, parts=(Paragraph(text=f"{text} \u2013 \U0001f600"),))


def test_a_room_shows_what_was_put_there_in_order(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        first = books.posts.show("person:ta", "", said("one"), NOW)
        other = books.posts.show("channel:dsl", "", said("elsewhere"), NOW)
        second = books.posts.show("person:ta", "", said("two"), NOW)
        assert books.posts.after("person:ta") == (first, second)
        assert books.posts.after("person:ta", first.seq) == (second,)
        assert books.posts.after("channel:dsl", 0) == (other,)
        assert books.posts.after("person:head") == ()


def test_a_card_is_replaced_where_it_stands(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        card = books.posts.show("channel:dsl", "case:K1", said("new"), NOW)
        below = books.posts.show("channel:dsl", "", said("below"), NOW)
        elsewhere = books.posts.show("person:head", "case:K1", said("theirs"), NOW)
        seen = books.posts.revision()
        replaced = books.posts.show("channel:dsl", "case:K1", said("opened"), NOW + timedelta(minutes=1))
        assert books.posts.after("channel:dsl") == (replaced, below)
        assert replaced.seq == card.seq
        assert books.posts.changed(["channel:dsl", "person:head"], seen) == (replaced,)
        assert books.posts.revision() == replaced.revision > seen
        assert books.posts.after("person:head") == (elsewhere,)


def test_revisions_grow_whoever_writes(database: Database) -> None:
    def show(number: int) -> int:
        with database.books(SCHOOL, NOW) as books:
            return books.posts.show("channel:dsl", f"card{number % 3}", said(str(number)), NOW).revision

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(show, range(24)))
    assert sorted(found) == list(range(1, 25))


def test_a_cleared_room_never_counts_backwards(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        for number in range(5):
            books.posts.show("person:ta", "", said(str(number)), NOW)
        assert books.posts.prune(NOW + timedelta(seconds=1)) == 4
        assert books.posts.revision() == 5
        assert books.posts.show("person:ta", "", said("next"), NOW).revision == 6


V1 = PolicyVersion(
    policy="p", label="2026", hash="aa", published=date(2026, 9, 1), wording={"PER-1": "Never \u2026"}
)
V2 = PolicyVersion(policy="p", label="2027", hash="bb", published=date(2027, 9, 1), wording={})


def test_the_version_published_last_is_in_force_and_the_others_stay(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        assert books.policies.current("p") is None
        assert books.policies.publish(V1, "text one \u2022 bullet")
        assert books.policies.publish(V2, "text two")
        assert not books.policies.publish(V2, "text two")
        assert books.policies.current("p") == V2
        assert books.policies.all("p") == (V2, V1)
        assert books.policies.source(V1) == "text one \u2022 bullet"
        assert books.policies.publish(V1, "text one \u2022 bullet")  # back to an earlier one
        assert books.policies.current("p") == V1
        assert books.policies.current("q") is None
    with database.read("other", NOW) as books:
        assert books.policies.all("p") == ()


def test_counts_add_up_over_days(database: Database) -> None:
    monday = date(2026, 10, 5)
    with database.books(SCHOOL, NOW) as books:
        for day in range(7):
            books.counts.add(monday + timedelta(days=day), "PER-1", "asked")
        books.counts.add(monday, "PER-1", "unsure", 5)
        books.counts.add(monday, "PRI-2", "asked", 9)
        assert books.counts.total(monday, monday + timedelta(days=4)) == (
            Count(what="PRI-2", kind="asked", n=9),
            Count(what="PER-1", kind="asked", n=5),
            Count(what="PER-1", kind="unsure", n=5),
        )
        assert books.counts.total(date(2020, 1, 1), date(2020, 1, 2)) == ()


def test_the_register_of_sites_is_kept_by_review_date(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        late = books.sites.register(
            platform="x",
            name="@school",
            purpose="news",
            administrators=["head", "office"],
            review=date(2027, 7, 1),
        )
        soon = books.sites.register(
            platform="web",
            name="Year 6 blog",
            purpose="writing",
            administrators=("ta", "dsl"),
            review=date(2026, 12, 1),
            conditions="comments off",
            reference="K7QF2M",
            granted_by="head",
        )
        assert books.sites.all() == (soon, late)
        assert (soon.administrators, soon.granted, soon.conditions) == (("ta", "dsl"), NOW, "comments off")
        books.sites.end(soon.id)
        assert books.sites.all() == (late,)
        assert [site.ended for site in books.sites.all(ended=True)] == [NOW, None]

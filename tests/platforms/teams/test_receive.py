"""What happens in Teams reaches the desk as it was meant, and the answer stands only where it may be read."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.platforms.teams import shapes
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running, running
from tests.platforms.teams.server import REST
from tests.platforms.teams.tenant import Room, account, room_of, user_of
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.teams import TeamsDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

Start = Callable[..., Running]
TA, DSL, HEAD, TEACHER = PEOPLE["the TA"], PEOPLE["the DSL"], PEOPLE["the head"], PEOPLE["the teacher"]
QUESTION = "can I give a pupil my phone number"
WORRY = "a girl in my class told me a man online keeps asking her for pictures"
WORDS = ("Robin Sample", "nasty messages")


@pytest.fixture(scope="module")
def served(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One Usher for every test that leaves nothing behind."""
    with running(template, tmp_path_factory.mktemp("served") / "usher") as usher:
        yield usher
        assert usher.fake.objections == []
        assert not [line for line in usher.lines if '"frames":"bot/' in line], "nobody foresaw it"


def phone_of(usher: Running, person: str = TA) -> Phone:
    return Phone(usher.fake, user_of(usher.template.school, person))


def room(usher: Running, channel: str = "staffroom") -> str:
    return room_of(usher.template.school, channel)


# Channels.


def test_a_mention_is_answered_in_its_thread_for_everybody(served: Running) -> None:
    ta, teacher = phone_of(served), phone_of(served, TEACHER)
    asked = ta.mention(room(served), QUESTION)
    until(lambda: "PER-1a" in teacher.channel(room(served)))
    posts = served.fake.tenant.rooms[room(served)].posts
    assert {post.root for post in posts if not post.author} == {asked}
    assert "PER-1a" not in teacher.sees()


def test_what_people_say_to_each_other_is_none_of_our_business(served: Running) -> None:
    """Not even where a tenant lets us hear all of it."""
    ta, fake = phone_of(served), served.fake
    staffroom = fake.tenant.rooms[room(served)]

    before = fake.said()
    said = staffroom.post(ta.say(staffroom.id, WORRY))
    assert said is not None
    fake.run(fake.act(fake.do(lambda: shapes.said(fake, ta.user, staffroom, said, WORRY, mention=False))))
    ta.edit(staffroom.id, ta.say(staffroom.id, "hello"), WORRY)
    assert fake.said() == before


def test_a_worry_typed_in_a_channel_is_answered_in_private(served: Running) -> None:
    ta, teacher = phone_of(served), phone_of(served, TEACHER)
    asked = ta.mention(room(served), WORRY)
    until(lambda: "sounds like a worry" in ta.sees())
    assert "Please delete it there" in ta.sees()
    until(lambda: "in our own chat" in teacher.channel(room(served)))
    for word in ("worry", "999", "DSL", "report"):
        thread = [p for p in served.fake.tenant.rooms[room(served)].posts if p.root == asked and not p.author]
        assert all(word not in str(post.activity) for post in thread), word


def test_whom_we_cannot_write_to_in_private_is_told_so_without_a_word_of_it(start: Start) -> None:
    usher = start()
    ta, teacher = phone_of(usher), phone_of(usher, TEACHER)
    usher.fake.do(lambda: setattr(ta.user, "installed", False))
    ta.mention(room(usher), WORRY)
    until(lambda: "find Usher under Apps" in teacher.channel(room(usher)))
    assert "worry" not in teacher.channel(room(usher)).replace(WORRY, "")


def test_names_and_angles_in_a_mention_survive(served: Running) -> None:
    ta = phone_of(served)
    ta.mention(room(served), f"<8 and 9> {WORRY}")
    until(lambda: "sounds like a worry" in ta.sees())
    ta.press("Start the report", within="sounds like a worry")
    while "What happened?" not in ta.modal():
        ta.press("Next") if "Next" in ta.modal() else ta.press("Start the report")
        if "How urgent" in ta.modal():
            break
    ta.close_modal()


# Windows.


def test_a_report_by_window_reaches_the_dsl_and_the_receipt_follows_in_place(start: Start) -> None:
    """The whole way: window, card in the channel, Open, Acknowledge, receipt brought up to date."""
    usher = start()
    driver = TeamsDriver(usher)
    acts = Acts(driver)
    acts.report("the TA", "Robin Sample", "was sent nasty messages")
    dsl, teacher = phone_of(usher, DSL), phone_of(usher, TEACHER)
    safeguarding = room(usher, "safeguarding")
    found = until(lambda: REFERENCE.search(dsl.channel(safeguarding)))
    assert usher.delivered()
    ta = phone_of(usher)
    receipts = [p for p in ta.chat().posts if "Your report" in str(p.activity)]
    assert len(receipts) == 1
    assert "not opened yet" in ta.channel(ta.chat().id)
    driver.open_case(DSL, found[1])
    assert all(word in driver.dialog(DSL) for word in WORDS)
    driver.press(DSL, "Acknowledge")
    driver.answer(DSL, {"A line to the reporter": "Thank you, I have it."})
    driver.press(DSL, "Acknowledge")
    until(lambda: "cknowledged" in ta.channel(ta.chat().id))
    assert usher.delivered()
    assert receipts[0].edited, "in place"
    assert "cknowledged" in ta.message(ta.chat(), receipts[0])
    assert len(usher.fake.tenant.rooms[safeguarding].posts) == 1, "the card as well"
    for somebody in (ta, dsl, teacher):
        chats = [somebody.channel(each.id) for each in somebody.rooms()]
        assert not [chat for chat in chats if "nasty messages" in chat], "a case's words in a chat"
    assert usher.fake.objections == []


def test_a_case_opens_for_those_in_role_only_whoever_knocks(start: Start) -> None:
    usher = start()
    driver = TeamsDriver(usher)
    Acts(driver).report("the TA", "Robin Sample", "was sent nasty messages")
    dsl = phone_of(usher, DSL)
    reference = until(lambda: REFERENCE.search(dsl.channel(room(usher, "safeguarding"))))[1]
    for person in (TA, TEACHER):
        nosy = phone_of(usher, person)
        nosy.knock("case.open", reference)
        assert nosy.modal(), "an answer"
        assert not [word for word in WORDS if word in nosy.modal()]
    dsl.knock("case.open", reference)
    assert all(word in dsl.modal() for word in WORDS)


def test_a_case_is_never_opened_in_a_chat(start: Start) -> None:
    usher = start()
    driver, fake = TeamsDriver(usher), usher.fake
    Acts(driver).report("the TA", "Robin Sample", "was sent nasty messages")
    dsl = phone_of(usher, DSL)
    reference = until(lambda: REFERENCE.search(dsl.channel(room(usher, "safeguarding"))))[1]
    data = {"usher": {"do": "press", "action": "case.open", "value": reference}}
    post = fake.tenant.rooms[room(usher, "safeguarding")].posts[0]
    dsl.send(fake.tenant.rooms[room(usher, "safeguarding")], post, data)
    until(lambda: "in a window only" in dsl.channel(room(usher, "safeguarding")))
    driver.open_case(DSL, reference)
    before = len(dsl.chat().posts)
    dsl.dm("in chat")
    until(lambda: len(dsl.chat().posts) > before + 1)
    assert not [word for word in WORDS if word in dsl.channel(dsl.chat().id)]


def test_where_windows_do_not_open_the_form_walks_in_the_chat(start: Start) -> None:
    usher = start()
    ta = phone_of(usher)
    ta.dm("report")
    ta.press("Report a concern about a child")
    ta.close_modal()
    ta.dm("in chat")
    until(lambda: "Is a child in danger now?" in ta.sees())
    ta.press("Start the report")
    until(lambda: "How urgent is it?" in ta.sees() and "It goes on below." in ta.sees())
    assert ta.window is None
    assert usher.fake.objections == []


def test_what_is_typed_is_kept_whatever_button_is_pressed(start: Start) -> None:
    usher = start()
    driver = TeamsDriver(usher)
    acts = Acts(driver)
    acts.start("the TA")
    driver.answer(TA, {"How urgent is it?": "Someone needs to act today"})
    driver.press(TA, "Short way: only the essentials")
    driver.answer(TA, {"Which pupil or pupils is this about?": "Robin Sample; 2B; Has been harmed"})
    driver.press(TA, "Add another")
    assert "Robin Sample" in driver.dialog(TA)
    driver.press(TA, "Back")
    driver.press(TA, "Next")
    assert "Robin Sample" in driver.dialog(TA)


# The menu of a message.


def test_report_this_message_begins_with_its_words(served: Running) -> None:
    teacher, ta = phone_of(served, TEACHER), phone_of(served)
    id = teacher.say(room(served), "Look what our Year 6 wrote about <Anna> & Ben")
    ta.message_action("Report this message", room(served), id)
    assert "report" in ta.modal().lower()
    ta.press("Start the report")
    for _ in range(12):
        if "What happened?" in ta.modal():
            break
        ta.press("Short way: only the essentials" if "Short way" in ta.modal() else "Next")
    assert served.fake.objections == []


# People.


def test_somebody_who_joins_the_team_is_staff_and_somebody_who_leaves_is_not(start: Start) -> None:
    usher = start()
    fake = usher.fake
    new = account("5b1d0000-0000-4000-8000-00000000abcd", "Nia Fresh", "nia.fresh@palatine.example")
    fake.do(lambda: fake.tenant.add_user(new))
    nia = Phone(fake, new.aad)
    nia.dm(QUESTION)
    assert "PER-1a" not in nia.sees(), "not on the list yet"
    fake.do(lambda: fake.tenant.staff.add(new.aad))
    staffroom = fake.tenant.rooms[room(usher)]
    fake.run(fake.act(fake.do(lambda: shapes.joined(fake, new, staffroom))))
    until(lambda: answered(nia))
    fake.do(lambda: fake.tenant.staff.discard(new.aad))
    fake.run(fake.act(fake.do(lambda: shapes.joined(fake, nia.user, staffroom))))
    until(lambda: not answered(nia), patience=5)
    assert not answered(nia)


def answered(phone: Phone) -> bool:
    """Whether a question is, while its asker waits."""
    before = phone.sees().count("PER-1a")
    phone.dm(QUESTION)
    return phone.sees().count("PER-1a") > before


def test_a_guest_and_somebody_of_another_tenant_are_nobody(served: Running) -> None:
    for user in [u for u in served.fake.tenant.users.values() if u.role == "guest"]:
        guest = Phone(served.fake, user.aad)
        guest.dm(QUESTION)
        assert "PER-1a" not in guest.sees()


def test_an_unknown_conversation_never_becomes_somebodys_chat(start: Start) -> None:
    """A message action can be used in a chat between two people: alerts must not be posted there."""
    usher = start()
    fake, dsl = usher.fake, phone_of(usher, DSL)
    between = Room(
        id="19:two_people@unq.gbl.spaces", name="two", members={dsl.aad}, kind="personal", bot=False
    )
    fake.do(lambda: fake.tenant.add_room(between))
    value = {"commandId": "report_message", "commandContext": "message", "messagePayload": {"body": {}}}
    made = fake.do(lambda: shapes.invoke(fake, dsl.user, between, "composeExtension/fetchTask", value))
    fake.run(fake.act(made))
    fake.order("create", "404 ConversationNotFound", 99, conversation=room(usher, "safeguarding"))
    driver = TeamsDriver(usher)
    Acts(driver).report("the TA", "Robin Sample", "was sent nasty messages")
    until(lambda: REFERENCE.search(dsl.channel(dsl.chat().id)))
    assert between.posts == []


# The app itself.


def test_a_new_installation_is_greeted_once_and_in_private(start: Start) -> None:
    usher = start()
    ta = phone_of(usher)
    ta.arrive()
    until(lambda: "Hello" in ta.sees())
    assert len([post for post in ta.chat().posts if not post.author]) == 1


def test_added_to_a_team_nothing_is_said_there(served: Running) -> None:
    fake, ta = served.fake, phone_of(served)
    staffroom = fake.tenant.rooms[room(served)]
    fake.settle(REST)
    before = len(staffroom.posts)
    fake.run(fake.act(fake.do(lambda: shapes.installed(fake, ta.user, staffroom, "add"))))
    fake.run(fake.act(fake.do(lambda: shapes.joined(fake, ta.user, staffroom))))
    fake.settle(REST)
    assert len(staffroom.posts) == before


def test_a_dsl_who_blocks_us_turns_health_red_and_is_told_of(start: Start) -> None:
    usher = start()
    dsl, head = phone_of(usher, DSL), phone_of(usher, HEAD)
    dsl.block()
    usher.fake.order("create", "404 ConversationNotFound", 99, conversation=room(usher, "safeguarding"))
    Acts(TeamsDriver(usher)).report("the TA", "Robin Sample", "was sent nasty messages")
    until(lambda: "can't write to Isolde Penhallow" in head.sees())
    assert usher.health()["code"] in ("undelivered", "teams_shut")
    usher.fake.do(lambda: setattr(dsl.user, "blocked", False))
    dsl.dm("hello")
    until(lambda: usher.health()["code"] != "teams_shut")


def test_a_server_that_has_moved_is_followed(start: Start) -> None:
    usher = start()
    phone_of(usher, DSL).dm("hello")
    usher.fake.do(lambda: setattr(usher.fake, "region", "emea"))
    for person in (TA, DSL):
        phone_of(usher, person).dm(QUESTION)
    until(lambda: "PER-1a" in phone_of(usher).sees())
    assert usher.fake.objections == []
    usher.kill()
    usher.start()
    Acts(TeamsDriver(usher)).report("the TA", "Robin Sample", "was sent nasty messages")
    dsl = phone_of(usher, DSL)
    until(lambda: REFERENCE.search(dsl.channel(room(usher, "safeguarding"))))

"""What somebody at the terminal says, presses and sees."""

import pytest

from bot.platforms.terminal.rooms import find_channel, find_person
from bot.school.activities import Dropped, Filled, Place, Pressed, Said
from bot.school.forms import Choice, Kind, Question
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Message,
    Paragraph,
    Quotation,
    Reply,
    Tone,
)
from tests.platforms.terminal.talking import NOW, Counter, Room, school, talk

OPEN = Button(label="Open", action="case.open", value="K7QF")
DELETE = Button(label="Delete", action="draft.drop", value="d1", confirm="Delete it all?")
NEXT = Button(label="Next", action="draft.next", value="d1", submits=True)
BACK = Button(label="Back", action="draft.back", value="d1", submits=True)
NAME = Question(id="name", ask="Who is it?", kind=Kind.TEXT, required=True, hint="Full name")
MORE = Question(id="more", ask="Anything else?", kind=Kind.LONG_TEXT)
PUPILS = Question(
    id="pupils",
    ask="Which pupils?",
    kind=Kind.ROWS,
    columns=(
        Question(id="name", ask="Full name", kind=Kind.TEXT, required=True),
        Question(id="class", ask="Class", kind=Kind.TEXT),
    ),
)


def says(text: str, *buttons: Button, privately: bool = False) -> Reply:
    return Reply(messages=(Message(summary=text, buttons=buttons),), privately=privately)


def form(*questions: Question, **answers: str) -> Dialog:
    return Dialog(
        id="draft:d1:one",
        title="A report",
        step="Step 1 of 3",
        fields=tuple(Field(question=q, answer=answers.get(q.id)) for q in questions),
        buttons=(NEXT, BACK, DELETE),
        draft="d1",
    )


def filled(counter: Counter, action: str) -> list[Filled]:
    return [did for did in counter.did if isinstance(did, Filled) and did.action == action]


def test_it_begins_at_home_and_ends_with_goodbye() -> None:
    counter = Counter([says("Hello Amy.", OPEN)])
    shown = talk(counter, ["quit"])
    assert counter.did == [Pressed(action="home")]
    assert "You are Amy Lund, Teacher." in shown
    assert "Hello Amy.\n1. Open\n" in shown
    assert shown.endswith("sealed, for 24 hours.\n")


def test_what_is_typed_is_said_in_the_room_one_is_in() -> None:
    counter = Counter()
    shown = talk(counter, ["can I?", "go staff", "and here?", "go safe", "go direct", "bye"])
    said = [(a.did, a.place) for a in counter.came[1:]]
    assert said == [
        (Said(text="can I?"), Place()),
        (Said(text="and here?"), Place(channel="staffroom")),
    ]
    assert "you, in Staffroom> " in shown
    assert "You are not in a room of that name. Yours: Staffroom." in shown
    assert len({activity.id for activity in counter.came}) == len(counter.came)
    assert all(a.at == NOW and a.person == "amy" and a.school == "s" for a in counter.came)


def test_a_button_is_pressed_by_its_number_and_a_wrong_number_is_explained() -> None:
    counter = Counter([says("Here.", OPEN), says("Opened.")])
    shown = talk(counter, ["7", "1", "12"])
    assert counter.did[1:] == [Pressed(action="case.open", value="K7QF"), Said(text="12")]
    assert "The numbers go from 1 to 1." in shown


def test_a_button_that_wants_to_be_sure_asks_first() -> None:
    counter = Counter([says("Here.", DELETE)])
    shown = talk(counter, ["1", "no", "1", "yes"])
    assert counter.did[1:] == [Pressed(action="draft.drop", value="d1")]
    assert "Delete it all?\nYes or no? " in shown


def test_what_arrives_while_typing_is_shown_before_the_next_prompt() -> None:
    room = Room()
    notice = Message(summary="New: K7QF", buttons=(OPEN,))
    counter = Counter([Reply()], then=lambda a: room.post("channel:safe", notice))
    shown = talk(counter, ["1", "quit"], who="dee", room=room)
    assert shown.index("Posted in Safeguarding: New: K7QF\n1. Open") < shown.index("you> ")
    assert counter.came[1].did == Pressed(action="case.open", value="K7QF")
    assert counter.came[1].place == Place(channel="safe")


def test_nobody_sees_what_is_posted_in_a_room_that_is_not_theirs() -> None:
    room = Room()
    room.post("channel:safe", Message(summary="New: K7QF"))
    room.post("person:dee", Message(summary="For Dee"))
    room.post("channel:staffroom", Message(summary="For all"))
    shown = talk(Counter(), ["posts", "rooms", "quit"], room=room)
    assert "K7QF" not in shown
    assert "For Dee" not in shown
    assert shown.count("For all") == 2
    assert "Safeguarding" not in shown


def test_a_private_reply_in_a_shared_room_says_so() -> None:
    counter = Counter([Reply(), says("That sounds like a worry.", privately=True)])
    shown = talk(counter, ["go staffroom", "something"])
    assert "Only you can see this:" in shown


def test_an_answer_in_a_shared_room_is_hung_there_without_the_question() -> None:
    room = Room()
    counter = Counter([Reply(), says("No.", OPEN), says("Hush.", privately=True)])
    shown = talk(counter, ["go staffroom", "can I?", "a worry"], room=room)
    (hung,) = room.posted
    assert hung.place == "channel:staffroom"
    assert hung.message == Message(
        summary="No.", parts=(Paragraph(text="To Amy Lund:", quiet=True), Paragraph(text="No."))
    )
    assert shown.count("No.") == 1, "one's own answer is not shown twice"


@pytest.mark.parametrize("typed", ["/home/me/IMG_1.jpg", "'/a b/c.png' ", "file:///x.pdf", "C:\\x.docx"])
def test_a_file_dropped_on_the_terminal_is_a_dropped_file(typed: str) -> None:
    counter = Counter()
    talk(counter, [typed])
    assert counter.did[-1] == Dropped()


def test_every_answer_is_kept_at_once_and_the_button_sends_them_all() -> None:
    counter = Counter([Reply(dialog=form(NAME, MORE))])
    shown = talk(counter, ["Kit Lane", "one", "two", "", "1"])
    kept = [did.answers for did in filled(counter, "draft.keep")]
    assert kept == [{"name": "Kit Lane"}, {"name": "Kit Lane", "more": "one\ntwo"}]
    assert filled(counter, "draft.next")[0].answers == kept[-1]
    assert "A report (Step 1 of 3)" in shown
    assert "Who is it? (needed)\nFull name\n" in shown
    assert "Anything else? (optional)" in shown


def test_back_skip_and_help_work_at_every_question() -> None:
    counter = Counter([Reply(dialog=form(NAME, MORE))])
    typed = ["help", "skip", "Kat Lane", "back", "Kit Lane", "?", "skip", "review", "1"]
    shown = talk(counter, typed)
    assert "This one is needed." in shown
    assert "Your answer so far: Kat Lane\nPress Enter to keep it." in shown
    assert shown.count("Anything else? (optional)") == 3
    assert "1. Who is it?: Kit Lane" in shown
    assert filled(counter, "draft.next")[0].answers == {"name": "Kit Lane", "more": ""}


def test_back_on_the_first_question_is_the_dialogs_own_way_back() -> None:
    counter = Counter([Reply(dialog=form(NAME))])
    talk(counter, ["back"])
    assert filled(counter, "draft.back")


def test_cancel_keeps_the_draft_and_says_so() -> None:
    counter = Counter([Reply(dialog=form(NAME, MORE))])
    shown = talk(counter, ["Kit Lane", "cancel", "home"])
    assert "What you have written is kept, sealed, for 24 hours." in shown
    assert "Type my reports to find it and go on." in shown
    assert counter.did[-1] == Pressed(action="home")


def test_done_leaves_the_rest_for_later() -> None:
    counter = Counter([Reply(dialog=form(NAME, MORE))])
    talk(counter, ["done", "1"])
    assert filled(counter, "draft.next")[0].answers == {}


def test_an_answer_can_be_changed_before_sending() -> None:
    counter = Counter([Reply(dialog=form(NAME, MORE, name="Kat", more="x"))])
    shown = talk(counter, ["change 1", "Kit", "", "1"])
    assert "Already answered here:" in shown
    assert filled(counter, "draft.next")[0].answers == {"name": "Kit", "more": "x"}


def test_rows_are_asked_one_by_one_and_can_be_taken_out_again() -> None:
    counter = Counter([Reply(dialog=form(PUPILS))])
    first = ["Kit Lane", "4B", "yes", "Ada Wren", "", "no"]
    talk(counter, [*first, "change 1", "remove 1", "add", "Bo Finch", "2A", "no", "1"])
    rows = [{"name": "Ada Wren", "class": ""}, {"name": "Bo Finch", "class": "2A"}]
    assert filled(counter, "draft.next")[0].answers == {"pupils": tuple(rows)}
    first_kept = filled(counter, "draft.keep")[0].answers
    assert first_kept == {"pupils": ({"name": "Kit Lane", "class": "4B"},)}


def test_an_error_is_said_beside_its_question_and_asked_again() -> None:
    wrong = Dialog(
        id="draft:d1:one",
        title="A report",
        fields=(
            Field(question=NAME, answer="Kit"),
            Field(question=MORE, answer="short", error="Please say more."),
        ),
        buttons=(NEXT,),
        draft="d1",
    )
    counter = Counter([Reply(dialog=wrong)])
    shown = talk(counter, ["longer", "", "1"])
    assert "Please look at this again: Please say more." in shown
    assert filled(counter, "draft.next")[0].answers == {"name": "Kit", "more": "longer"}


def test_guidance_that_an_answer_calls_for_is_shown_at_once() -> None:
    yes = Question(id="image", ask="Is there an image?", kind=Kind.CHOICE, choices=(
        Choice(id="yes", say="Yes", group="Sure"), Choice(id="no", say="No", hint="none seen"),
    ))  # fmt: skip
    card = Callout(tone=Tone.DANGER, title="Do not look at it", lines=("Device off.",))
    before = form(yes, NAME)
    after = Dialog(
        id=before.id,
        title=before.title,
        parts=(card,),
        fields=(Field(question=yes, answer="yes"), Field(question=NAME)),
        buttons=(NEXT,),
        draft="d1",
    )
    counter = Counter([Reply(dialog=before), Reply(dialog=after)])
    shown = talk(counter, ["9", "maybe", "y", "Kit", "1"])
    assert "Danger: Do not look at it\n  Device off.\n" in shown
    assert shown.index("Device off") < shown.index("Who is it?")
    assert shown.count("Device off") == 1
    assert "Sure:\n1. Yes\n2. No (none seen)\n" in shown
    assert shown.count("Please type a number from 1 to 2.") == 2


def test_a_dialog_that_opens_another_is_followed() -> None:
    second = Dialog(id="two", title="Sure?", buttons=(OPEN,))
    counter = Counter([Reply(dialog=form(NAME)), Reply(), Reply(dialog=second), says("Sent.")])
    shown = talk(counter, ["Kit", "1", "1"])
    assert "Sure?" in shown
    assert shown.index("Sure?") < shown.index("Sent.")


def test_a_notice_that_arrives_during_a_form_waits_until_it_is_done() -> None:
    room = Room()
    notice = Message(summary="New: K7QF", buttons=(OPEN,))

    def post(activity: object) -> None:
        if len(counter.came) == 2:
            room.post("person:amy", notice)

    counter = Counter([Reply(dialog=form(NAME, MORE))], then=post)
    shown = talk(counter, ["Kit", "cancel", "1"], room=room)
    assert "New in Direct message: New: K7QF You can look at it after this form." in shown
    assert "Posted in Direct message: New: K7QF\n1. Open" in shown
    assert counter.did[-1] == Pressed(action="case.open", value="K7QF")


def test_nothing_that_somebody_wrote_can_steer_the_terminal() -> None:
    nasty = "a\x1b[2Jb\x07c\x9bd\u202ee\rf"
    parts = (
        Heading(text=nasty), Paragraph(text=nasty), Bullets(items=(nasty,)), Facts(rows=((nasty, nasty),)),
        Callout(tone=Tone.CAUTION, title=nasty, lines=(nasty,)),
        Quotation(clause=nasty, section=nasty, version=nasty, text=nasty),
    )  # fmt: skip
    button = Button(label=nasty, action="x")
    message = Message(summary=nasty, parts=parts, buttons=(button,))
    dialog = Dialog(id="d", title=nasty, fields=(Field(question=NAME, answer=nasty, error=nasty),))
    counter = Counter([Reply(messages=(message,), dialog=dialog)])
    shown = talk(counter, [""])
    assert "a[2Jbcdef" in shown
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(shown)


@pytest.mark.parametrize("words", ["dee", "DEE", "Dee Lark", "Mrs Dee  Lark", "dee l"])
def test_a_person_is_found_by_id_or_name(words: str) -> None:
    found = find_person(school(), words)
    assert found is not None
    assert found.id == "dee"


@pytest.mark.parametrize("words", ["", "x", "Lark", "e"])
def test_nobody_is_guessed(words: str) -> None:
    assert find_person(school(), words) is None


def test_a_channel_of_others_is_not_found() -> None:
    here = school()
    assert find_channel(here, here.people["amy"], "safeguarding") is None
    found = find_channel(here, here.people["dee"], "#Safe")
    assert found is not None
    assert found.id == "safe"

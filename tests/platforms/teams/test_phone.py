"""The phones of the fake tenant do what Teams' own clients do: with cards, dialogs, mentions and errors."""

import re
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from bot.school.people import School
from tests.platforms.teams.law import check_card
from tests.platforms.teams.phone import TROUBLE, Phone
from tests.platforms.teams.sheet import Sheet
from tests.platforms.teams.tenant import APP, BOT, TENANT, room_of
from tests.platforms.teams.tiny import Tiny, activity, away, button, card, text, thread, window

Json = dict[str, Any]
PhoneOf = Callable[[str], Phone]
TA, DSL = "jem-karuna", "isolde-penhallow"


@pytest.fixture
def ta(phone: PhoneOf) -> Phone:
    return phone(TA)


def box(kind: str, id: str, label: str, **more: Any) -> Json:
    return {"type": f"Input.{kind}", "id": id, "label": label, **more}


def choices(*titles: str) -> list[Json]:
    return [{"title": title, "value": str(number)} for number, title in enumerate(titles)]


async def posted(tiny: Tiny, phone: Phone, *body: Json, actions: tuple[Json, ...] = ()) -> None:
    """A card in somebody's chat."""
    chat = await tiny.chat(phone.aad)
    status, said = await tiny.call(
        "POST", f"conversations/{chat}/activities", activity(*body, actions=actions)
    )
    assert status == 201, said


async def test_what_is_typed_comes_with_a_token_that_the_key_server_vouches_for(
    tiny: Tiny, ta: Phone
) -> None:
    await away(ta.dm, "may I?")
    heard = tiny.heard[0]
    token = heard["authorization"].removeprefix("Bearer ")
    _, where, _ = await tiny.ask("GET", "https://login.botframework.com/v1/.well-known/openidconfiguration")
    _, listed, _ = await tiny.ask("GET", where["jwks_uri"])
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(one for one in listed["keys"] if one["kid"] == kid)
    assert "msteams" in key["endorsements"]
    claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["RS256"], audience=APP, issuer=where["issuer"])
    assert claims["serviceurl"] == heard["serviceUrl"] == tiny.fake.service
    assert (heard["text"], heard["from"]["aadObjectId"]) == ("may I?", ta.aad)
    assert heard["conversation"]["tenantId"] == heard["channelData"]["tenant"]["id"] == TENANT


async def test_a_rotated_key_signs_and_only_a_published_one_is_listed(tiny: Tiny) -> None:
    tiny.fake.keys.ring.rotate(publish=False)
    kid = tiny.fake.keys.ring.current.kid
    _, listed, _ = await tiny.ask("GET", "https://login.botframework.com/v1/.well-known/keys")
    assert kid not in [one["kid"] for one in listed["keys"]]


async def test_in_a_channel_the_bot_hears_only_what_is_said_to_it(
    tiny: Tiny, ta: Phone, phone: PhoneOf, sample_school: School
) -> None:
    room = room_of(sample_school, "staffroom")
    await away(ta.say, room, "lunch?")
    assert tiny.heard == []
    await away(ta.mention, room, "may I & you?")
    heard = tiny.heard[0]
    assert heard["text"] == "<at>Usher</at> may I & you?\n"
    assert heard["conversation"]["id"] == f"{room};messageid={heard['id']}"
    mentioned = [one["mentioned"]["id"] for one in heard["entities"] if one["type"] == "mention"]
    assert mentioned == [BOT]
    assert "may I & you?" in phone(DSL).channel(room)
    await away(ta.delete, room, heard["id"])
    assert "may I" not in phone(DSL).channel(room)
    assert tiny.heard[-1]["channelData"]["eventType"] == "softDeleteMessage"


async def test_a_private_channel_is_shut_to_everybody_else(
    tiny: Tiny, ta: Phone, phone: PhoneOf, sample_school: School
) -> None:
    room = room_of(sample_school, "safeguarding")
    assert (await tiny.call("POST", "conversations", thread(room)))[0] == 201
    assert "Hello" in phone(DSL).channel(room)
    assert ta.channel(room) == ""
    with pytest.raises(AssertionError, match="no member"):
        ta.mention(room, "let me in")


async def test_a_button_sends_its_data_as_a_message_with_what_was_filled_in(tiny: Tiny, ta: Phone) -> None:
    asked = box("ChoiceSet", "who|", "Who?", choices=choices("Me", "You"), isMultiSelect=True)
    await posted(tiny, ta, text("Choose"), asked, actions=(button("Send", n="1"),))
    room, post = ta.newest()[0]
    ta.sheets(room, post)[0].put(asked, "You; Me")
    await away(ta.press, "Send")
    heard = tiny.heard[0]
    assert heard["value"] == {"n": "1", "who|": "1,0"}
    assert (heard["replyToId"], heard.get("text")) == (post.id, None)


async def test_a_dialog_opens_goes_on_and_closes_as_the_bot_answers(tiny: Tiny, ta: Phone) -> None:
    await posted(tiny, ta, text("Door"), actions=(button("Begin", fetch=True, n="1"),))
    first = window(text("Page one"), box("Text", "name|", "Your name"), actions=(button("Next", n="2"),))
    tiny.answers = [first, window(text("Page two"), actions=(button("Done", n="3"),)), None]
    await away(ta.press, "Begin")
    assert ta.modal() == "A form\nPage one\nYour name\nNext"
    ta.fill("Your name", "Jem")
    assert "Jem" in ta.modal()
    await away(ta.press, "Next")
    assert "Page two" in ta.modal()
    await away(ta.press, "Done")
    assert ta.modal() == ""
    sent = [(one["name"], one["value"]["data"]) for one in tiny.heard]
    begun = {"n": "1", "msteams": {"type": "task/fetch"}}
    assert sent == [
        ("task/fetch", begun), ("task/submit", {"n": "2", "name|": "Jem"}), ("task/submit", {"n": "3"}),
    ]  # fmt: skip
    tiny.answers = [{"task": {"type": "message", "value": "You can't open this."}}]
    await away(ta.press, "Begin")
    assert ta.modal() == "You can't open this."
    assert tiny.fake.objections == []


@pytest.mark.parametrize(
    ("answer", "objection"),
    [
        (500, ""),
        (202, "task/fetch was answered by 202"),
        (None, "task/fetch was answered by null"),
        ({"task": {"type": "continue", "value": {"card": {}}}}, "a window against the limits"),
        (window(text("x"), actions=(button("More", fetch=True),)), "a window over a window"),
    ],
)
async def test_a_dialog_that_is_not_answered_as_teams_wants_it_shows_an_error(
    tiny: Tiny, ta: Phone, answer: Any, objection: str
) -> None:
    await posted(tiny, ta, text("Door"), actions=(button("Begin", fetch=True),))
    tiny.answers = [answer]
    await away(ta.press, "Begin")
    assert ta.modal() == ""
    assert TROUBLE in ta.sees()
    assert (objection in tiny.fake.objections[0]) if objection else not tiny.fake.objections


async def test_an_invoke_answered_too_late_is_remembered(tiny: Tiny, ta: Phone) -> None:
    await posted(tiny, ta, text("Door"), actions=(button("Begin", fetch=True),))
    tiny.answers, tiny.wait = [window(text("Late"))], 3.1
    await away(ta.press, "Begin")
    assert "Late" in ta.modal()
    (objection,) = tiny.fake.objections
    took = re.fullmatch(r"task/fetch was answered after (\d+\.\d) s", objection)
    assert took
    assert float(took[1]) >= tiny.wait


async def test_a_message_that_is_not_taken_shows_an_error_and_is_not_sent_again(
    tiny: Tiny, ta: Phone
) -> None:
    tiny.status = 500
    await away(ta.dm, "hello?")
    assert TROUBLE in ta.sees()
    assert tiny.fake.refusals == [("message", 500)]
    assert len(tiny.heard) == 1


async def test_a_question_hidden_behind_a_button_is_asked_before_anything_is_done(
    tiny: Tiny, ta: Phone
) -> None:
    sure = {"type": "Container", "id": "sure", "isVisible": False}
    sure |= {"items": [text("Really?"), {"type": "ActionSet", "actions": [button("Yes, delete", n="1")]}]}
    ask = {"type": "Action.ToggleVisibility", "title": "Delete", "targetElements": ["sure"]}
    assert check_card(card(text("Draft"), sure, actions=(ask,))) == []
    await posted(tiny, ta, text("Draft"), sure, actions=(ask,))
    assert "Really?" not in ta.sees()
    await away(ta.press, "Delete")
    assert ta.confirmed == ["Really?\nYes, delete"]
    assert tiny.heard[0]["value"] == {"n": "1"}


async def test_installing_blocking_and_leaving_are_told_as_teams_tells_them(tiny: Tiny, ta: Phone) -> None:
    await away(ta.arrive)
    await away(ta.block)
    await away(ta.uninstall)
    kinds = [(one["type"], one.get("action", "")) for one in tiny.heard]
    assert kinds == [
        ("conversationUpdate", ""),
        ("installationUpdate", "add"),
        ("installationUpdate", "remove"),
    ]
    assert {"id": BOT} in tiny.heard[0]["membersAdded"]


async def test_a_picture_comes_as_an_attachment_without_its_bytes(tiny: Tiny, ta: Phone) -> None:
    await away(ta.drop_file)
    kinds = [one["contentType"] for one in tiny.heard[0]["attachments"]]
    assert kinds == ["image/*", "text/html"]


def test_inputs_take_what_teams_lets_one_type_and_send_it_as_text() -> None:
    inputs = [
        box("Text", "t|", "Text", maxLength=5),
        box("Number", "n|", "Number", value=7),
        box("Date", "d|", "Date"),
        box("Time", "c|", "Time"),
        box("Toggle", "y|", "Agree", title="I agree", valueOn="on", valueOff="off"),
        box("ChoiceSet", "one|", "One", choices=choices("A", "B"), style="compact"),
        box(
            "ChoiceSet", "many|", "Many", choices=choices("A", r"\*B\*"), isMultiSelect=True, style="expanded"
        ),
    ]
    sheet, action = Sheet(card(*inputs)), button("Send", n="1")
    assert sheet.sent(action) == {"n": "1", "n|": "7", "y|": "off"}
    said = {"Text": "x", "Number": "8", "Date": "2026-11-20", "Time": "10:05", "Agree": "yes", "One": "B"}
    for label, words in {**said, "Many": "A; *B*"}.items():
        sheet.put(sheet.input(label), words)
    whole = {"t|": "x", "n|": "8", "d|": "2026-11-20", "c|": "10:05", "y|": "on", "one|": "1", "many|": "0,1"}
    assert sheet.sent(action) == {"n": "1", **whole}
    assert sheet.sent(action | {"associatedInputs": "none"}) == {"n": "1"}
    for label, words in (("Text", "longer"), ("Text", "a\nb"), ("One", "C")):
        with pytest.raises(AssertionError):
            sheet.put(sheet.input(label), words)
    for label, words in (("Date", "20.11.2026"), ("Time", "five"), ("Number", "many")):
        with pytest.raises(ValueError, match=r"nvalid|could not"):
            sheet.put(sheet.input(label), words)
    mobile = Sheet(card(*inputs), mobile=True)
    assert mobile.sent(action)["t|"] == ""


def test_a_client_holds_back_a_press_while_a_required_input_is_empty() -> None:
    asked = box("Text", "t|", "Name", isRequired=True, errorMessage="Please give a name")
    sheet = Sheet(card(asked))
    assert sheet.unfinished(button("Send")) == ["Please give a name"]
    assert sheet.unfinished(button("Back") | {"associatedInputs": "none"}) == []
    sheet.put(asked, "Jem")
    assert sheet.unfinished(button("Send")) == []


def test_text_blocks_are_read_with_markdown_and_runs_without() -> None:
    block = {
        "type": "TextBlock",
        "text": r"**Bold** _it_ [here](https://example.com) \*not\* &amp;",
        "wrap": True,
    }
    assert Sheet(card(block, text("**as typed**"))).read() == "Bold it here *not* &\n**as typed**"

"""The page in a real browser: what people see, what they don't, and what is never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bot.school.activities import Dropped, Filled, Pressed, Said
from tests.platforms.web.served import Served
from tests.waiting import until

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]


def say(page: Page, text: str) -> None:
    box = page.locator("#box")
    box.fill(text)
    box.press("Enter")


def room(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator("#room-name")).to_have_text(name)


def log(page: Page) -> Locator:
    return page.locator("#log")


def start_report(page: Page) -> Locator:
    page.get_by_role("button", name="Report a worry").first.click()
    dialog = page.get_by_role("dialog", name="Report a worry about a pupil")
    expect(dialog).to_be_visible()
    return dialog


def did(served: Served, kind: type) -> list[object]:
    return [activity.did for activity in served.desk.came if isinstance(activity.did, kind)]


def test_the_start_page_offers_the_parts_one_can_play_first(served: Served, window: Enter) -> None:
    page = window()
    page.goto(served.url)
    names = page.locator(".person strong").all_inner_texts()
    assert names[:7] == [
        "Amira Hussain",
        "Tom Brennan",
        "Ruth Adeyemi",
        "Callum Price",
        "Helen Marsh",
        "George Whitlock",
        "Joan Pickering",
    ]
    assert set(names[7:]) == {"Dev Patel", "Lucy Okafor"}
    expect(page.get_by_text("Sample school.")).to_be_visible()


def test_every_part_of_a_message_is_shown_as_text(enter: Enter) -> None:
    page = enter("Amira")
    say(page, "everything")
    message = log(page).locator(".message").last
    for words in ("A heading", "A strong line.", "Quiet words.", "BRE-1", "In our words", "v3"):
        expect(message.get_by_text(words, exact=True)).to_be_visible()
    expect(message.get_by_text("A clause <b>quoted</b>.")).to_be_visible()
    expect(message.locator("b")).to_have_count(0)
    expect(message.locator("li")).to_have_count(2)
    expect(message.locator("dt")).to_have_text(["Reference", "Sent"])
    expect(message.locator(".tone-word")).to_have_text(["Urgent", "Take care", "Confirmed", "Note"])
    expect(message.locator("p").filter(has_text="Plain words").locator("br")).to_have_count(1)


def test_a_question_in_a_channel_is_answered_in_a_thread_that_others_see(enter: Enter) -> None:
    amira, joan = enter("Amira"), enter("Joan")
    room(amira, "Staffroom")
    room(joan, "Staffroom")
    say(amira, "Can I accept a friend request?")
    for page in (amira, joan):
        thread = page.locator(".thread").first
        expect(thread.get_by_text("Not stated.").last).to_be_visible()
    expect(joan.locator(".entry strong", has_text="Amira Hussain")).to_be_visible()
    joan.get_by_role("button", name="Reply in thread").click()
    reply = joan.get_by_label(re.compile("Reply in the thread"))
    reply.fill("Thanks, I wondered too")
    reply.press("Enter")
    expect(amira.locator(".thread").get_by_text("Thanks, I wondered too")).to_be_visible()


def test_what_people_say_in_a_channel_is_shown_live(enter: Enter) -> None:
    amira, joan = enter("Amira"), enter("Joan")
    room(joan, "Staffroom")
    room(amira, "Staffroom")
    say(amira, "The hall is free")
    expect(log(joan).get_by_text("The hall is free")).to_be_visible()


def test_a_private_reply_and_the_words_it_answers_are_shown_to_nobody_else(
    served: Served, enter: Enter
) -> None:
    amira, joan = enter("Amira"), enter("Joan")
    room(joan, "Staffroom")
    room(amira, "Staffroom")
    say(amira, "A pupil told me about a photo")
    expect(log(amira).get_by_text("somewhere private").last).to_be_visible()
    expect(log(amira).get_by_text("Only you can see this").first).to_be_visible()
    amira.get_by_role("button", name="Reply in thread").click()
    reply = amira.get_by_label(re.compile("Reply in the thread"))
    reply.fill("she is in year four")
    reply.press("Enter")
    expect(log(amira).get_by_text("she is in year four")).to_be_visible()
    say(amira, "Anyone seen the register?")
    expect(log(joan).get_by_text("Anyone seen the register?")).to_be_visible()
    assert "pupil told me" not in joan.content()
    assert "somewhere private" not in joan.content()
    assert "year four" not in joan.content()


def test_a_channel_is_not_there_for_people_who_may_not_see_it(served: Served, enter: Enter) -> None:
    joan, ruth = enter("Joan"), enter("Ruth")
    expect(joan.locator(".place")).to_have_count(2)
    expect(ruth.locator(".place-name")).to_have_text(["Usher", "Staffroom", "Safeguarding"])
    served.run(served.desk.post("safeguarding", "sent"))
    expect(ruth.locator("[data-place='channel:safeguarding'] .count-mark")).to_be_visible()
    assert "K7QF" not in joan.content()


def test_a_notice_with_the_same_card_replaces_the_one_before(served: Served, enter: Enter) -> None:
    ruth = enter("Ruth")
    served.run(served.desk.post("safeguarding", "sent"))
    room(ruth, "Safeguarding")
    expect(log(ruth).get_by_text("today: sent")).to_be_visible()
    served.run(served.desk.post("safeguarding", "opened"))
    expect(log(ruth).get_by_text("today: opened")).to_be_visible()
    expect(log(ruth).locator(".is-notice")).to_have_count(1)
    ruth.reload()
    room(ruth, "Safeguarding")
    expect(log(ruth).locator(".is-notice")).to_have_count(1)


def test_a_case_is_opened_in_a_private_view_that_closes_with_escape(served: Served, enter: Enter) -> None:
    ruth, callum = enter("Ruth"), enter("Callum")
    served.run(served.desk.post("safeguarding", "sent"))
    room(ruth, "Safeguarding")
    room(callum, "Safeguarding")
    ruth.get_by_role("button", name="Open").click()
    expect(ruth.get_by_role("dialog").get_by_text("CANARY")).to_be_visible()
    ruth.get_by_label("A line to the reporter").fill("Thank you")
    ruth.get_by_role("button", name="Acknowledge").click()
    expect(ruth.locator(".dialog-note")).to_contain_text("Acknowledged.")
    expect(log(callum).get_by_text("today: acknowledged")).to_be_visible()
    assert "CANARY" not in callum.content()
    expect(callum.get_by_text("Acknowledged.")).to_have_count(0)
    ruth.keyboard.press("Escape")
    expect(ruth.get_by_role("dialog")).to_be_hidden()


def test_autosave_shows_what_follows_without_losing_focus_or_words(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    dialog = start_report(page)
    expect(dialog.get_by_label("Who has seen it?")).to_have_count(0)
    dialog.get_by_role("group", name="Is there an intimate image").get_by_label("Not sure").check()
    what = dialog.get_by_label("What happened?")
    what.focus()
    page.keyboard.type("Told me at break", delay=25)
    expect(dialog.get_by_label("Who has seen it?")).to_be_visible()
    expect(dialog.get_by_text("Do not look at it")).to_be_visible()
    page.keyboard.type(" that it happened", delay=25)
    expect(what).to_be_focused()
    expect(what).to_have_value("Told me at break that it happened")
    expect(dialog.locator(".saved")).to_have_text("Saved")
    until(lambda: served.desk.answers["what"] == "Told me at break that it happened", patience=5)
    assert all(f.action == "draft.keep" for f in did(served, Filled))


def test_a_report_goes_all_the_way(served: Served, enter: Enter) -> None:
    page, ruth = enter("Tom"), enter("Ruth")
    room(ruth, "Safeguarding")
    dialog = start_report(page)
    dialog.get_by_role("button", name="Continue").click()
    summary = dialog.locator(".wrong-list")
    expect(summary).to_be_focused()
    what = dialog.get_by_label("What happened?")
    expect(what).to_have_attribute("aria-invalid", "true")
    assert "Say what happened." in (what.evaluate(DESCRIBED) or "")
    summary.get_by_role("link").click()
    expect(what).to_be_focused()
    what.fill("He was sent a photo")
    dialog.get_by_label("Full name").fill("Kit Rowe")
    dialog.get_by_label("Part in it").select_option("harmed")
    dialog.get_by_role("button", name="Add another").click()
    expect(dialog.get_by_label("Full name").nth(1)).to_be_focused()
    dialog.get_by_label("Full name").nth(1).fill("Sam Lee")
    dialog.get_by_label("Date", exact=True).fill("2026-11-20")
    dialog.get_by_label("Time, if you know it").fill("10:42")
    dialog.get_by_label("About then").check()
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.get_by_text("Step 2 of 2")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Report a worry")).to_be_focused()
    dialog.get_by_label("What I have written is true").check()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(log(page).get_by_text("Your report has been sent", exact=True)).to_be_visible()
    expect(log(ruth).get_by_text("today: sent")).to_be_visible()
    filled = [f for f in did(served, Filled) if f.action == "report.next"][-1]
    assert filled.answers["pupils"] == (
        {"name": "Kit Rowe", "class": "", "role": "harmed"},
        {"name": "Sam Lee", "class": "", "role": ""},
    )
    assert filled.answers["when"] == "2026-11-20T10:42 about"
    assert did(served, Filled)[-1].answers["true"] == "yes"


DESCRIBED = """control => (control.getAttribute("aria-describedby") ?? "").split(" ")
    .map(id => document.getElementById(id)?.textContent).join(" ")"""


def test_escape_keeps_a_half_filled_form_and_says_so(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    dialog = start_report(page)
    dialog.get_by_label("What happened?").fill("Half a thought")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#parked")).to_contain_text("Your answers so far are kept.")
    page.get_by_role("button", name="Carry on").click()
    expect(dialog.get_by_label("What happened?")).to_have_value("Half a thought")


def test_a_reload_keeps_the_conversation_and_the_form(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    say(page, "Can I accept a friend request?")
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    start_report(page).get_by_label("What happened?").fill("Half a thought")
    expect(page.locator(".saved")).to_have_text("Saved")
    page.reload()
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_label("What happened?")).to_have_value("Half a thought")
    assert len([p for p in did(served, Pressed) if p.action == "home"]) == 1


def test_a_double_click_is_one_thing_done(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    served.desk.slow = 0.4
    page.get_by_role("button", name="Show everything").dblclick()
    expect(log(page).get_by_text("A strong line.")).to_have_count(1)
    assert len([p for p in did(served, Pressed) if p.action == "everything"]) == 1


def test_what_is_sent_again_is_not_done_again(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    sent: list[str] = []

    def lose_the_answer(route: Route) -> None:
        sent.append(route.request.post_data_json["id"])
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/act", lose_the_answer)
    say(page, "Can I accept a friend request?")
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    expect(page.locator("#box")).to_have_value("")
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert len(did(served, Said)) == 1
    expect(log(page).get_by_text("Can I accept a friend request?")).to_have_count(1)


def test_a_desk_that_falls_over_once_is_asked_again(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    served.desk.fail = 1
    say(page, "Can I accept a friend request?")
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    ids = [a.id for a in served.desk.came if isinstance(a.did, Said)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_desk_that_keeps_falling_over_leaves_the_words_in_the_box(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    served.desk.fail = 3
    say(page, "Can I accept a friend request?")
    expect(page.locator("#trouble")).to_contain_text("What you typed is still here")
    expect(page.locator("#box")).to_have_value("Can I accept a friend request?")
    page.get_by_role("button", name="Send").click()
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    assert len({a.id for a in served.desk.came if isinstance(a.did, Said)}) == 1


def test_a_lost_connection_is_said_and_mended(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    served.run(served.desk.post("staffroom", "kept over a restart"))
    served.stop()
    say(page, "Can I accept a friend request?")
    expect(page.locator("#link")).to_have_text(re.compile("Not connected, trying again"))
    expect(page.locator("#box")).to_have_value("Can I accept a friend request?")
    served.start()
    expect(page.locator("#link")).to_be_hidden()
    expect(log(page).get_by_text("Not stated.").last).to_be_visible()
    expect(page.locator("#box")).to_have_value("")
    expect(log(page).get_by_text("Usher was started again.")).to_be_visible()
    room(page, "Staffroom")
    expect(log(page).get_by_text("kept over a restart").first).to_be_visible()


def test_a_restart_leaves_the_open_form_as_it_is(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    dialog = start_report(page)
    served.stop()
    dialog.get_by_label("What happened?").fill("Typed while nobody listened")
    expect(dialog.locator(".saved")).to_contain_text("Not connected")
    served.start()
    expect(dialog.locator(".saved")).to_have_text("Saved", timeout=15_000)
    expect(dialog.get_by_label("What happened?")).to_have_value("Typed while nobody listened")
    assert served.desk.answers["what"] == "Typed while nobody listened"


def test_tabs_of_one_person_stay_in_step_and_another_tab_can_be_somebody_else(
    served: Served, enter: Enter
) -> None:
    page = enter("Tom")
    second = page.context.new_page()
    second.goto(page.url)
    other = enter("Ruth", page.context.new_page())
    say(page, "Can I accept a friend request?")
    expect(log(second).get_by_text("Not stated.").last).to_be_visible()
    say(other, "Hello")
    expect(log(other).get_by_text("I don't know that one.").last).to_be_visible()
    assert {a.person for a in served.desk.came} == {"tom", "ruth"}
    assert "I don't know that one." not in page.content()


DROP = """kind => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["CANARY"], "CANARY.png", {type: "image/png"}));
    const Make = kind === "drop" ? DragEvent : ClipboardEvent;
    const event = new Make(kind, {bubbles: true, cancelable: true,
        dataTransfer: transfer, clipboardData: transfer});
    document.getElementById("box").dispatchEvent(event);
    return event.defaultPrevented;
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_is_refused_unread(served: Served, enter: Enter, kind: str) -> None:
    page = enter("Tom")
    room(page, "Staffroom")
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    assert page.evaluate(DROP, kind) is True
    expect(log(page).get_by_text("Usher never takes files").last).to_be_visible()
    expect(log(page).get_by_text("Only you can see this").first).to_be_visible()
    assert did(served, Dropped)
    assert not any("CANARY" in body for body in bodies)


def test_a_button_that_cannot_be_undone_asks_first(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    say(page, "everything")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    assert not [p for p in did(served, Pressed) if p.action == "gone"]
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(log(page).get_by_text("You pressed gone.")).to_be_visible()


def test_the_keyboard_reaches_everything(served: Served, enter: Enter) -> None:
    page = enter("Tom")
    page.locator("body").press("Tab")
    expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()
    page.get_by_role("button", name="Report a worry").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Report a worry")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Report a worry")).to_be_focused()


def test_on_a_phone_the_rooms_are_a_sheet(served: Served, enter: Enter) -> None:
    page = enter("Ruth", width=360, height=740)
    expect(page.locator("#rail")).not_to_be_in_viewport()
    served.run(served.desk.post("safeguarding", "sent"))
    opener = page.get_by_role("button", name="Rooms, 1 unread")
    opener.click()
    expect(page.locator(".place[aria-current]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    room(page, "Safeguarding")
    expect(page.locator("#rail")).not_to_be_in_viewport()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_the_theme_can_be_chosen_and_stays(enter: Enter) -> None:
    page = enter("Tom")
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_page_asks_nobody_else_for_anything(served: Served, window: Enter, enter: Enter) -> None:
    page = window()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter("Tom", page)
    start_report(page)
    assert asked
    assert all(url.startswith(served.url) for url in asked)

"""The whole of it, in a real browser, on the real demo: what issue 2 asks to be shown."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.acceptance.demo import Demo, Visitors, form, pick, press, room, say, short_report

pytestmark = pytest.mark.browser

TA, DSL, HEAD = "Jem Karuna", "Isolde Penhallow", "Rafferty Oduya"
OFFICE, CHAIR = "Dorothea Appiah-Lund", "Cressida Wainfleet"
PUPIL, WHAT = "Robin Sample", "was sent frightening messages by someone called greenfox77"
WORDS = (PUPIL, "Robin", "frightening", "greenfox77")

SEND = """async ([path, content]) => {
    const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(content),
    });
    return [answer.status, await answer.text()];
}"""


def test_a_question_the_policy_leaves_open(visitors: Visitors) -> None:
    ta = visitors.enter(TA)
    say(ta, "can I accept a parent's friend request?")
    answer = ta.get_by_role("article").last
    expect(answer.get_by_text("The policy doesn't say.", exact=True)).to_be_visible()
    quoted = answer.get_by_role("figure")
    expect(quoted.nth(0)).to_contain_text("PER-1b")
    expect(quoted.nth(1)).to_contain_text("PRI-2")
    expect(answer.get_by_text(f"Next: ask {HEAD}, headteacher.")).to_be_visible()
    assert answer.get_by_role("button").count() <= 2


def test_a_report_reaches_the_dsl_and_nobody_else(visitors: Visitors) -> None:
    ta, dsl, office, head = (visitors.enter(name) for name in (TA, DSL, OFFICE, HEAD))
    room(dsl, "Safeguarding")
    asked: list[dict[str, Any]] = []
    dsl.on("request", lambda request: keep_opening(request, asked))

    short_report(ta, PUPIL, f"{PUPIL} {WHAT}")
    press(ta, "Send the report")
    expect(form(ta).get_by_role("heading", name="Your report is on its way")).to_be_visible()
    ta.keyboard.press("Escape")

    notice = dsl.get_by_role("article").last
    expect(notice.get_by_text("New: Concern about a pupil", exact=True)).to_be_visible()
    reference = re.findall(r"Reference\s+([0-9A-Z]{6})", notice.inner_text())[0]
    for page in (dsl, office, head):
        assert not any(word in page.content() for word in WORDS)

    mine = ta.get_by_role("article").filter(has_text=reference)
    expect(mine.get_by_text("sent, not opened yet").first).to_be_visible()
    notice.get_by_role("button", name="Open", exact=True).click()
    case = form(dsl)
    expect(case.get_by_text(f"{PUPIL} {WHAT}")).to_be_visible()
    expect(mine.get_by_text(f"opened by {DSL}").first).to_be_visible()
    press(dsl, "Acknowledge")
    form(dsl).get_by_label("A line to the reporter").fill("Thank you. See me at 3.30.")
    press(dsl, "Acknowledge")
    expect(mine.get_by_text(f"acknowledged by {DSL}").first).to_be_visible()
    expect(ta.get_by_text(f"Your report {reference} has been acknowledged.").last).to_be_visible()
    ta.get_by_role("button", name="Open receipt").last.click()
    expect(form(ta).get_by_text("Thank you. See me at 3.30.")).to_be_visible()
    ta.keyboard.press("Escape")

    (opening,) = asked[:1]
    for page in (ta, office, head):
        cannot_open(page, opening, reference)


def keep_opening(request: Request, asked: list[dict[str, Any]]) -> None:
    """Remember what the DSL's page sends to open a case."""
    if request.method == "POST" and request.url.endswith("/act"):
        sent = request.post_data_json
        if sent and sent["did"].get("action") == "case.open":
            asked.append({"path": request.url.split("/", 3)[3], "content": sent})


def cannot_open(page: Page, opening: dict[str, Any], reference: str) -> None:
    """Neither a card to press, nor the DSL's own POST sent again with this person's cookie."""
    for place in page.get_by_role("navigation").get_by_role("listitem").all():
        place.get_by_role("button").click()
        expect(page.get_by_role("button", name="Open", exact=True)).to_have_count(0)
    me = page.url.rstrip("/").rsplit("/", 1)[1]
    again = {**opening["content"], "id": f"again-{me}"}
    status, said = page.evaluate(SEND, [f"/{opening['path']}", opening["content"]])
    assert (status, reference in said) == (401, False)
    status, said = page.evaluate(SEND, ["act", again])
    assert status == 403, said
    status, said = page.evaluate(
        SEND, ["act", {**again, "place": f"person:{me}", "thread": "", "within": ""}]
    )
    assert status == 200
    assert "You can't open this." in said
    assert not any(word in said for word in WORDS)
    status, said = page.evaluate(SEND, ["act", {**opening["content"], "place": f"person:{me}"}])
    assert not any(word in said for word in WORDS), "the same id again must not get the DSL's reply"


def test_a_report_about_the_headteacher_reaches_the_chair(visitors: Visitors) -> None:
    ta, head, chair = (visitors.enter(name) for name in (TA, HEAD, CHAIR))
    room(chair, "Chair of governors")
    ta.get_by_role("button", name="Report a broken policy").last.click()
    press(ta, "Start the report")
    pick(ta, "Could a child have been harmed, or be at risk?", "No")
    pick(ta, "Who is it about?", "The headteacher")
    press(ta, "Next")
    expect(form(ta).get_by_text(f"{CHAIR}, Chair of governors")).to_be_visible()
    expect(form(ta).get_by_text(f"{HEAD}, because it is about them")).to_be_visible()
    form(ta).get_by_label("Date", exact=True).fill("2026-11-20")
    form(ta).get_by_label("Where did it happen?").fill("A group chat")
    press(ta, "Next")
    form(ta).get_by_label("What happened?").fill("Complained about parents by name in a group chat")
    press(ta, "Next")
    pick(ta, "Can it still be seen online?", "Not sure")
    pick(ta, "Have pupils' personal details become known", "No")
    press(ta, "Next")
    press(ta, "Next")
    form(ta).get_by_label("This is what I know").check()
    press(ta, "Next")
    press(ta, "Send the report")

    notice = chair.get_by_role("article").last
    expect(notice.get_by_text("New: Concern about an adult's conduct", exact=True)).to_be_visible()
    reference = re.findall(r"Reference\s+([0-9A-Z]{6})", notice.inner_text())[0]
    nothing_of(head, reference)
    head.reload()
    expect(head.get_by_text("Hello Rafferty.").first).to_be_visible()
    nothing_of(head, reference)


def nothing_of(head: Page, reference: str) -> None:
    """The rail, the rooms, the greeting and the list of cases, as the headteacher sees them."""
    seen = [head.get_by_role("navigation").inner_text()]
    for place in head.get_by_role("navigation").get_by_role("listitem").all():
        place.get_by_role("button").click()
        seen.append(head.get_by_role("main").inner_text())
    head.get_by_role("navigation").get_by_role("button", name="Usher").click()
    head.get_by_role("button", name="What can I do here?").click()
    expect(head.get_by_role("button", name="My reports").last).to_be_visible()
    say(head, "cases")
    expect(form(head).get_by_text("No open cases.")).to_be_visible()
    seen.append(form(head).inner_text())
    head.keyboard.press("Escape")
    say(head, "my reports")
    expect(head.get_by_text("You haven't sent any reports.").last).to_be_visible()
    seen.append(head.get_by_role("main").inner_text())
    for text in seen:
        assert reference not in text
        assert "Concern about" not in text
        assert "Cases:" not in text
        assert "unread" not in text


def test_a_report_survives_the_death_of_the_process(demo: Demo, visitors: Visitors) -> None:
    ta = visitors.enter(TA)
    ta.get_by_role("button", name="Report a concern about a child").last.click()
    press(ta, "Start the report")
    pick(ta, "Have you told the DSL or the deputy in person?", "Not yet")
    pick(ta, "How urgent is it?", "Someone needs to act today")
    press(ta, "Next")
    row = form(ta).get_by_role("group", name="number 1")
    row.get_by_label("Full name").fill(PUPIL)
    row.get_by_label("Part in it").select_option(label="May be at risk")
    expect(form(ta).get_by_text("Saved")).to_be_visible()

    demo.kill()
    row.get_by_label("Class").fill("2B")
    expect(form(ta).get_by_text("Not connected, trying again. What you typed is still here.")).to_be_visible()
    demo.start()
    expect(form(ta).get_by_text("Saved", exact=True)).to_be_visible()

    demo.kill()
    demo.start()
    again = visitors.enter(TA)
    again.get_by_role("button", name="Report a concern about a child").last.click()
    form(again).get_by_role("button", name=re.compile("^Carry on with the one from")).click()
    expect(form(again).get_by_text("Step 2 of 9")).to_be_visible()
    resumed = form(again).get_by_role("group", name="number 1")
    expect(resumed.get_by_label("Full name")).to_have_value(PUPIL)
    expect(resumed.get_by_label("Class")).to_have_value("2B")
    expect(resumed.get_by_label("Part in it")).to_have_value("at_risk")
    press(again, "Back")
    asked = form(again).get_by_role("group", name=re.compile("^Have you told"))
    expect(asked.get_by_label("Not yet", exact=True)).to_be_checked()

    still = form(ta).get_by_role("group", name="number 1")
    expect(still.get_by_label("Full name")).to_have_value(PUPIL)

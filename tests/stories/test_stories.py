"""Every story, in staff words, on every platform: one text, unchanged."""

from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from tests.stories.acts import Acts

scenarios(
    "asking.feature",
    "reporting.feature",
    "arrival.feature",
    "escalation.feature",
    "campaign.feature",
    "advice.feature",
)

WHO = r"(?P<who>the [A-Za-z ]+?)"


def re(text: str) -> parsers.re:
    """A step as a pattern with {who}, {text} and {room} in it."""
    pattern = (
        text.replace("{who}", WHO).replace("{text}", '"(?P<text>.+)"').replace("{room}", "(?P<room>[a-z' ]+)")
    )
    return parsers.re(f"^{pattern}$")


@when(re("{who} says {text}"))
def says(acts: Acts, who: str, text: str) -> None:
    acts.driver.say(acts.do(who), text)


@when(re("{who} says in the {room} {text}"))
def says_in(acts: Acts, who: str, room: str, text: str) -> None:
    acts.driver.say(acts.do(who), text, acts.room(room))


@when(re("{who} presses {text}"))
def presses(acts: Acts, who: str, text: str) -> None:
    acts.driver.press(acts.do(who), text)


@when(re("{who} answers"))
def answers(acts: Acts, who: str, datatable: list[list[str]]) -> None:
    acts.driver.answer(acts.do(who), dict(datatable))


@when(re("{who} drops a file"))
def drops(acts: Acts, who: str) -> None:
    acts.driver.drop_file(acts.do(who))


@when(re("{who} walks away and comes back"))
def comes_back(acts: Acts, who: str) -> None:
    acts.driver.come_back(acts.do(who))


@when(re("{who} starts a report"))
def starts(acts: Acts, who: str) -> None:
    acts.start(who)


@when(re('{who} reports with the essentials that "(?P<pupil>[^"]+)" was upset by the DSL'))
def reports_dsl(acts: Acts, who: str, pupil: str) -> None:
    acts.report(who, pupil, "said something unkind in a group chat", adult="The DSL")


@given(re('{who} has reported with the essentials that "(?P<pupil>[^"]+)" was sent (?P<what>.+)'))
@when(re('{who} reports with the essentials that "(?P<pupil>[^"]+)" was sent (?P<what>.+)'))
def reports(acts: Acts, who: str, pupil: str, what: str) -> None:
    acts.report(who, pupil, f"was sent {what}")


@when(re('{who} fills in the essentials that "(?P<pupil>[^"]+)" was sent (?P<what>.+)'))
def fills(acts: Acts, who: str, pupil: str, what: str) -> None:
    acts.fill(who, pupil, f"was sent {what}")


@when(re("{who} sends a breach report about (?P<about>.+)"))
def breach(acts: Acts, who: str, about: str) -> None:
    acts.breach(who, about)
    acts.driver.press(acts.do(who), "Send the report")


@when(re("{who} fills a breach report about (?P<about>.+)"))
def fills_breach(acts: Acts, who: str, about: str) -> None:
    acts.breach(who, about)


@when(re(r"{who} asks for a site for children of (?P<youngest>\d+) on a platform for (?P<least>\d+)"))
def asks_site(acts: Acts, who: str, youngest: str, least: str) -> None:
    acts.site(who, youngest, least)


@when(re("{who} (?:opens|tries to open) the case"))
def opens(acts: Acts, who: str) -> None:
    acts.open_case(who)


@given(re("{who} has acknowledged it"))
def has_acknowledged(acts: Acts, who: str) -> None:
    acts.acknowledge(who, "Thank you.")


@when(re("{who} acknowledges with {text}"))
def acknowledges(acts: Acts, who: str, text: str) -> None:
    acts.acknowledge(who, text)


@when(re("{who} asks the reporter {text}"))
def asks_reporter(acts: Acts, who: str, text: str) -> None:
    acts.case_form(who, "Ask the reporter", {"Your question": text}, "Ask")


@when(re("{who} answers the question with {text}"))
def answers_question(acts: Acts, who: str, text: str) -> None:
    acts.driver.press(acts.do(who), "Open receipt")
    acts.driver.answer(acts.do(who), {"Your answer": text})
    acts.driver.press(acts.do(who), "Send my answer")


@when(re("{who} adds to the report {text}"))
def adds(acts: Acts, who: str, text: str) -> None:
    acts.driver.press(acts.do(who), "Add to my report")
    acts.driver.answer(acts.do(who), {"What would you like to add?": text})
    acts.driver.press(acts.do(who), "Add")


@when(re('{who} decides "(?P<state>[^"]+)" because {text}'))
def decides(acts: Acts, who: str, state: str, text: str) -> None:
    acts.case_form(who, "Decide or move on", {"What now?": state, "The reason": text}, "Record the decision")


@given(re("a campaign called {text} is running"))
def campaign_running(acts: Acts, text: str) -> None:
    acts.run_campaign(text)


@then(re("{who} sees {text}"))
def sees(acts: Acts, who: str, text: str) -> None:
    acts.sees(who, text)


@then(re("{who} sees in the {room} {text}"))
def sees_in(acts: Acts, who: str, room: str, text: str) -> None:
    acts.sees(who, text, acts.room(room))


@then(re("{who} does not see {text}"))
def does_not_see(acts: Acts, who: str, text: str) -> None:
    assert text not in acts.everything(acts.id(who))


@then(re("{who}'s form says {text}"))
def form_says(acts: Acts, who: str, text: str) -> None:
    assert text in acts.driver.dialog(acts.id(who))


@then(re("{who} is not told {text}"))
@then(re("{who} is not yet asked {text}"))
def not_asked(acts: Acts, who: str, text: str) -> None:
    assert text not in acts.driver.dialog(acts.id(who))


@then(re('nobody else sees "(?P<text>[^"]+)"'))
def nobody_else(acts: Acts, text: str) -> None:
    acts.only(text, {acts.actor})


@then(re('nobody else sees "(?P<text>[^"]+)" except (?P<one>the [A-Za-z ]+) and (?P<other>the [A-Za-z ]+)'))
def nobody_except(acts: Acts, text: str, one: str, other: str) -> None:
    acts.only(text, {acts.actor, acts.id(one), acts.id(other)})


@then(re("{who} and (?P<other>the [a-zA-Z ]+) have been told the same"))
def the_same(acts: Acts, who: str, other: str) -> None:
    answer = acts.driver.sees(acts.id(who)).split("The policy doesn't say", 1)
    again = acts.driver.sees(acts.id(other)).split("The policy doesn't say", 1)
    assert len(answer) == 2
    assert answer[1] == again[1]


@then(re("{who} sees nothing of it anywhere"))
def sees_nothing(acts: Acts, who: str) -> None:
    acts.sees_nothing(who)


@then(re("{who} can open the part about the (?P<part>child|adult)"))
def can_open(acts: Acts, who: str, part: str) -> None:
    acts.open_part(who, part)


@then("nobody at the school can open it")
def nobody_can_open(acts: Acts) -> None:
    acts.nobody_opens()


@then(re("{who}'s receipt says {text}"))
def receipt_says(acts: Acts, who: str, text: str) -> None:
    acts.driver.press(acts.id(who), "Open receipt")
    assert text in acts.driver.dialog(acts.id(who))


@then(re("{who}'s case says {text}"))
def case_says(acts: Acts, who: str, text: str) -> None:
    acts.case_says(who, text)


@when(parsers.re(r"^(?P<count>\d+) (?P<unit>minutes|days) go by$"))
def time_goes_by(acts: Acts, count: str, unit: str) -> None:
    acts.driver.beside.time_goes_by(timedelta(**{unit: int(count)}))


@when(re('a drill "(?P<urgency>danger now|today|should be known)" is sent as {who}'))
def drill(acts: Acts, urgency: str, who: str) -> None:
    acts.driver.beside.drill(acts.id(who), urgency)

"""What a person sees of a campaign: the text with its buttons, the small forms, and the thanks."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.campaign_text import quoted, text_of
from bot.desk.visit import Visit
from bot.desk.wording import told
from bot.school.cadence import schedule
from bot.school.campaigns import Campaign, How, Said, Standing
from bot.school.forms import Answers, Form, Kind, Page, Question
from bot.school.messages import (
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Outcome,
    Paragraph,
    Part,
    Reply,
    Style,
    Tone,
)
from bot.school.moments import say_day
from bot.school.people import Role

NAME = Question(
    id="name",
    ask="Your full name",
    kind=Kind.TEXT,
    hint="Typed, it stands for: I have read and understood this.",
    required=True,
    longest=200,
)
WORDS: Mapping[Said, Question] = {
    Said.QUESTION: Question(
        id="words",
        ask="Your question",
        kind=Kind.LONG_TEXT,
        hint="It goes to the policy owner. You are still asked to read and acknowledge the text.",
        required=True,
    ),
    Said.CANNOT: Question(
        id="words",
        ask="What can't you agree to, and why?",
        kind=Kind.LONG_TEXT,
        hint="The policy owner and the headteacher will speak with you about it.",
        required=True,
    ),
}
TITLES = {Said.QUESTION: "I have a question", Said.CANNOT: "I cannot agree"}
SENDS = {Said.QUESTION: "ack.ask", Said.CANNOT: "ack.refuse"}


@dataclass(frozen=True, kw_only=True)
class Hand:
    """By which way the words come: the person's own account, or a signed link."""

    how: How = How.SELF
    value: str = ""
    """What a link's button carries instead of the campaign's id."""


OWN = Hand()
DONE = Paragraph(text="You have acknowledged this. Nothing more is asked.", strong=True)


def reading(
    visit: Visit,
    campaign: Campaign,
    hand: Hand,
    answers: Answers,
    wrong: Mapping[str, str],
    *,
    note: str = "",
    missed: tuple[str, ...] = (),
) -> Dialog:
    """The text, the questions on it, and what can be said."""
    done = standing(visit, campaign).done
    clauses = (quoted(visit, campaign, clause) for clause in dict.fromkeys(missed))
    again: tuple[Part, ...] = (Heading(text="These clauses decide it"), *clauses) if missed else ()
    parts: tuple[Part, ...] = (
        *((Callout(tone=Tone.CAUTION, title=note, lines=()),) if note else ()),
        *((DONE,) if done else ()),
        Facts(rows=_about(visit, campaign)),
        *text_of(visit, campaign),
        *again,
        *((_ask_in_person(visit),) if hand.how is How.LINK and not done else ()),
    )
    fields = () if done else tuple(_field(question, answers, wrong) for question in asked(campaign))
    return Dialog(
        id=f"ack:{campaign.id}",
        title="Read and acknowledge",
        parts=parts,
        fields=fields,
        buttons=() if done else _buttons(campaign, hand),
    )


def words(campaign: Campaign, said: Said, answers: Answers, wrong: Mapping[str, str]) -> Dialog:
    """The small form for a question or a refusal."""
    return Dialog(
        id=f"ack:{campaign.id}:{said.value}",
        title=TITLES[said],
        parts=(Paragraph(text=campaign.title, quiet=True),),
        fields=(_field(WORDS[said], answers, wrong),),
        buttons=(
            Button(label="Send", action=SENDS[said], value=campaign.id, style=Style.PRIMARY, submits=True),
            Button(label="Back to the text", action="ack.open", value=campaign.id),
        ),
    )


def asked(campaign: Campaign) -> tuple[Question, ...]:
    """What is asked under the text: the scenarios, then the name."""
    scenarios = (
        Question(id=each.id, ask=each.ask, kind=Kind.CHOICE, choices=each.choices, required=True)
        for each in campaign.quiz
    )
    return (*scenarios, NAME)


def form_of(questions: tuple[Question, ...]) -> Form:
    """These questions as a form, so that answers are checked as everywhere."""
    ids = tuple(question.id for question in questions)
    by_id = {question.id: question for question in questions}
    page = Page(id="only", title="", questions=ids)
    return Form(id="ack", title="", purpose="", submit="", questions=by_id, pages=(page,))


def thanks(visit: Visit, campaign: Campaign) -> Outcome:
    """Say that it is written down, and as what."""
    message = told(
        f"Thank you, {visit.who.name.split()[0]}. “{campaign.title}” is acknowledged.",
        f"Kept: your name, {campaign.version}, and the time. You get no more reminders about it.",
    )
    return Outcome(reply=Reply(messages=(message,), closes=True, privately=True))


def standing(visit: Visit, campaign: Campaign) -> Standing:
    """How far this person is with it; somebody new begins today."""
    found = visit.books.campaigns.standings([campaign]).get((campaign.id, visit.who.id))
    return found or Standing(campaign=campaign.id, person=visit.who.id, joined=visit.today)


def due(visit: Visit, campaign: Campaign) -> str:
    """By when, for this person."""
    joined = standing(visit, campaign).joined
    day = schedule(visit.school, campaign, visit.who, joined).due
    return f"due by {say_day(day)}" if visit.today <= day else f"overdue since {say_day(day)}"


def shown(dialog: Dialog) -> Outcome:
    """Only the person themselves sees it."""
    return Outcome(reply=Reply(dialog=dialog, privately=True))


def _about(visit: Visit, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    changed = ", ".join(campaign.clauses)
    return (
        ("What", campaign.title),
        ("Version", campaign.version),
        ("Shown here", f"only what has changed: {changed}" if changed else "the whole text"),
        ("When", due(visit, campaign)),
    )


def _ask_in_person(visit: Visit) -> Paragraph:
    """A signed link has one button only: where a question or a refusal goes instead."""
    owners = " or ".join(owner.name for owner in visit.school.holders(Role.POLICY_OWNER))
    return Paragraph(text=f"A question, or something you can't agree to? Don't sign yet: speak to {owners}.")


def _field(question: Question, answers: Answers, wrong: Mapping[str, str]) -> Field:
    return Field(question=question, answer=answers.get(question.id), error=wrong.get(question.id, ""))


def _buttons(campaign: Campaign, hand: Hand) -> tuple[Button, ...]:
    by_link = hand.how is How.LINK
    sign = Button(
        label="I have read and understood",
        action="link.sign" if by_link else "ack.sign",
        value=hand.value or campaign.id,
        style=Style.PRIMARY,
        submits=True,
    )
    if by_link:
        return (sign,)
    return (
        sign,
        Button(label="I have a question", action="ack.asking", value=campaign.id),
        Button(label="I cannot agree", action="ack.refusing", value=campaign.id),
        Button(label="Remind me later", action="ack.snoozing", value=campaign.id),
    )

"""Stop answering and offer a report, in private, when a message is really a worry."""

from bot.desk.greet import offer_doors
from bot.desk.visit import Visit
from bot.desk.wording import danger
from bot.school.forms import Answers
from bot.school.matching import Disclosure, IntentKind, Urgent
from bot.school.messages import Button, Message, Outcome, Paragraph, Reply, Style

SOUNDS_LIKE_A_BREACH = "This sounds like something the headteacher should know. I can pass it on."
ABOUT_THE_HEAD = "I can pass this on, and not to the headteacher if it is about the headteacher."
OWN_MISTAKE = "Thank you for saying so. It is best told early, and I can help you tell the headteacher."
IN_DANGER = "If a child may be in danger: call 999 now, then tell a person."
SOUNDS_LIKE_A_WORRY = "This sounds like a worry about a child. Please don't keep it to yourself."
ASKED_TO_REPORT = "Thank you for telling. I'll help you get this to the right person."


def report_words(visit: Visit, _value: str, answers: Answers) -> Outcome:
    """Words that came with the wish to report them: kept for that, whatever the engine makes of them."""
    account = answers.get("account")
    if not isinstance(account, str) or not account.strip():
        return offer_doors()
    match = visit.matcher.match(account)
    if not isinstance(match, Disclosure | Urgent):
        match = Disclosure(kind=IntentKind.REPORT_ESAFETY, intent="", clauses=(), confidence=0.0)
    return offer_report(visit, match, account.strip())


def offer_report(visit: Visit, match: Disclosure | Urgent, text: str) -> Outcome:
    """Stop answering: in private, what to do first, then the report, or "it's only a question".

    What was typed is kept in a sealed draft for 24 hours, so that nobody has to write it twice.
    """
    breach = isinstance(match, Disclosure) and match.kind is IntentKind.REPORT_BREACH
    form = "breach" if breach else "esafety"
    draft = visit.books.drafts.start(visit.who.id, form, visit.forms[form].pages[0].id, {"account": text})
    summary = _first_line(match, breach=breach)
    shared = (
        (Paragraph(text="Others may be able to see what you wrote in the channel. Please delete it there."),)
        if visit.place.shared
        else ()
    )
    intent = visit.intents.get(match.intent)
    message = Message(
        summary=summary,
        parts=(
            Paragraph(text=summary, strong=True),
            *shared,
            *((danger(visit),) if not breach else ()),
            *((Paragraph(text=intent.answer),) if intent else ()),
            Paragraph(
                text="What you typed is kept sealed for 24 hours so that you needn't write it again.",
                quiet=True,
            ),
        ),
        buttons=(
            _asked_buttons(visit, draft.id, text)
            if not match.intent
            else _offer_buttons(visit, draft.id, breach=breach, urgent=isinstance(match, Urgent))
        ),
    )
    return Outcome(reply=Reply(messages=(message,), privately=True))


FIRST_LINES = {
    "report-breach-about-headteacher": ABOUT_THE_HEAD,
    "report-breach-own-mistake": OWN_MISTAKE,
}
"""Intent -> its own first line, where the usual one would mislead or hurt."""


def _first_line(match: Disclosure | Urgent, *, breach: bool) -> str:
    """What a phone shows first: danger before anything else, and never a promise about who hears."""
    if isinstance(match, Urgent):
        return IN_DANGER
    if not match.intent:
        return ASKED_TO_REPORT
    return FIRST_LINES.get(match.intent, SOUNDS_LIKE_A_BREACH if breach else SOUNDS_LIKE_A_WORRY)


def _offer_buttons(visit: Visit, draft: str, *, breach: bool, urgent: bool) -> tuple[Button, ...]:
    start = _start(visit, draft, Style.PLAIN if urgent else Style.PRIMARY)
    question = Button(label=visit.step_zero.question, action="ask.only", value=draft)
    return (start, question) if breach else (_now(visit, draft), start, question)


def _asked_buttons(visit: Visit, draft: str, text: str) -> tuple[Button, ...]:
    """Somebody wants to report and only they know which it is: the same words wait in both forms."""
    first = visit.forms["breach"].pages[0].id
    other = visit.books.drafts.start(visit.who.id, "breach", first, {"account": text})
    return (
        _now(visit, draft),
        _start(visit, draft, Style.PRIMARY),
        Button(label="It's about an adult breaking the policy", action="draft.resume", value=other.id),
    )


def _start(visit: Visit, draft: str, style: Style) -> Button:
    return Button(label=visit.step_zero.start, action="draft.resume", value=draft, style=style)


def _now(visit: Visit, draft: str) -> Button:
    return Button(label=visit.step_zero.danger, action="danger.now", value=draft, style=Style.DANGER)

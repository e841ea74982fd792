"""Stop answering and offer a report, in private, when a message is really a worry."""

from bot.desk.visit import Visit
from bot.desk.wording import danger
from bot.school.matching import Disclosure, IntentKind, Urgent
from bot.school.messages import Button, Message, Outcome, Paragraph, Reply, Style


def offer_report(visit: Visit, match: Disclosure | Urgent, text: str) -> Outcome:
    """Stop answering: in private, what to do first, then the report, or "it's only a question".

    What was typed is kept in a sealed draft for 24 hours, so that nobody has to write it twice.
    """
    breach = isinstance(match, Disclosure) and match.kind is IntentKind.REPORT_BREACH
    form = "breach" if breach else "esafety"
    draft = visit.books.drafts.start(visit.who.id, form, visit.forms[form].pages[0].id, {"account": text})
    summary = (
        "This sounds like something the headteacher should know. I can pass it on."
        if breach
        else "This sounds like a worry about a child. Please don't keep it to yourself."
    )
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
        buttons=_offer_buttons(visit, draft.id, breach=breach, urgent=isinstance(match, Urgent)),
    )
    return Outcome(reply=Reply(messages=(message,), privately=True))


def _offer_buttons(visit: Visit, draft: str, *, breach: bool, urgent: bool) -> tuple[Button, ...]:
    start = Button(
        label=visit.step_zero.start,
        action="draft.resume",
        value=draft,
        style=Style.PLAIN if urgent else Style.PRIMARY,
    )
    now = Button(
        label=visit.step_zero.danger,
        action="danger.now",
        value=draft,
        style=Style.DANGER,
    )
    question = Button(label=visit.step_zero.question, action="ask.only", value=draft)
    return (start, question) if breach else (now, start, question)

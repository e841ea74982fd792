"""Answer a question from the policy: verdict first, the clause, what else applies, where to go next."""

from dataclasses import replace

from bot.desk.offer_report import offer_report
from bot.desk.refusals import UnknownAction
from bot.desk.visit import Visit
from bot.desk.was_this_right import NOT_MEANT, about, count, pair
from bot.desk.wording import VERDICTS, next_step, told
from bot.school.answers import fault
from bot.school.former_pupils import Told, explain, listen, weigh, years_gone
from bot.school.forms import Answers, Kind, Question
from bot.school.matching import (
    Answer,
    Disclosure,
    Intent,
    IntentKind,
    Match,
    NextStep,
    NotCovered,
    Unsure,
    Urgent,
)
from bot.school.messages import (
    Button,
    Callout,
    Dialog,
    Field,
    Heading,
    Message,
    Outcome,
    Paragraph,
    Part,
    Quotation,
    Reply,
    Style,
    Tone,
)
from bot.school.routing import text as answered

FORMER_PUPILS = "PER-6b"
MOST_QUOTED = 2
MOST_SUPPORTING = 2

STILL_WORRIED = "If a child may be at risk after all, tell the DSL in person, or say “report”."

WORRIES = frozenset({IntentKind.REPORT_ESAFETY, IntentKind.REPORT_BREACH, IntentKind.URGENT})

AGE = Question(id="age", ask="How old are they now?", kind=Kind.NUMBER, required=True, lowest=0, highest=120)
LEFT = Question(
    id="left",
    ask="In which year did they leave the school?",
    kind=Kind.NUMBER,
    hint="The summer they left, for example 2019",
    required=True,
    lowest=1900,
    highest=2100,
)

STEP_BUTTONS = {
    NextStep.REPORT_ESAFETY: Button(label="Start a report", action="report.start", value="esafety"),
    NextStep.REPORT_BREACH: Button(label="Start a report", action="report.start", value="breach"),
    NextStep.REQUEST_SITE: Button(label="Ask for an official site", action="report.start", value="site"),
}


def answer_question(visit: Visit, text: str) -> Outcome:
    """Decide what was said and answer it, or offer a report in private when it is really a worry."""
    return _say(visit, visit.matcher.match(text), text)


def only_a_question(visit: Visit, draft: str) -> Outcome:
    """Answer what looked like a worry as the question it was, and forget the draft kept for it."""
    kept = visit.books.drafts.get(draft, visit.who.id)
    text = answered(kept.answers, "account")
    visit.books.drafts.drop(draft, visit.who.id)
    said = _say(visit, visit.matcher.as_question(text), text).reply
    reminder = Message(summary=STILL_WORRIED, parts=(Paragraph(text=STILL_WORRIED, quiet=True),))
    return Outcome(reply=Reply(messages=(*said.messages, reminder), privately=True))


def answer_intent(visit: Visit, intent: str) -> Outcome:
    """Answer the reading that was picked."""
    found = _intent(visit, intent)
    _count(visit, found.id, "chosen")
    if found.kind is IntentKind.NOT_COVERED:
        return _reply(not_covered(visit, found))
    return _reply(answer(visit, found, Told()))


def not_what_i_meant(visit: Visit, value: str) -> Outcome:
    """Count the miss, and offer the neighbouring readings; the words themselves are not kept."""
    missed, clause = about(visit, value)
    count(visit, clause, NOT_MEANT)
    clauses = {*missed.clauses, clause}
    near = [
        other
        for other in visit.intents.values()
        if other.id != missed.id and other.kind is IntentKind.ANSWER and clauses & set(other.clauses)
    ][:3]
    message = told(
        "Sorry, that missed the point.",
        "Please say it in other words: who the other person is, and what you want to do.",
        *(("Or did you mean one of these?",) if near else ()),
    )
    return _reply(replace(message, buttons=tuple(_option(other) for other in near)))


def work_it_out() -> Outcome:
    """Ask for the two numbers that the former-pupil rule needs."""
    return Outcome(reply=Reply(dialog=_sum_dialog({}, {})))


def former_pupil(visit: Visit, answers: Answers) -> Outcome:
    """Apply the former-pupil rule to an age and a year of leaving."""
    told_so = {q.id: fault(q, answers.get(q.id), visit.local, needed=True) for q in (AGE, LEFT)}
    wrong = {id: sentence for id, sentence in told_so.items() if sentence}
    if not wrong and int(answered(answers, "left")) > visit.today.year:
        wrong["left"] = "This year hasn't come yet. Please give the year they left."
    if wrong:
        return Outcome(reply=Reply(dialog=_sum_dialog(answers, wrong)))
    gone = years_gone(int(answered(answers, "left")), visit.today)
    found = next(i for i in visit.intents.values() if i.clauses[:1] == (FORMER_PUPILS,))
    message = answer(visit, found, Told(age=int(answered(answers, "age")), gone=gone))
    return Outcome(reply=Reply(messages=(message,), closes=True))


def answer(visit: Visit, intent: Intent, told_of: Told) -> Message:
    """One intent's answer: first line the verdict, then the clauses quoted, then what else applies."""
    verdict = VERDICTS[intent.verdict] if intent.verdict else "What the policy says"
    words: tuple[Part, ...] = (Paragraph(text=intent.answer),)
    sums = FORMER_PUPILS in intent.clauses[:1]
    known = told_of.age is not None and told_of.gone is not None
    if sums and told_of.age is not None and told_of.gone is not None:
        verdict, words = _weighed(told_of.age, told_of.gone)
    step = next_step(visit, intent.next)
    spoken = next(part.text for part in words if isinstance(part, Paragraph))
    return Message(
        summary=f"{verdict}. {spoken}",
        parts=(
            Paragraph(text=f"{verdict}.", strong=True),
            *words,
            *(quote(visit, clause) for clause in intent.clauses[:MOST_QUOTED]),
            *_also(visit, intent),
            *((Paragraph(text=step),) if step else ()),
        ),
        buttons=_buttons(intent, ask_sums=sums and not known),
    )


def quote(visit: Visit, clause: str) -> Quotation:
    """A clause as it is quoted in an answer."""
    found = visit.cite(clause)
    return Quotation(
        clause=clause,
        section=found.section,
        version=found.version,
        text=found.text,
        official=found.official,
    )


def not_covered(visit: Visit, intent: Intent | None, nearest: tuple[str, ...] = ()) -> Message:
    """Say that the policy has nothing on it, and where to go."""
    summary = "The social media policy doesn't cover this."
    more = intent.answer if intent else "If it is about social media, try saying it in other words. "
    ask = () if intent else ("Otherwise your line manager or the school office will know whom to ask.",)
    near = nearest[:2] if not intent else ()
    return Message(
        summary=f"{summary} {more}",
        parts=(
            Paragraph(text=summary, strong=True),
            Paragraph(text=more.strip()),
            *(Paragraph(text=line) for line in ask),
            *((Heading(text="The nearest clauses"),) if near else ()),
            *(quote(visit, clause) for clause in near),
        ),
    )


def _say(visit: Visit, match: Match, text: str) -> Outcome:
    match match:
        case Answer():
            _count(visit, match.intent, "answered")
            found = visit.intents[match.intent]
            clauses = match.clauses or found.clauses
            told_of = listen(text, visit.today) if FORMER_PUPILS in clauses[:1] else Told()
            return _reply(answer(visit, replace(found, clauses=clauses), told_of))
        case Unsure():
            _count(visit, "", "unsure")
            return _which(visit, match)
        case NotCovered():
            _count(visit, match.intent, "not covered")
            if match.nearest:
                _count(visit, match.nearest[0], "nearest")
            return _reply(not_covered(visit, visit.intents.get(match.intent), match.nearest))
        case Disclosure() | Urgent():
            _count(visit, match.intent, "report offered")
            return offer_report(visit, match, text)


def _which(visit: Visit, match: Unsure) -> Outcome:
    """Ask which was meant; in private when one of the readings is a worry."""
    options = [visit.intents[id] for id in match.options if id in visit.intents][:3]
    summary = "Which of these do you mean?"
    message = Message(
        summary=summary,
        parts=(Paragraph(text=summary, strong=True),),
        buttons=tuple(_option(intent) for intent in options),
    )
    return Outcome(reply=Reply(messages=(message,), privately=any(i.kind in WORRIES for i in options)))


def _option(intent: Intent) -> Button:
    if intent.kind is IntentKind.REPORT_BREACH:
        return Button(label=intent.title, action="report.start", value="breach")
    if intent.kind in (IntentKind.REPORT_ESAFETY, IntentKind.URGENT):
        return Button(label=intent.title, action="report.start", value="esafety")
    return Button(label=intent.title, action="ask.choose", value=intent.id)


def _weighed(age: int, gone: int) -> tuple[str, tuple[Part, ...]]:
    tests = weigh(age, gone)
    lines = explain(tests)
    if tests.met:
        return "Yes, both tests are met", (
            Paragraph(text="They are 18 or over and have been gone for seven years or more."),
            Callout(tone=Tone.GOOD, title="The two tests", lines=lines),
        )
    return "No, not yet", (
        Paragraph(
            text="Both tests have to be met, unless there is reasonable cause such as a family connection."
        ),
        Callout(tone=Tone.CAUTION, title="The two tests", lines=lines),
    )


def _also(visit: Visit, intent: Intent) -> tuple[Part, ...]:
    more = (*intent.clauses[MOST_QUOTED:], *(c for c in intent.supporting if c not in intent.clauses))
    if not more:
        return ()
    return (Heading(text="What else applies"), *(quote(visit, clause) for clause in more[:MOST_SUPPORTING]))


def _buttons(intent: Intent, *, ask_sums: bool) -> tuple[Button, ...]:
    first = STEP_BUTTONS.get(intent.next)
    if ask_sums:
        first = Button(label="Work it out for me", action="former.ask")
    return (first, *pair(intent)) if first else pair(intent)


def _intent(visit: Visit, id: str) -> Intent:
    """The intent of a button; an old message may name one that the school has taken out since."""
    if id not in visit.intents:
        raise UnknownAction
    return visit.intents[id]


def _sum_dialog(answers: Answers, wrong: dict[str, str]) -> Dialog:
    return Dialog(
        id="former-pupil",
        title="Former pupils: the two tests",
        parts=(
            Paragraph(
                text="The policy asks for two things: they are 18, and they left at least seven years ago."
            ),
        ),
        fields=tuple(
            Field(question=q, answer=answers.get(q.id), error=wrong.get(q.id, "")) for q in (AGE, LEFT)
        ),
        buttons=(Button(label="Work it out", action="former.work", style=Style.PRIMARY, submits=True),),
    )


def _reply(message: Message) -> Outcome:
    return Outcome(reply=Reply(messages=(message,)))


def _count(visit: Visit, intent: str, kind: str) -> None:
    visit.books.counts.add(visit.today, intent, kind)

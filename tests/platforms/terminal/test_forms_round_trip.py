"""The law of every platform: what a form is filled in with is what is read from it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.terminal.read import Reader, as_typed, escaped, literal
from bot.platforms.terminal.screen import PlainScreen
from bot.platforms.terminal.walk import Walk
from bot.school.activities import Filled
from bot.school.forms import Answer, Choice, Kind, Question, Row
from bot.school.messages import Button, Dialog, Field

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
READER = Reader(now=lambda: NOW)
SAID = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60)
LINE = SAID.filter(str.strip) | st.sampled_from(
    ["back", "skip", "?", "\\", "\\back", "change 2", "done ", "5"]
)
DAY = st.dates(date(2020, 1, 1), date(2026, 11, 19)).map(date.isoformat)


def lines() -> st.SearchStrategy[str]:
    return st.lists(LINE | st.just(""), min_size=1, max_size=4).map("\n".join).filter(str.strip)


def moments() -> st.SearchStrategy[str]:
    return st.builds(
        "{}{}{}{}".format,
        DAY,
        st.sampled_from(["", "T09:05", "T23:59"]),
        st.sampled_from(["", " about"]),
        st.sampled_from(["", " ongoing"]),
    )


@st.composite
def asked(draw: st.DrawFn, number: int, kinds: list[Kind]) -> tuple[Question, Answer]:
    kind = draw(st.sampled_from(kinds))
    choices = tuple(Choice(id=f"c{n}", say=f"Choice {n}") for n in range(draw(st.integers(2, 5))))
    ids = [choice.id for choice in choices]
    columns: tuple[Question, ...] = ()
    answer: st.SearchStrategy[Answer]
    match kind:
        case Kind.CHOICE:
            answer = st.sampled_from(ids)
        case Kind.CHOICES:
            answer = st.sets(st.sampled_from(ids), min_size=1).map(lambda some: tuple(sorted(some)))
        case Kind.LONG_TEXT:
            answer = lines()
        case Kind.MOMENT:
            answer = moments()
        case Kind.DATE:
            answer = DAY
        case Kind.NUMBER:
            answer = st.integers(0, 999_999).map(str)
        case Kind.CONFIRM:
            answer = st.just("yes")
        case Kind.ROWS:
            pairs = [draw(asked(n, [Kind.TEXT, Kind.CHOICE, Kind.MOMENT])) for n in range(2)]
            columns = tuple(question for question, _ in pairs)
            row = {question.id: str(said) for question, said in pairs}
            answer = st.integers(1, 3).map(lambda count: (row,) * count)
        case _:
            answer = LINE
    return (
        Question(
            id=f"q{number}",
            ask=f"Question {number}?",
            kind=kind,
            choices=choices if kind in {Kind.CHOICE, Kind.CHOICES} else (),
            columns=columns,
            required=draw(st.booleans()),
            highest=999_999,
        ),
        draw(answer),
    )


@st.composite
def forms(draw: st.DrawFn) -> list[tuple[Question, Answer]]:
    return [draw(asked(number, list(Kind))) for number in range(draw(st.integers(1, 5)))]


def strokes(question: Question, answer: Answer) -> Iterator[str]:
    """What somebody types to answer this question."""
    if question.kind is not Kind.ROWS:
        yield from as_typed(question, answer)
        if question.kind is Kind.LONG_TEXT:
            yield ""
        return
    rows: list[Row] = [row for row in answer if isinstance(row, Mapping)]
    for number, row in enumerate(rows, 1):
        for column in question.columns:
            yield from as_typed(column, row[column.id])
        yield "yes" if number < len(rows) else "no"


def walked(dialog: Dialog, typed: Iterator[str]) -> tuple[Filled, list[dict[str, Answer]], str]:
    out: list[str] = []
    kept: list[dict[str, Answer]] = []

    def keep(_now: Dialog, answers: Mapping[str, Answer]) -> None:
        kept.append(dict(answers))

    screen = PlainScreen(out.append, lambda prompt: out.append(prompt) or next(typed))
    done = Walk(dialog=dialog, screen=screen, reader=READER, keep=keep).run()
    assert isinstance(done, Filled), done
    return done, kept, "".join(out)


def dialog_of(fields: tuple[Field, ...], draft: str = "d1") -> Dialog:
    send = Button(label="Send", action="draft.send", value="d1", submits=True)
    return Dialog(id="d", title="A form", fields=fields, buttons=(send,), draft=draft)


@given(forms())
@settings(max_examples=200, deadline=None)
def test_what_is_typed_into_a_form_is_what_is_read(form: list[tuple[Question, Answer]]) -> None:
    dialog = dialog_of(tuple(Field(question=question) for question, _ in form))
    typed = [line for question, answer in form for line in strokes(question, answer)]
    done, kept, _ = walked(dialog, iter([*typed, "1"]))
    assert done.answers == {question.id: answer for question, answer in form}
    assert kept[-1] == done.answers, "every answer is kept at once"


@given(forms())
@settings(max_examples=100, deadline=None)
def test_a_filled_form_is_kept_as_it_is_by_pressing_enter(
    form: list[tuple[Question, Answer]],
) -> None:
    dialog = dialog_of(tuple(Field(question=q, answer=answer) for q, answer in form))
    done, _, shown = walked(dialog, iter(["change 1", *[""] * len(form), "1"]))
    assert done.answers == {question.id: answer for question, answer in form}
    assert "Already answered here:" in shown


@given(LINE, st.booleans())
def test_a_backslash_makes_any_line_plain_text(line: str, empty: bool) -> None:
    assert literal(escaped(line, empty=empty)) == line


def test_a_killed_walk_goes_on_at_the_question_it_had_reached() -> None:
    questions = [Question(id=f"q{n}", ask=f"Number {n}?", kind=Kind.TEXT) for n in range(4)]
    fields = tuple(Field(question=q, answer="said" if n < 2 else None) for n, q in enumerate(questions))
    done, _, shown = walked(dialog_of(fields), iter(["third", "fourth", "1"]))
    assert done.answers == {"q0": "said", "q1": "said", "q2": "third", "q3": "fourth"}
    assert "Number 1? (optional)" not in shown


def test_words_and_clock_times_are_understood_as_moments() -> None:
    question = Question(id="when", ask="When?", kind=Kind.MOMENT, past=True, required=True)
    typed = iter(["tomorrow at some point", "2026-11-21", "today 10:30", "1"])
    done, _, shown = walked(dialog_of((Field(question=question),)), typed)
    assert done.answers == {"when": "2026-11-20T10:30"}
    assert "This lies in the future." in shown

"""Made-up messages and dialogs, and a small model of what Slack's client does with a view."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from bot.school.forms import Answer, Choice, Kind, Question, Row
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
    Part,
    Quotation,
    Style,
    Tone,
)
from tests.platforms.slack.limits_law import offered

Json = Any

HARD = (
    "<!channel> said so",
    "<@U123> & <#C1|x> &amp; &lt;",
    "*bold* _it_ ~no~ `code`\n> quoted\n- list",
    "He said “:smile: 🙂👩‍👩‍👧 it’s 10:30:00”",
    "  spaces before and after  ",
    "a|b \\ c\\n d | e",
    "<https://example.com|click>",
    "العربية \u202eturned",
    "=1+1",
    "\n\nlines\n\n\nbetween\n",
)
LETTERS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
WORDS = LETTERS | st.sampled_from(HARD)
LONG = st.builds(lambda some, times: some * times, WORDS, st.sampled_from([1, 1, 1, 3, 9, 90]))
BOOK = st.builds(lambda some, times: some * times, WORDS, st.sampled_from([1, 1, 1, 9, 90, 400]))
SHORT = WORDS.map(lambda text: text[:60])
DAY = st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(date.isoformat)


def said(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts that say something."""
    return texts.filter(str.strip)


def parts() -> st.SearchStrategy[Part]:
    """Any part of a message."""
    return st.one_of(
        st.builds(Heading, text=WORDS),
        st.builds(Paragraph, text=BOOK, strong=st.booleans(), quiet=st.booleans()),
        st.builds(Quotation, clause=SHORT, section=WORDS, version=SHORT, text=LONG, official=st.booleans()),
        st.builds(Bullets, items=st.lists(LONG, max_size=6).map(tuple)),
        st.builds(Facts, rows=st.lists(st.tuples(WORDS, LONG | st.just("")), max_size=14).map(tuple)),
        st.builds(
            Callout, tone=st.sampled_from(Tone), title=WORDS, lines=st.lists(LONG, max_size=4).map(tuple)
        ),
    )


def buttons(most: int = 7) -> st.SearchStrategy[tuple[Button, ...]]:
    """Buttons, some of which send fields along."""
    button = st.builds(
        Button,
        label=LONG,
        action=st.sampled_from(["draft.next", "case.open", "dialog.close"]),
        value=st.sampled_from(["", "d1", "x" * 200]),
        style=st.sampled_from(Style),
        confirm=st.just("") | LONG,
        submits=st.booleans(),
    )
    return st.lists(button, max_size=most).map(tuple)


def messages() -> st.SearchStrategy[Message]:
    """Any message."""
    some = st.lists(parts(), max_size=8).map(tuple)
    return st.builds(Message, summary=LONG, parts=some, buttons=buttons())


@st.composite
def filled(draw: st.DrawFn, id: str, kinds: tuple[Kind, ...] = tuple(Kind)) -> Field:
    """A question of some kind, answered or not."""
    kind = draw(st.sampled_from(kinds))
    choices = draw(some_choices()) if kind in (Kind.CHOICE, Kind.CHOICES) else ()
    columns: tuple[Question, ...] = ()
    if kind is Kind.ROWS:
        cells = [draw(filled(f"c{n}", (Kind.TEXT, Kind.CHOICE))) for n in range(draw(st.integers(1, 3)))]
        columns = tuple(cell.question for cell in cells)
    question = Question(
        id=id,
        ask=draw(WORDS),
        kind=kind,
        hint=draw(st.just("") | LONG),
        required=draw(st.booleans()),
        choices=choices,
        columns=columns,
        most=draw(st.sampled_from([0, 0, 3])) if kind is Kind.CHOICES else 0,
        least=draw(st.sampled_from([0, 2])) if kind is Kind.ROWS else 0,
        longest=draw(st.sampled_from([5, 120, 3000, 8000])),
        cards=draw(st.sampled_from([{}, {"yes": "image"}])),
        filled_by_desk=kind is Kind.CHOICES and draw(st.booleans()),
    )
    answer = draw(st.none() | answers(question))
    return Field(question=question, answer=answer, error=draw(st.just("") | WORDS))


def some_choices() -> st.SearchStrategy[tuple[Choice, ...]]:
    """A few choices, or many, with and without headings."""
    one = st.tuples(
        WORDS | WORDS.map(lambda say: say * 9),
        st.just("") | WORDS,
        st.sampled_from(["", "", "Contact", "Conduct", "C" * 99]),
    )
    many = st.lists(one, min_size=1, max_size=14) | st.just([("Short", "", "")] * 130)
    return many.map(
        lambda found: tuple(
            Choice(id=f"i{n}", say=say, hint=hint, group=group) for n, (say, hint, group) in enumerate(found)
        )
    )


def moments() -> st.SearchStrategy[str]:
    """A moment as a form keeps it."""
    return st.builds(
        "{}{}{}{}".format,
        DAY,
        st.sampled_from(["", "T00:00", "T09:05", "T23:59"]),
        st.sampled_from(["", " about"]),
        st.sampled_from(["", " ongoing"]),
    )


def answers(question: Question) -> st.SearchStrategy[Answer]:
    """Any answer to a question, too long and too many ones included: a draft may hold them."""
    ids = [choice.id for choice in question.choices]
    match question.kind:
        case Kind.CHOICE:
            return st.sampled_from(ids)
        case Kind.CHOICES:
            gone = (
                st.lists(st.sampled_from(["PRI-1", "PER-2"]), unique=True)
                if question.filled_by_desk
                else st.just([])
            )
            some = st.sets(st.sampled_from(ids), min_size=1).map(lambda found: sorted(found, key=ids.index))
            return st.tuples(some, gone).map(lambda both: (*both[0], *both[1]))
        case Kind.MOMENT:
            return moments()
        case Kind.DATE:
            return DAY
        case Kind.NUMBER:
            return st.integers(0, 10**8).map(str)
        case Kind.CONFIRM:
            return st.just("yes")
        case Kind.ROWS:
            return st.builds(
                lambda rows, times: tuple(rows * times), _rows(question), st.sampled_from([1, 1, 40])
            )
    return said(BOOK if question.kind is Kind.LONG_TEXT else LONG)


def _rows(question: Question) -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries({}, optional={c.id: _cell(c) for c in question.columns})
    return st.lists(row.filter(bool), max_size=4)


def _cell(column: Question) -> st.SearchStrategy[str]:
    ids = [choice.id for choice in column.choices]
    return st.sampled_from(ids) if ids else said(WORDS)


@st.composite
def dialogs(draw: st.DrawFn) -> Dialog:
    """Any dialog."""
    fields = tuple(draw(filled(f"q{n}")) for n in range(draw(st.integers(0, 4))))
    return Dialog(
        id="draft:1:page",
        title=draw(WORDS),
        parts=tuple(draw(st.lists(parts(), max_size=5))),
        fields=fields,
        buttons=draw(buttons()),
        draft=draw(st.sampled_from(["", "d1"])),
        step=draw(st.sampled_from(["", "Step 2 of 7"])),
    )


def given_in(dialog: Dialog) -> dict[str, Answer]:
    """The answers of a dialog's fields."""
    return {asked.question.id: asked.answer for asked in dialog.fields if asked.answer is not None}


def state_of(view: Json, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What Slack's client reports of a view. `kept` is the state of the view it replaces.

    A box whose block_id and action_id stay the same keeps what was typed; any other begins anew.
    """
    values: dict[str, Any] = {}
    for block in json.loads(json.dumps(view["blocks"])):
        if block["type"] == "input":
            name, element = block["block_id"], block["element"]
            before = (kept or {}).get(name, {}).get(element["action_id"])
            values[name] = {element["action_id"]: before or _begun(element)}
    return values


def _begun(element: Json) -> Json:
    kind = element["type"]
    state: Json = {"type": kind}
    match kind:
        case "plain_text_input":
            state["value"] = element.get("initial_value")
        case "checkboxes" | "multi_static_select":
            state["selected_options"] = [_told(option) for option in element.get("initial_options", [])]
        case "radio_buttons" | "static_select":
            initial = element.get("initial_option")
            state["selected_option"] = _told(initial) if initial else None
        case "datepicker":
            state["selected_date"] = element.get("initial_date")
        case "timepicker":
            state["selected_time"] = element.get("initial_time")
    return state


def _told(option: Json) -> Json:
    return {"text": option["text"], "value": option["value"]}


@st.composite
def edits(draw: st.DrawFn, view: Json) -> dict[str, Any]:
    """The state after somebody has changed some of the boxes."""
    values = state_of(view)
    for block in view["blocks"]:
        if block["type"] == "input" and draw(st.booleans()):
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: draw(_changed(element))}
    return values


def _changed(element: Json) -> st.SearchStrategy[Json]:
    kind = element["type"]
    base = st.just({"type": kind})
    options = [_told(option) for option in offered(element)]
    if kind == "plain_text_input":
        most = element["max_length"]
        typed = st.none() | said(LONG).map(lambda text: _first(text, most))
        return typed.map(lambda text: {"type": kind, "value": text})
    if kind in ("checkboxes", "multi_static_select"):
        picks = st.lists(st.sampled_from(options), unique_by=lambda option: option["value"], max_size=3)
        return picks.map(lambda some: {"type": kind, "selected_options": some})
    if kind in ("radio_buttons", "static_select"):
        return st.sampled_from(options).map(lambda one: {"type": kind, "selected_option": one})
    if kind == "datepicker":
        return (st.none() | DAY).map(lambda day: {"type": kind, "selected_date": day})
    return base.map(lambda state: {**state, "selected_time": "10:42"})


def _first(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").lstrip() or "x"


def words_in(thing: Json) -> Iterator[str]:
    """Every text a reader sees, in order, markup and entities taken off."""
    if isinstance(thing, dict):
        text = thing.get("text")
        if isinstance(text, str):
            bold = thing.get("type") == "mrkdwn"
            if bold:
                text = text.removeprefix("*").removesuffix("*")
                text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            yield text
        for key, value in thing.items():
            if key != "text" or not isinstance(value, str):
                yield from words_in(value)
    elif isinstance(thing, list):
        for each in thing:
            yield from words_in(each)

"""A dialog or a message as one plain page: headings, text, labelled fields, one button; no script at all."""

from collections.abc import Iterable, Mapping
from html import escape

from bot.school.forms import Kind
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
)

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.55 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem;
  overflow-wrap: anywhere; }
blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: .25rem solid currentColor; }
blockquote footer, .hint { font-size: 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
fieldset, .field { margin: 1.5rem 0; } label { display: block; font-weight: 600; }
fieldset label { font-weight: 400; padding: .4rem 0; }
input[type=text] { font: inherit; width: 100%; padding: .6rem; box-sizing: border-box; }
input[type=radio] { width: 1.2rem; height: 1.2rem; }
button { font: inherit; font-weight: 600; padding: .8rem 1.4rem; min-height: 2.75rem; }
.error { font-weight: 600; } .error::before { content: "Please look again: "; }
.box { border: .2rem solid currentColor; padding: .5rem 1rem; }
:focus-visible { outline: .2rem solid; outline-offset: .2rem; }
"""


def page(school: str, title: str, inside: str) -> str:
    """The whole page. It asks search engines to stay away, and fetches nothing."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)} - {escape(school)}</title>'
        f"<style>{STYLE}</style>"
    )
    body = f"<header><p>{escape(school)}</p></header><main><h1>{escape(title)}</h1>{inside}</main>"
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'


def dialog(shown: Dialog, typed: Mapping[str, str], once: str) -> str:
    """A dialog: what to read, then the form with its one button. `typed` comes back as it was."""
    inside = "".join(part(each) for each in shown.parts)
    sends = [button for button in shown.buttons if button.submits]
    if not sends:
        return inside
    wrong = [each for each in shown.fields if each.error]
    summary = _summary(wrong) if wrong else ""
    fields = "".join(field(each, typed.get(each.question.id, "")) for each in shown.fields)
    nonce = f'<input type="hidden" name="_once" value="{escape(once)}">'
    form = f'<form method="post" autocomplete="off">{nonce}{fields}{"".join(map(_button, sends))}</form>'
    return f"{summary}{inside}{form}"


def message(said: Message) -> str:
    """A message: its parts, or its one line where it has none."""
    return "".join(part(each) for each in said.parts) or f"<p>{_lines(said.summary)}</p>"


def part(this: Part) -> str:
    """One part."""
    match this:
        case Heading(text=text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text=text):
            return f"<p><strong>{_lines(text)}</strong></p>" if this.strong else f"<p>{_lines(text)}</p>"
        case Quotation():
            source = "the school's own words" if this.official else "in our words"
            footer = f"{this.clause}, {this.section}, {this.version}, {source}"
            return f"<blockquote><p>{_lines(this.text)}</p><footer>{escape(footer)}</footer></blockquote>"
        case Bullets(items=items):
            return f"<ul>{''.join(f'<li>{_lines(item)}</li>' for item in items)}</ul>"
        case Facts(rows=rows):
            pairs = (f"<dt>{escape(label)}</dt><dd>{_lines(value)}</dd>" for label, value in rows)
            return f"<dl>{''.join(pairs)}</dl>"
        case Callout(title=title, lines=lines):
            inside = "".join(f"<p>{_lines(line)}</p>" for line in lines)
            return f'<div class="box"><p><strong>{_lines(title)}</strong></p>{inside}</div>'


def field(asked: Field, typed: str) -> str:
    """A question: a line to type in, or a choice."""
    question, id = asked.question, f"q-{asked.question.id}"
    hint = f'<p class="hint" id="{escape(id)}-hint">{escape(question.hint)}</p>' if question.hint else ""
    error = f'<p class="error" id="{escape(id)}-error">{escape(asked.error)}</p>' if asked.error else ""
    told = " ".join(f"{id}-{what}" for what, there in (("hint", hint), ("error", error)) if there)
    described = f' aria-describedby="{escape(told)}"' if told else ""
    invalid = ' aria-invalid="true"' if error else ""
    if question.kind is Kind.CHOICE:
        options = "".join(_option(question.id, each.id, each.say, typed) for each in question.choices)
        start = f'<fieldset id="{escape(id)}" tabindex="-1"{described}{invalid}>'
        return f"{start}<legend>{escape(question.ask)}</legend>{hint}{error}{options}</fieldset>"
    box = (
        f'<input type="text" dir="auto" id="{escape(id)}" name="{escape(question.id)}" '
        f'value="{escape(typed)}" maxlength="{question.longest}" required{described}{invalid}>'
    )
    label = f'<label for="{escape(id)}">{escape(question.ask)}</label>'
    return f'<div class="field">{label}{hint}{error}{box}</div>'


def _option(name: str, id: str, say: str, typed: str) -> str:
    checked = " checked" if id == typed else ""
    box = f'<input type="radio" name="{escape(name)}" value="{escape(id)}" required{checked}>'
    return f"<label>{box} {escape(say)}</label>"


def _button(button: Button) -> str:
    return f'<p><button type="submit">{escape(button.label)}</button></p>'


def _summary(wrong: Iterable[Field]) -> str:
    """What is wrong, at the top, with the way to each field."""
    items = (
        f'<li><a href="#q-{escape(f.question.id)}">{_label(f.question.ask)} {escape(f.error)}</a></li>'
        for f in wrong
    )
    lines = "".join(items)
    return f'<div class="box" role="alert"><p><strong>Not recorded yet</strong></p><ul>{lines}</ul></div>'


def _label(ask: str) -> str:
    """What is asked, as the beginning of a line."""
    return escape(ask if ask.endswith("?") else f"{ask}:")


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")

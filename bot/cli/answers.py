"""`usher ask`, `usher train` and `usher evaluate`: the matching engine from the command line."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.shared import FAULT, load_house, load_matcher, settings_now
from bot.platforms.terminal.screen import whole

if TYPE_CHECKING:
    from bot.understanding.evaluate import Evaluation, Score


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help="Read {id, text} lines, write one JSON line for each.")
@click.option("--why", is_flag=True, help="Also say why this was the answer.")
def ask(text: str | None, *, jsonl: bool, why: bool) -> None:
    """Print the answer to one question.

    Nothing is kept of it. With --jsonl, answer one line for each line of standard input.
    """
    if jsonl == (text is not None):
        raise click.UsageError("give a question, or --jsonl and lines on standard input")
    if jsonl:
        raise SystemExit(_stream(sys.stdin.buffer, click.echo))
    _print_answer(text or "", why=why)


def _print_answer(text: str, *, why: bool) -> None:
    from bot.platforms.terminal import render
    from bot.platforms.terminal.screen import screen_for
    from bot.wiring import asking

    settings = settings_now()
    house = load_house(settings)
    matcher = load_matcher(settings, house)
    screen = screen_for(plain=False)
    published = asking.published_version(settings, house)
    screen.show(render.message(asking.answer(house, matcher, text, published)))
    if why:
        for line in ("", *asking.why(matcher.match(text))):
            click.echo(line)


def _stream(lines: Iterable[bytes], write: Callable[[str], None]) -> int:
    """One line out for each line in, flushed at once; 1 when any line could not be read."""
    from bot.understanding import jsonl

    settings = settings_now()
    house = load_house(settings)
    matcher = load_matcher(settings, house)
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        asked = _read(line)
        if isinstance(asked, str):
            code = FAULT
            write(json.dumps({"line": number, "error": asked}))
        else:
            id, text = asked
            write(json.dumps(jsonl.line(id, matcher.match(text), house.intents)))
        sys.stdout.flush()
    return code


def _read(line: bytes) -> tuple[Any, str] | str:
    """The id and text of a line, or what is wrong with it; never a word of the line itself."""
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "this line is not UTF-8"
    except (ValueError, RecursionError):
        return "this line is not JSON"
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        return 'a line must be an object with "id" and a "text" in quotes'
    if not isinstance(entry.get("id"), str | int):
        return 'the "id" must be text or a number'
    return entry["id"], whole(entry["text"])


@click.command()
def train() -> None:
    """Learn the intents now.

    Otherwise the first command that answers learns them, which takes a minute.
    """
    settings = settings_now()
    house = load_house(settings)
    load_matcher(settings, house)
    click.echo(f"Ready: {len(house.intents)} intents, {len(house.phrasings)} phrasings.")


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Also write a report page here.")
@click.option("--cross", is_flag=True, help="Leave each voice of the phrasings out in turn instead.")
@click.option("--folds", type=click.IntRange(2), help="With --cross: in so many groups of voices, quicker.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(["encoder", "spelling", "signs", "tripwire"]),
    help="With --cross: also without this part; may be given several times.",
)
@click.option("--learning-curve", "curve", is_flag=True, help="With --cross: also with fewer phrasings.")
def evaluate(
    file: Path | None,
    *,
    html: Path | None,
    cross: bool,
    folds: int | None,
    without: tuple[str, ...],
    curve: bool,
) -> None:
    """Measure the answers on a file, or on voices never heard.

    FILE has one JSON object a line: id, text, kind, accept, also.
    """
    if cross == (file is not None):
        raise click.UsageError("give a FILE, or --cross to measure on the phrasings themselves")
    if file is not None:
        if folds or without or curve:
            raise click.UsageError("--folds, --without and --learning-curve go with --cross")
        _evaluate_file(file, html)
        return
    from bot.cli.crossing import cross as crossed

    settings = settings_now()
    crossed(settings, load_house(settings), without=without, curve=curve, folds=folds, html=html)


def _evaluate_file(file: Path, html: Path | None) -> None:
    from bot.understanding import evaluate as measuring

    settings = settings_now()
    house = load_house(settings)
    matcher = load_matcher(settings, house)
    try:
        items = measuring.read(file)
    except measuring.NotMeasurable as fault:
        raise click.UsageError(str(fault)) from None
    measured = measuring.evaluate(matcher, items)
    for score in measured.scores:
        click.echo(score_line(score))
    if html:
        html.write_text(_page(measured, file.name), encoding="utf-8")
        click.echo(f"Written to {html}.")


def score_line(score: "Score") -> str:
    """A score with its interval."""
    low, high = score.interval
    return (
        f"{score.name:<22} {score.share:6.1%}  {score.hits:>4} of {score.of:<4}  "
        f"95% from {low:.1%} to {high:.1%}"
    )


def _page(measured: "Evaluation", title: str) -> str:
    from bot.understanding import report

    return report.page(measured, title)

"""Where lines are shown and typed: a plain linear screen for everybody, a coloured one on request."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.platforms.terminal.render import Line

LOOKS: Mapping[str, str] = {
    "heading": "bold underline",
    "strong": "bold",
    "quiet": "dim",
    "cite": "bold cyan",
    "quote": "italic",
    "button": "bold blue",
    "choice": "",
    "good": "green",
    "caution": "yellow",
    "danger": "bold red",
    "arrival": "bold magenta",
}
BARRED = frozenset({"quote", "good", "caution", "danger"})


class Screen(Protocol):
    """Shows lines and asks for one."""

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines now."""
        ...

    def ask(self, prompt: str) -> str:
        """One typed line without its end; EOFError when there will be no more."""
        ...


class PlainScreen:
    """One line after the other, words only: what a screen reader reads well."""

    def __init__(self, write: Callable[[str], object], read: Callable[[str], str]) -> None:
        self._write = write
        self._read = read

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines now."""
        for line in lines:
            self._write(line.text + "\n")

    def ask(self, prompt: str) -> str:
        """One typed line."""
        return self._read(prompt)


class RichScreen:
    """The same lines with colour, wrapping and a bar beside quotations and warnings."""

    def __init__(self, read: Callable[[str], str]) -> None:
        from rich.console import Console

        self._console = Console(highlight=False, soft_wrap=False)
        self._read = read

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines now."""
        from rich.text import Text

        for line in lines:
            text = Text(line.text.strip() if line.look in BARRED else line.text, LOOKS.get(line.look, ""))
            if line.look not in BARRED:
                self._console.print(text)
                continue
            for row in text.wrap(self._console, max(self._console.width - 2, 20)):
                self._console.print(Text.assemble(("┃ ", "dim"), row))

    def ask(self, prompt: str) -> str:
        """One typed line."""
        return self._read(prompt)


def typed_line(prompt: str) -> str:
    """One line from standard input, with line editing where there is a terminal."""
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(errors="replace")
    if sys.stdin.isatty():
        import readline  # noqa: F401 - input() edits lines once it is loaded

        return whole(input(prompt))
    _write(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return whole(line.rstrip("\r\n"))


def whole(text: str) -> str:
    """The text with every half character replaced, so that it can be written anywhere."""
    return text.encode("utf-8", "replace").decode("utf-8")


def wants_plain(environ: Mapping[str, str], *, asked: bool, tty: bool) -> bool:
    """Whether the plain screen is called for: asked for, not a terminal, or no colours wanted."""
    return asked or not tty or bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"


def screen_for(*, plain: bool) -> Screen:
    """The screen for this terminal."""
    if wants_plain(os.environ, asked=plain, tty=sys.stdout.isatty()):
        return PlainScreen(_write, typed_line)
    return RichScreen(typed_line)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()

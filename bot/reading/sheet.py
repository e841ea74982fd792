"""One YAML file of the school's, every scalar a string, with the line of everything that is wrong."""

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from bot.reading.faults import Fault
from bot.reading.keys import Keys

Loader: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


@dataclass(kw_only=True)
class Sheet:
    """A file being read. Faults are collected, and reading goes on with something harmless."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, node: yaml.Node | None, what: str, do: str) -> None:
        """Note a fault at a node; None means the file as a whole."""
        line = node.start_mark.line + 1 if node is not None else 0
        self.faults.append(Fault(file=self.file, line=line, what=what, do=do))

    def pairs(self, node: yaml.Node | None, what: str) -> list[tuple[str, yaml.Node, yaml.Node]]:
        """The entries of a mapping in order, as (key, key's node, value); a key twice is a fault."""
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} must be a list of keys with values", 'Write "key: value" lines')
            return []
        seen: dict[str, int] = {}
        found = []
        for key_node, value in node.value:
            key = self.text(key_node, "a key")
            if key in seen:
                self.fault(
                    key_node,
                    f'"{key}" stands here twice (first on line {seen[key]})',
                    "Remove one of the two",
                )
                continue
            seen[key] = key_node.start_mark.line + 1
            found.append((key, key_node, value))
        return found

    def entry(self, node: yaml.Node | None, keys: Keys) -> dict[str, yaml.Node]:
        """The values of an entry by key; unknown and missing keys are faults."""
        found: dict[str, yaml.Node] = {}
        for key, key_node, value in self.pairs(node, keys.of):
            if key in keys.known:
                found[key] = value
            else:
                self.fault(key_node, f'{keys.of} has no key "{key}"', _instead(key, keys.known))
        if isinstance(node, yaml.MappingNode):
            for key in keys.needed:
                if key not in found:
                    self.fault(node, f'{keys.of} needs the key "{key}"', "Add it")
        return found

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The entries of a list."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"{what} must be a list", 'Start each entry with "- "')
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str) -> str:
        """A text, exactly as written; empty ones are faults, leave the key out instead."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            do = "Put it on the same line, in quotes if it holds : or #"
            self.fault(node, f"{what} must be a text", do)
            return ""
        value = str(node.value).strip()
        if not value:
            self.fault(node, f"{what} is empty", "Fill it in, or leave the key out if it isn't needed")
        return value

    def texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        """A list of texts; the same one twice is a fault."""
        found: list[str] = []
        for item in self.items(node, what):
            value = self.text(item, what)
            if value and value in found:
                self.fault(item, f'"{value}" stands in this list twice', "Remove one of the two")
            elif value:
                found.append(value)
        return tuple(found)

    def yes(self, node: yaml.Node | None, what: str) -> bool:
        """A yes or a no; no when it is left out."""
        if node is None:
            return False
        value = self.text(node, what)
        if value not in {"yes", "no"}:
            self.fault(node, f'{what} is "{value}"', "Write yes or no")
        return value == "yes"

    def number(self, node: yaml.Node | None, what: str, otherwise: int) -> int:
        """A whole number, not negative."""
        if node is None:
            return otherwise
        value = self.text(node, what)
        if not (value.isascii() and value.isdigit()):
            self.fault(node, f'{what} is "{value}"', "Write a whole number")
            return otherwise
        return int(value)

    def day(self, node: yaml.Node | None, what: str) -> date:
        """A day of the calendar."""
        if node is None:
            return date.min
        do = 'Write a real date as "2026-11-20"'
        return self._parsed(node, what, self.text(node, what), _calendar_day, date.min, do)

    def time_of(self, node: yaml.Node, value: str) -> time:
        """A time of day that is part of a text."""
        return self._parsed(node, "the time", value, _clock, time.min, 'Write a time as "08:45"')

    def word(self, node: yaml.Node | None, kind: type[Word], otherwise: Word) -> Word:
        """One of a fixed set of words."""
        if node is None:
            return otherwise
        value = self.text(node, kind.__name__.lower())
        words = [member.value for member in kind]
        if value not in words:
            self.fault(node, f'"{value}" is not known here', f"Write one of: {', '.join(words)}")
            return otherwise
        return kind(value)

    def known(self, node: yaml.Node | None, value: str, among: Collection[str], what: str) -> bool:
        """Whether a reference leads somewhere; when it doesn't, that is a fault."""
        if value in among:
            return True
        if value:
            self.fault(node, f'there is no {what} "{value}"', _instead(value, among))
        return False

    def _parsed(
        self,
        node: yaml.Node,
        what: str,
        value: str,
        parse: Callable[[str], Value],
        otherwise: Value,
        do: str,
    ) -> Value:
        try:
            return parse(value)
        except ValueError:
            if value:
                self.fault(node, f'{what} is "{value}", which does not exist', do)
            return otherwise


def open_sheet(path: Path, called: str, faults: list[Fault]) -> tuple[Sheet, yaml.Node | None]:
    """The file's sheet and its top node; None when there is nothing in it that can be read."""
    sheet = Sheet(file=called, faults=faults)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        sheet.fault(None, "this file is missing", "Create it; docs/policy.md shows what belongs in it")
        return sheet, None
    except (OSError, UnicodeDecodeError) as reason:
        sheet.fault(None, f"this file can't be read ({type(reason).__name__})", "Save it as UTF-8 text")
        return sheet, None
    return sheet, _compose(sheet, text)


def _compose(sheet: Sheet, text: str) -> yaml.Node | None:
    """The nodes of a YAML text. What YAML itself refuses is one fault: nothing after it can be read."""
    loader = Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 0
        what = f"this isn't YAML: {problem.problem or problem.context}"
        sheet.faults.append(
            Fault(file=sheet.file, line=line, what=what, do="Check indents, colons and quotes here")
        )
        return None
    except yaml.YAMLError:
        sheet.fault(None, "this file holds a character that YAML refuses", "Save it as plain UTF-8 text")
        return None
    finally:
        loader.dispose()
    if node is None:
        sheet.fault(None, "this file is empty", "Fill it in; docs/policy.md shows what belongs in it")
    return node


def _clock(value: str) -> time:
    if len(value) != len("08:45"):
        raise ValueError(value)
    return time.fromisoformat(value)


def _calendar_day(value: str) -> date:
    if len(value) != len("2026-11-20"):
        raise ValueError(value)
    return date.fromisoformat(value)


def _instead(word: str, known: Collection[str]) -> str:
    """What to write instead of an unknown word: the nearest known one, or all of a short list."""
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f'Write "{near[0]}" if that is what is meant'
    if len(known) <= 12:
        return f"Known are: {', '.join(known)}" if known else "Nothing of the kind exists yet"
    return "Correct it or remove it"

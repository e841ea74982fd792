"""Adds one phrasing to a voice's file as a person would: one line in its place, all else left as it is."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.school.matching import Phrasing

HEAD = """voice: {voice}
about: "Said at our own school, added by the policy owner"
says:
"""
_PLAIN = "#'\"{}[]&*!|>%@`,:?-"


class Unwritable(Exception):
    """The file isn't written the way a line could be added to; the text says what to do."""


def add(folder: Path, phrasing: Phrasing) -> Path:
    """Write the phrasing into its voice's file, made where there is none. Unwritable if it can't be."""
    path = folder / f"{phrasing.voice}.yml"
    before = path.read_text("utf-8") if path.exists() else HEAD.format(voice=phrasing.voice)
    after = with_phrasing(before, phrasing, path.name)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    folder.mkdir(parents=True, exist_ok=True)
    partial.write_text(after, "utf-8", newline="")
    partial.replace(path)
    return path


def with_phrasing(text: str, phrasing: Phrasing, name: str) -> str:
    """The file's text with the phrasing after the last one of its intent, or under a new heading."""
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    says = _says(text, name)
    listed = says.get(phrasing.intent)
    if listed is None:
        new = [f"  {phrasing.intent}:", f"    - {_entry(phrasing)}"]
        at = len(lines)
    elif listed.flow_style or not listed.value:
        raise Unwritable(f"{name}: write the phrasings of {phrasing.intent} on lines of their own")
    else:
        new = [f"{' ' * listed.start_mark.column}- {_entry(phrasing)}"]
        at = _end(listed, lines)
    if at and not lines[at - 1].endswith(("\n", "\r")):
        lines[at - 1] += ending
    made = "".join([*lines[:at], *(line + ending for line in new), *lines[at:]])
    _prove(text, made, phrasing, name)
    return made


def _says(text: str, name: str) -> dict[str, yaml.SequenceNode]:
    """The list of phrasings of each intent, as it stands in the file."""
    top = yaml.compose(text, yaml.SafeLoader)
    entries = {key.value: value for key, value in top.value} if isinstance(top, yaml.MappingNode) else {}
    says = entries.get("says")
    if says is None:
        raise Unwritable(f'{name}: there is no "says:" in it; add one at the end')
    if isinstance(says, yaml.ScalarNode) and not says.value:
        return {}
    if not isinstance(says, yaml.MappingNode) or says.flow_style:
        raise Unwritable(f'{name}: write "says:" with each intent on a line of its own')
    if says.end_mark.index < len(text.rstrip()) and list(entries)[-1] != "says":
        raise Unwritable(f'{name}: put "says:" last in the file')
    return {key.value: value for key, value in says.value if isinstance(value, yaml.SequenceNode)}


def _end(listed: yaml.SequenceNode, lines: Sequence[str]) -> int:
    """The line after the last phrasing; its own comment stays with it."""
    last: yaml.Node = listed.value[-1]
    at = int(last.end_mark.line) + (1 if last.end_mark.column else 0)
    return min(max(at, int(last.start_mark.line) + 1), len(lines))


def _entry(phrasing: Phrasing) -> str:
    """The phrasing as the other files write theirs."""
    if not phrasing.clauses:
        return _scalar(phrasing.text)
    return f"{{text: {_quoted(phrasing.text)}, clauses: [{', '.join(phrasing.clauses)}]}}"


def _scalar(text: str) -> str:
    """Plain where YAML reads it back as it is, quoted where it wouldn't."""
    plain = text[0] not in _PLAIN and ": " not in text and " #" not in text and not text.endswith(":")
    return text if plain and yaml.load(f"- {text}\n", yaml.BaseLoader) == [text] else _quoted(text)  # noqa: S506 - texts only


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _prove(before: str, after: str, phrasing: Phrasing, name: str) -> None:
    """The file says what it said, and the phrasing."""
    said, says = (yaml.load(text, yaml.BaseLoader)["says"] or {} for text in (before, after))  # noqa: S506 - texts only
    one = {"text": phrasing.text, "clauses": list(phrasing.clauses)} if phrasing.clauses else phrasing.text
    wanted = {**said, phrasing.intent: [*said.get(phrasing.intent, []), one]}
    if says != wanted:
        raise Unwritable(f"{name}: nothing was written, it would have said something else; edit it by hand")

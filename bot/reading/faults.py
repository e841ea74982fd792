"""What is wrong in the school's files, every fault at once, each with its place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, order=True)
class Fault:
    """One thing to put right. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    what: str
    do: str

    def __str__(self) -> str:
        """One line, with the place first so that editors can jump to it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}. {self.do}."


class Faulty(Exception):
    """The school's files can't be used as they stand."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in reading order, each once."""
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))

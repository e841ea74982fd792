"""`usher talk` as somebody types it, on a real terminal, killed in the middle and taken up again."""

import os
import pty
import re
import select
import signal
import subprocess
import time
from types import TracebackType

from tests.operate.conftest import HERE, USHER, Terminal
from tests.waiting import PATIENCE

LOOKS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def heed() -> None:
    """Ctrl-C ends what runs at a terminal, also when the tests run where it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Typist:
    """Sits at a pseudo-terminal and reads what is on it."""

    def __init__(self, terminal: Terminal, who: str, *more: str, term: str = "dumb") -> None:
        mine, its = pty.openpty()
        self.mine, self.seen, self.raw = mine, "", ""
        self.process = subprocess.Popen(
            [*USHER, "talk", "--as", who, *more], stdin=its, stdout=its, stderr=its, cwd=HERE,
            env=terminal.environment(TERM=term), start_new_session=True, preexec_fn=heed,
        )  # fmt: skip
        os.close(its)

    def __enter__(self) -> "Typist":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.mine)

    def shows(self, text: str, patience: float) -> bool:
        """Whether the text comes on the screen within so many seconds."""
        until = time.monotonic() + patience
        while text not in self.seen and time.monotonic() < until:
            ready, _, _ = select.select([self.mine], [], [], 0.2)
            if ready:
                try:
                    self.raw += os.read(self.mine, 65536).decode()
                except OSError:
                    break
                self.seen = LOOKS.sub("", self.raw).replace("\r", "")
        return text in self.seen

    def sees(self, text: str) -> str:
        """Wait until the text is on the screen; everything up to it."""
        assert self.shows(text, PATIENCE), f"{text!r} is not in:\n{self.seen}"
        before, _, after = self.seen.partition(text)
        self.raw = self.seen = after
        return before

    def types(self, *lines: str) -> None:
        for line in lines:
            os.write(self.mine, f"{line}\n".encode())

    def answers(self, ask: str, *lines: str) -> str:
        before = self.sees(ask)
        before += self.sees("> ")
        self.types(*lines)
        return before


def fill_first_page(amy: Typist) -> None:
    amy.sees("Hello Jem.")
    amy.sees("you> ")
    amy.types("1")
    amy.sees("Start the report")
    amy.sees("Which? ")
    amy.types("1")
    amy.answers("Have you told the DSL", "3")


def test_a_killed_terminal_resumes_at_the_question_it_had_reached(terminal: Terminal) -> None:
    with Typist(terminal, "jem") as jem:
        fill_first_page(jem)
        jem.sees("How urgent is it?")
        jem.process.send_signal(signal.SIGKILL)
    with Typist(terminal, "jem") as jem:
        jem.sees("you> ")
        jem.types("my reports")
        number = re.findall(r"(\d+)\. Carry on writing", jem.sees("you> "))
        jem.types(number[0])
        shown = jem.answers("How urgent is it?", "2")
        assert "Already answered here:" in shown
        assert "Not yet" in shown
        assert "Have you told the DSL or the deputy in person? (needed)" not in shown
        jem.sees("Which? ")


def test_a_report_goes_from_one_terminal_to_the_other(terminal: Terminal) -> None:
    with Typist(terminal, "jem") as jem:
        jem.sees("you> ")
        jem.types("1")
        jem.sees("Which? ")
        jem.types("2")
        reference = re.search(r"Reference ([0-9A-Z]{6})", jem.sees("alerted with a reference"))
        assert reference
    with Typist(terminal, "isolde") as dsl:
        shown = dsl.sees("you> ")
        until = time.monotonic() + PATIENCE  # the first terminal was killed: a lease may have to run out
        while "Posted in Safeguarding: " not in shown and time.monotonic() < until:
            time.sleep(1)
            dsl.types("posts")
            shown = dsl.sees("you> ")
        assert reference[1] in shown
    with Typist(terminal, "rafferty") as head:
        assert "Posted in Safeguarding: " not in head.sees("you> ")


def test_colours_come_with_a_terminal_that_has_them_and_never_in_plain_mode(
    terminal: Terminal,
) -> None:
    with Typist(terminal, "jem", term="xterm-256color") as jem:
        jem.sees("Hello Jem.")
        coloured = jem.raw
        jem.sees("you> ")
        jem.types("quit")
        jem.sees("Goodbye.")
        assert jem.process.wait(20) == 0
    with Typist(terminal, "jem", "--plain", term="xterm-256color") as jem:
        jem.sees("Hello Jem.")
        assert "\x1b[1" not in jem.raw
    assert coloured


def test_the_end_of_the_line_is_goodbye(terminal: Terminal) -> None:
    done = terminal.usher(
        "talk", "--as", "Jem Karuna", typed="what about \udcff?\n".encode("utf-8", "surrogateescape")
    )
    assert done.returncode == 0
    assert done.stdout.endswith("sealed, for 24 hours.\n")
    assert "you> " in done.stdout


def test_talk_needs_to_know_who_speaks(terminal: Terminal) -> None:
    done = terminal.usher("talk")
    assert done.returncode == 2
    assert "jem-karuna" in done.stderr
    assert terminal.usher("talk", "--as", "nobody").returncode == 2


def test_control_c_says_goodbye(terminal: Terminal) -> None:
    with Typist(terminal, "jem") as jem:
        jem.sees("you> ")
        jem.process.send_signal(signal.SIGINT)
        if not jem.shows("Goodbye.", 20):
            # Python loses a signal that comes between the prompt and the wait for a key.
            jem.process.send_signal(signal.SIGINT)
        jem.sees("Goodbye.")
        assert jem.process.wait(20) == 0

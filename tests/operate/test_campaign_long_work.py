"""`usher campaign`: legal holds, and bars where work is long, on a terminal and only there."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bot.wiring.works import now
from tests.operate.conftest import HERE, Terminal
from tests.operate.test_campaign import AS_HEAD, AS_OFFICE, AS_OWNER, kept, running, terminal


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> tuple[Terminal, str]:
    """A home with a campaign that runs."""
    folder = tmp_path_factory.mktemp("long") / "home"
    folder.mkdir()
    home = terminal(folder)
    home.right("keys", "new")
    home.right("migrate")
    return home, running(home)


def test_a_hold_is_put_on_and_lifted_by_the_owner_or_the_head(there: tuple[Terminal, str]) -> None:
    home, id = there
    refused = home.usher("campaign", "hold", "jem-karuna", *AS_OWNER)
    assert refused.returncode == 2
    assert 'nothing is kept that "jem-karuna" has acknowledged' in refused.stderr
    home.right("campaign", "record", id, "jem-karuna", *AS_OFFICE)
    assert home.usher("campaign", "hold", "jem-karuna", *AS_OFFICE).returncode == 2
    said = [
        home.right("campaign", "hold", "jem-karuna", *AS_OWNER),
        home.right("campaign", "hold", "jem-karuna", *AS_HEAD),
        home.right("campaign", "hold", "jem-karuna", "--lift", *AS_HEAD),
    ]
    assert said == [
        "jem-karuna: under legal hold\n",
        "jem-karuna: under legal hold, as before\n",
        "jem-karuna: no longer under legal hold\n",
    ]
    with kept(home) as database, database.read("palatine", now()) as books:
        verbs = [entry["verb"] for entry in books.audit.about("jem-karuna")]
    assert verbs == ["campaign.held", "campaign.hold_lifted"]


def shown(screen: int) -> str:
    """Everything that was drawn there."""
    found = b""
    with os.fdopen(screen, "rb", buffering=0) as drawn:
        while True:
            try:
                found += drawn.read(65536)
            except OSError:  # EIO: nobody draws any more
                return found.decode("utf-8", "replace")


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else(there: tuple[Terminal, str], tmp_path: Path) -> None:
    home, id = there
    args = ("campaign", "evidence", id, "--html", str(tmp_path / "a.html"), "--pdf", str(tmp_path / "a.pdf"))
    plain = home.usher(*args)
    assert plain.returncode == 0
    assert "Writing" not in plain.stderr
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    environment = {**home.environment(), "TERM": "xterm", "PATH": os.environ["PATH"]}
    environment.pop("NO_COLOR", None)
    drawn = subprocess.run(
        [sys.executable, "-m", "bot", *args],
        cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True,
    )  # fmt: skip
    os.close(theirs)
    bar = shown(ours)
    assert "Writing" in bar
    assert "100%" in bar
    assert drawn.stdout == plain.stdout

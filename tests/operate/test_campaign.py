"""`usher campaign` and `usher policy import --campaign`: a whole campaign from the command line."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import text

from bot.reading import read_house
from bot.records.audit import verify
from bot.records.database import Database
from bot.school.campaigns import Said
from bot.school.policy import Policy
from bot.settings import read_settings
from bot.wiring.works import now, open_database
from tests.operate.conftest import HERE, Terminal

OWNER, HEAD, OFFICE = "honor-bexwell", "rafferty-oduya", "dorothea-appiah-lund"
QUIZ = str(HERE / "policy/scenarios.yml")
NEW = ("campaign", "create", "--title", "Autumn reading", "--launch", "2026-11-23", "--due", "2027-06-25")
AS_OWNER, AS_HEAD, AS_OFFICE = ("--as", OWNER), ("--as", HEAD), ("--as", OFFICE)


def terminal(folder: Path) -> Terminal:
    return Terminal(folder, HERE / "intents")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a key and tables; a campaign needs no engine."""
    folder = tmp_path_factory.mktemp("empty") / "home"
    folder.mkdir()
    terminal(folder).right("keys", "new")
    terminal(folder).right("migrate")
    return folder


@pytest.fixture(scope="module")
def under_way(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same with a campaign that runs, and its id."""
    folder = tmp_path_factory.mktemp("running") / "home"
    shutil.copytree(empty, folder)
    return folder, running(terminal(folder))


@pytest.fixture
def home(empty: Path, tmp_path: Path) -> Terminal:
    return terminal(Path(shutil.copytree(empty, tmp_path / "home")))


@pytest.fixture
def there(under_way: tuple[Path, str], tmp_path: Path) -> tuple[Terminal, str]:
    return terminal(Path(shutil.copytree(under_way[0], tmp_path / "home"))), under_way[1]


def made(home: Terminal, *more: str) -> str:
    """A draft's id."""
    shown = home.right(*NEW, *more, *AS_OWNER)
    assert "A dry run: nothing has been sent." in shown
    return re.findall(r"^Campaign (\w+)$", shown, re.M)[0]


def running(home: Terminal, *more: str) -> str:
    id = made(home, *more)
    home.right("campaign", "approve", id, *AS_HEAD)
    home.right("campaign", "run", id, *AS_OWNER)
    return id


def entries(home: Terminal) -> int:
    """How long the audit is: whatever was done is in it, and nothing else."""
    with kept(home) as database:
        found = verify(database, "palatine")
    assert found.ok
    return found.entries


def campaigns(home: Terminal) -> int:
    with kept(home) as database, database.read("palatine", now()) as books:
        return len(books.campaigns.all())


@contextmanager
def kept(home: Terminal) -> Iterator[Database]:
    database = open_database(read_settings(home.environment()))
    try:
        yield database
    finally:
        database.close()


def test_a_campaign_from_the_first_draft_to_the_last_paper(home: Terminal, tmp_path: Path) -> None:
    id = made(home, "--quiz", QUIZ)
    dry = home.right("campaign", "dry-run", id)
    assert "Would be asked: 11" in dry
    assert "Lorcan Vasanth: member of staff" in dry
    assert "Questions on the text" in dry
    assert home.right("campaign", "status").split()[:3] == [id, "draft", "due"]
    assert "approved, not started yet" in home.right("campaign", "approve", id, "--as", "Rafferty Oduya")
    assert "State: running" in home.right("campaign", "run", id, *AS_OWNER)
    papers = home.right("campaign", "record", id, "lorcan-vasanth", "yusra-pendlebury", *AS_OFFICE)
    assert papers == "lorcan-vasanth: recorded\nyusra-pendlebury: recorded\n"
    link = home.right("campaign", "link", id, "jem-karuna", *AS_OFFICE)
    assert re.fullmatch(rf"/acknowledge/palatine/{id}\.[\w-]{{22,}}\n", link)
    assert home.right("campaign", "link", id, "jem-karuna", *AS_OFFICE) == link, "handed over twice, the same"
    assert "paused: no reminders go out" in home.right("campaign", "pause", id, *AS_OWNER)
    assert "State: running" in home.right("campaign", "run", id, *AS_OWNER)
    assert "Acknowledged: 2 of 13" in home.right("campaign", "status", id)
    assert "State: closed" in home.right("campaign", "close", id, *AS_OWNER)
    late = home.usher("campaign", "record", id, "jem-karuna", *AS_OFFICE)
    assert (late.returncode, late.stderr.count("\n")) == (2, 1)
    assert home.right("audit", "verify").startswith("palatine: ")


def test_the_evidence_is_written_as_page_pdf_and_list(there: tuple[Terminal, str], tmp_path: Path) -> None:
    home, id = there
    home.right("campaign", "record", id, "lorcan-vasanth", *AS_OFFICE)
    files = [tmp_path / f"evidence.{kind}" for kind in ("html", "pdf", "csv")]
    wanted = [word for file in files for word in (f"--{file.suffix[1:]}", str(file))]
    assert home.right("campaign", "evidence", id, *wanted).splitlines() == list(map(str, files))
    html, pdf, sheet = files
    (printed,) = pypdf.PdfReader(pdf).pages
    for said in ("1 of 13", "Whole and in order", "Rafferty Oduya"):
        assert said in html.read_text("utf-8")
        assert said in printed.extract_text()
    rows = list(csv.DictReader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"))))
    assert [row["how"] for row in rows if row["name"] == "Lorcan Vasanth"] == ["office"]
    assert "Acknowledged: 1 of 13" in home.right("campaign", "evidence", id)


def test_somebody_who_touched_the_audit_is_not_covered_up(
    there: tuple[Terminal, str], tmp_path: Path
) -> None:
    home, id = there
    with kept(home) as database, database.writing() as connection:
        connection.execute(text("UPDATE audit SET subject = 'another' WHERE number = 2"))
    page = tmp_path / "evidence.html"
    done = home.usher("campaign", "evidence", id, "--html", str(page))
    assert done.returncode == 1
    assert "palatine: the audit has been touched: entry 2 was changed" in done.stderr
    assert "TOUCHED: entry 2 was changed" in page.read_text("utf-8")


AMISS = {
    ("--due", "2027-06-26"): "usher: It must be due on a school day.",
    ("--due", "2026-11-20"): "usher: The day it is due must come after the day it starts.",
    ("--title", ""): "usher: It needs a title, of 100 characters at most.",
    ("--title", "x" * 101): "usher: It needs a title, of 100 characters at most.",
    ("--group", "knitters"): 'usher: Nobody is in a group "knitters".',
    ("--person", "nobody"): 'usher: There is no person "nobody".',
    ("--role", "king"): "usher: a role is one of staff, dsl, deputy_dsl",
    ("--clauses", "PER-99"): 'usher: There is no clause "PER-99".',
    ("--as", "nobody"): 'usher: there is nobody called "nobody" in school.yml',
    ("--as", "jem-karuna"): "usher: This isn't open to you.",
}


def test_what_cannot_be_asked_is_said_in_a_line_and_nothing_is_kept(home: Terminal) -> None:
    for words, said in AMISS.items():
        done = home.usher(*NEW, *AS_OWNER, *words)
        assert done.returncode == 2, words
        assert said in done.stderr
        assert "uncaught" not in done.stderr
    assert home.right("campaign", "status") == ""
    assert entries(home) == 0


def test_scenarios_with_faults_are_refused_with_file_and_line(home: Terminal, tmp_path: Path) -> None:
    for content in (b"scenarios:\n  - id: a\n    clause: PER-1c\n", b"\xff\xfe{{", b""):
        (tmp_path / "quiz.yml").write_bytes(content)
        done = home.usher(*NEW, *AS_OWNER, "--quiz", str(tmp_path / "quiz.yml"))
        assert done.returncode == 1
        assert "quiz.yml" in done.stderr
        assert re.search(r"usher: \d+ faults? in the scenarios\.\n$", done.stderr)
    assert campaigns(home) == 0


def test_steps_out_of_order_change_nothing(home: Terminal) -> None:
    id = made(home)
    before = entries(home)
    for words in (("run", id), ("pause", id), ("approve", id), ("record", id, "jem-karuna"),
                  ("link", id, "jem-karuna"), ("run", "nosuch")):  # fmt: skip
        done = home.usher("campaign", *words, *AS_OWNER)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), words
    assert "draft" in home.right("campaign", "status")
    assert entries(home) == before


def test_one_name_too_many_and_nobody_is_recorded(there: tuple[Terminal, str]) -> None:
    home, id = there
    for stranger in ("nobody", "merrily-stannard"):
        done = home.usher("campaign", "record", id, "jem-karuna", stranger, *AS_OFFICE)
        assert done.returncode == 2
        assert done.stdout == "", "what is taken back is not said to be done"
    again = [home.right("campaign", "record", id, "jem-karuna", *AS_OFFICE) for _ in range(2)]
    assert again == ["jem-karuna: recorded\n", "jem-karuna: had acknowledged before, nothing changed\n"]


def test_a_place_that_cannot_be_written_is_named_in_a_line(
    there: tuple[Terminal, str], tmp_path: Path
) -> None:
    home, id = there
    nowhere = str(tmp_path / "nowhere" / "x")
    commands = [("campaign", "evidence", id, f"--{kind}") for kind in ("html", "pdf", "csv")]
    commands += [("policy", "health", "--html"), ("report", "silence", "--html")]
    commands += [("report", "term", "--html"), ("report", "term", "--csv")]
    for words in commands:
        done = home.usher(*words, nowhere)
        assert done.returncode == 2, words
        assert "can't be written: No such file or directory" in done.stderr
        assert "uncaught" not in done.stderr


# A new version, and who has to read it again.


def written(policy: Policy, file: Path, **instead: str) -> Path:
    """The school's document: every clause in our words but those given."""
    lines = []
    for section, title in policy.sections.items():
        lines += [f"# {title}", ""]
        for id, clause in policy.clauses.items():
            if clause.section == section:
                lines += [f"- {instead.get(id.replace('-', '_'), clause.wording)}", ""]
    file.write_text("\n".join(lines), "utf-8")
    return file


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_house(HERE / "policy", HERE / "intents", phrasings=False).policy


@pytest.fixture(scope="module")
def in_force(empty: Path, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The school's document in force; two of its people have acknowledged it."""
    folder = tmp_path_factory.mktemp("in-force")
    home = terminal(Path(shutil.copytree(empty, folder / "home")))
    home.right("policy", "import", str(written(policy, folder / "one.md")), "--publish", "--label", "One")
    home.right("campaign", "record", running(home), "jem-karuna", "lorcan-vasanth", *AS_OFFICE)
    return home.home


@pytest.fixture
def published(in_force: Path, tmp_path: Path) -> Terminal:
    return terminal(Path(shutil.copytree(in_force, tmp_path / "home")))


def second(policy: Policy, file: Path) -> Path:
    """A new edition: one clause means something else, another has only a word of its own."""
    strict = f"{policy.clauses['PER-1c'].wording} That includes a friend's or a relative's account."
    return written(policy, file, PER_1c=strict, SAF_4=f"{policy.clauses['SAF-4'].wording} Please.")


def test_a_new_version_becomes_a_campaign_about_what_has_changed_in_one_step(
    published: Terminal, policy: Policy, tmp_path: Path
) -> None:
    file = second(policy, tmp_path / "two.md")
    shown = published.right(
        *("policy", "import", str(file), "--label", "Two", "--campaign", "Honor Bexwell"),
        *("--editorial", "SAF-4", "--due", "2027-06-25"),
    )
    assert "PER-1c changed" in shown
    assert "[+ That includes a friend's or a relative's account. +]" in shown
    assert "SAF-4 changed" in shown
    assert "48 unchanged" in shown
    assert "Of those asked, 2 had acknowledged an earlier version." in shown
    assert "Text: only what has changed: PER-1c" in shown
    assert "Would be asked: 11" in shown
    assert 'Published: "Two"' in shown
    id = re.findall(r"^Campaign (\w+)$", shown, re.M)[0]
    assert f"{id}  draft" in published.right("campaign", "status")
    with kept(published) as database, database.read("palatine", now()) as books:
        draft, first = books.campaigns.get(id), books.campaigns.all()[1]
        assert draft.hash == books.policies.current(policy.id).hash  # type: ignore[union-attr]
        assert draft.hash != first.hash
        assert [each.said for each in books.campaigns.said(first)] == [Said.READ, Said.READ]


def test_editorial_changes_ask_nobody(published: Terminal, policy: Policy, tmp_path: Path) -> None:
    file = second(policy, tmp_path / "two.md")
    shown = published.right(
        "policy", "import", str(file), "--campaign", OWNER, "--editorial", "SAF-4, PER-1c"
    )
    assert "Nothing but editorial changes: nobody is asked to read it again." in shown
    assert campaigns(published) == 1


UNFIT = {
    ("--campaign", OWNER, "--editorial", "PER-99"): "--editorial: there is no clause PER-99",
    ("--campaign", OWNER, "--due", "2027-06-26"): "It must be due on a school day.",
    ("--campaign", "nobody"): 'there is nobody called "nobody"',
    ("--campaign", "jem-karuna"): "This isn't open to you.",
    ("--publish", "--editorial", "SAF-4"): "--editorial and --due belong to a campaign",
    ("--due", "2027-06-25"): "--editorial and --due belong to a campaign",
}


def test_a_version_whose_campaign_cannot_be_is_not_published_either(
    published: Terminal, policy: Policy, tmp_path: Path
) -> None:
    before, file = entries(published), str(second(policy, tmp_path / "two.md"))
    for words, said in UNFIT.items():
        done = published.usher("policy", "import", file, *words)
        assert done.returncode == 2, words
        assert said in done.stderr
        assert "Published" not in done.stdout
    assert entries(published) == before
    assert campaigns(published) == 1

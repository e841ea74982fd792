"""Keys, tables, audit, backup: what the technician does with the records."""

import re
from pathlib import Path

import pytest

from tests.operate.conftest import Terminal


def test_without_a_key_one_line_says_what_to_do_and_nothing_is_written(terminal: Terminal) -> None:
    for words in (["migrate"], ["work"], ["backup", "x"]):
        done = terminal.usher(*words)
        assert done.returncode == 2, words
        assert done.stderr.count("\n") == 1
        assert "there is no master key: set USHER_KEYS, or run `usher keys new`" in done.stderr
    assert not (terminal.home / "usher.db").exists()


def test_a_wrong_key_is_refused_in_one_line(records: Terminal) -> None:
    records.right("check")
    other = records.right("keys", "new", "--print").strip()
    for words in (["work"], ["check"], ["migrate"]):
        done = records.usher(*words, USHER_KEYS=other)
        assert done.returncode in (1, 2), words
        assert "key" in done.stderr
        assert other.split(":")[1] not in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("keys", ["nonsense", "a:b", "a:" + "A" * 43 + "=,a:" + "B" * 43 + "="])
def test_keys_that_are_none_are_refused_without_being_shown(terminal: Terminal, keys: str) -> None:
    done = terminal.usher("migrate", USHER_KEYS=keys)
    assert done.returncode == 2
    assert keys not in done.stderr


def test_the_key_file_is_made_once_and_readable_by_nobody_else(terminal: Terminal) -> None:
    terminal.right("keys", "new")
    file = terminal.home / "keys"
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    done = terminal.usher("keys", "new")
    assert done.returncode == 2
    assert "--add" in done.stderr
    assert file.read_text() == before
    assert terminal.usher("keys", "new", USHER_KEYS="x").returncode == 2


def test_a_newer_key_takes_over_and_the_old_one_can_go(records: Terminal) -> None:
    file = records.home / "keys"
    old = file.read_text().strip()
    records.right("keys", "new", "--add")
    new = file.read_text().splitlines()[0]
    assert file.read_text().splitlines()[1] == old
    assert "newest master key" in records.right("keys", "rotate")
    file.write_text(new + "\n")
    assert records.right("check") == "All is well.\n"


def test_check_names_every_fault_at_once(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.usher("check", PORT="x", USHER_LOG_LEVEL="loud", USHER_POLICY="/nowhere")
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "USHER_LOG_LEVEL" in done.stderr
    assert "USHER_POLICY" in done.stderr
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "school.yml").write_text("id: x\nid: y\n")
    done = terminal.usher("check", USHER_POLICY=str(policy))
    assert done.returncode == 1
    assert "school.yml" in done.stderr
    assert "no master key" in done.stderr
    assert re.search(r"\d+ to put right", done.stderr)


def test_check_says_when_all_is_well(records: Terminal) -> None:
    assert records.right("check") == "All is well.\n"
    assert records.right("check", "--files") == "The school's files are well.\n"
    assert "TEAMS_APP_ID must be an id" in records.usher("check", TEAMS_APP_ID="x").stderr


def test_before_the_tables_are_made_nothing_starts(terminal: Terminal) -> None:
    terminal.right("keys", "new")
    done = terminal.usher("run", PORT="0")
    assert done.returncode == 2
    assert "usher migrate" in done.stderr


def test_a_backup_comes_back_with_its_audit(records: Terminal, tmp_path: Path) -> None:
    document = tmp_path / "policy.md"
    document.write_text("# Personal Use\n\n- Staff must not accept parents as friends.\n")
    records.usher("policy", "import", str(document), "--publish")
    head = records.right("audit", "verify").split("head ")[1].strip()
    file = tmp_path / "all.backup"
    assert "rows in" in records.right("backup", str(file))
    assert records.usher("backup", str(file)).returncode == 2
    elsewhere = f"sqlite:///{tmp_path}/new/usher.db"
    shown = records.right("restore", str(file), DATABASE_URL=elsewhere)
    assert head in shown
    assert "palatine: 1 entries" in records.right("audit", "verify", "--head", head, DATABASE_URL=elsewhere)
    again = records.usher("restore", str(file), DATABASE_URL=elsewhere)
    assert again.returncode == 2
    broken = tmp_path / "broken.backup"
    broken.write_bytes(file.read_bytes()[:-20])
    done = records.usher("restore", str(broken), DATABASE_URL=f"sqlite:///{tmp_path}/x.db")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_audit_that_was_touched_is_found_here_and_offline(records: Terminal, tmp_path: Path) -> None:
    import sqlite3

    assert "empty" in records.right("audit", "verify")
    document = tmp_path / "policy.md"
    document.write_text("# Personal Use\n\n- Staff must not accept parents as friends.\n")
    records.usher("policy", "import", str(document), "--publish")
    exported = tmp_path / "audit.jsonl"
    records.right("audit", "export", str(exported))
    assert records.usher("audit", "verify", "--file", str(exported)).returncode == 0
    exported.write_text(exported.read_text().replace("policy.published", "policy.withdrawn"))
    assert records.usher("audit", "verify", "--file", str(exported)).returncode == 1
    with sqlite3.connect(records.home / "usher.db") as database:
        database.execute("UPDATE audit SET actor = 'somebody'")
    done = records.usher("audit", "verify")
    assert done.returncode == 1
    assert "has been touched" in done.stderr
    assert records.usher("audit", "verify", "--head", "9:zz").returncode == 1


def test_the_database_must_be_one_that_usher_knows(terminal: Terminal) -> None:
    terminal.right("keys", "new")
    done = terminal.usher("migrate", DATABASE_URL="mysql://user:secret@host/db")
    assert done.returncode == 2
    assert "secret" not in done.stderr

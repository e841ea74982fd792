"""`usher ask`: one answer, or a line for each line."""

import json
import subprocess

from tests.operate.conftest import HERE, USHER, Terminal

KINDS = {"answer", "unsure", "report_esafety", "report_breach", "urgent", "not_covered"}


def test_one_question_is_answered_with_the_clause_it_rests_on(terminal: Terminal) -> None:
    shown = terminal.right("ask", "Friend requests from parents", "--why")
    assert shown.startswith("The policy doesn't say.")
    assert "PER-1b" in shown
    assert "Nearest phrasings:" in shown
    assert "Runner-up:" in shown


def test_the_published_wording_is_quoted_once_there_is_one(records: Terminal) -> None:
    document = records.home / "policy.md"
    wording = (
        "Palatine staff should not try to contact pupils or pupils' parents through social media, or "
        "in any other way outside school, with the aim of developing a relationship of any sort."
    )
    document.write_text(f"# Personal Use of Social Media\n\n- {wording}\n")
    done = records.usher("policy", "import", str(document), "--publish", "--label", "Autumn")
    assert done.returncode == 1, "49 clauses are missing"
    assert "PER-1a not found" in done.stdout
    assert 'Published: "Autumn"' in done.stdout
    shown = records.right("ask", "Friend requests from parents")
    assert "(Autumn, official wording)" in shown
    assert wording in shown
    again = records.usher("policy", "import", str(document))
    assert "1 clauses found, 1 unchanged" in again.stdout
    assert records.usher("audit", "verify").stdout.startswith("palatine: 1 entries")


def test_a_worry_is_not_kept_and_says_so(terminal: Terminal) -> None:
    shown = terminal.right("ask", "a child just told me that a man online asked her for a photo")
    assert "nobody has been told" in shown
    assert "kept sealed" not in shown


def test_lines_are_answered_one_for_one_and_faults_do_not_stop_it(terminal: Terminal) -> None:
    typed = [
        b'{"id": "a", "text": "Friend requests from parents"}',
        b"nonsense CANARY",
        b'{"id": 7, "text": ""}',
        b"",
        b'{"id": "b"}',
        b'{"text": "CANARY"}',
        b'["CANARY"]',
        b"\xff\xfeCANARY",
        b'\xef\xbb\xbf{"id": "c", "text": "\\ud800 \\u0000 wi-fi?"}',
        b'{"id": "d", "text": "' + b"why " * 5000 + b'"}',
    ]
    done = terminal.usher("ask", "--jsonl", typed=b"\n".join(typed))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    answered = [line for line in lines if "kind" in line]
    assert done.returncode == 1
    assert [line["id"] for line in answered] == ["a", 7, "c", "d"]
    assert all(line["kind"] in KINDS for line in answered)
    assert list(answered[0]) == ["id", "kind", "clauses", "intent", "verdict", "confidence"]
    assert [line["line"] for line in lines if "error" in line] == [2, 5, 6, 7, 8]
    assert "CANARY" not in done.stdout + done.stderr


def test_good_lines_alone_end_with_nought(terminal: Terminal) -> None:
    done = terminal.usher("ask", "--jsonl", typed='{"id": "a", "text": "x"}\n')
    assert done.returncode == 0


def test_every_line_is_answered_before_the_next_is_asked(terminal: Terminal) -> None:
    with subprocess.Popen(
        [*USHER, "ask", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, cwd=HERE, env=terminal.environment(),
    ) as running:  # fmt: skip
        assert running.stdin
        assert running.stdout
        for number in range(3):
            running.stdin.write(json.dumps({"id": number, "text": "may I?"}) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(30) == 0


def test_a_question_or_lines_but_not_both(terminal: Terminal) -> None:
    assert terminal.usher("ask").returncode == 2
    assert terminal.usher("ask", "x", "--jsonl").returncode == 2


def test_answers_are_measured(terminal: Terminal, tmp_path: object) -> None:
    file = terminal.home / "known.jsonl"
    file.write_text('{"id": "1", "text": "may I?", "kind": "answer", "accept": ["PER-1b"]}\n')
    page = terminal.home / "page.html"
    shown = terminal.right("evaluate", str(file), "--html", str(page))
    assert "top1" in shown
    assert "1 messages" in page.read_text()
    file.write_text("{}\n")
    assert terminal.usher("evaluate", str(file)).returncode == 2

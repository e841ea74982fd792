"""House rules that no other tool checks."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

BOT = Path(__file__).resolve().parent.parent.parent / "bot"
MODULES = sorted(path for path in BOT.rglob("*.py") if "migrations" not in path.parts)
BANNED = re.compile(r"(utils?|helpers?|common|manager|data|info|process|incident|ticket)")


def names(path: Path) -> str:
    return str(path.relative_to(BOT.parent))


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_a_module_begins_with_one_sentence_is_not_too_long_and_not_vaguely_named(path: Path) -> None:
    text = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(text))
    assert doc
    assert doc.split("\n\n")[0].rstrip().endswith((".", "?")), doc
    assert len(text.splitlines()) <= 330, "about 120 lines, hardly ever over 300"
    assert not BANNED.fullmatch(path.stem)


def test_there_is_one_place_that_survives_any_error() -> None:
    """House: one `except Exception` in the product, the courier's."""
    caught = [
        names(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert caught == ["bot/delivery/courier.py"]


def test_the_schools_nouns_stand_on_the_standard_library() -> None:
    for path in (BOT / "school").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            found += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in found:
                assert name.startswith("bot.school") or name.split(".")[0] in sys.stdlib_module_names


def test_importing_everything_has_no_side_effect(tmp_path: Path) -> None:
    modules = [
        ".".join(path.relative_to(BOT.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
    ]
    code = f"""
import importlib, logging, os, signal, sys, threading
def around():
    # KMP_ comes with scikit-learn
    ours = {{name: value for name, value in os.environ.items() if not name.startswith("KMP_")}}
    return ours, signal.getsignal(signal.SIGTERM), sys.excepthook
before = around()
for name in {modules!r}:
    importlib.import_module(name)
assert around() == before
assert threading.active_count() == 1, threading.enumerate()
assert not logging.getLogger().handlers
assert os.listdir('.') == []
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(BOT.parent), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == ""

"""The tests can fail: each of these small wrongs, once put into the code, is caught by a test of ours."""

import importlib
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MUTANTS = sorted((ROOT / "tests/records/mutants").glob("[a-z]*.py"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.stem for mutant in MUTANTS])
def test_a_mutant_is_caught(mutant: Path, tmp_path: Path) -> None:
    """Each file begins with the test that must fail while the wrong in it is done."""
    target = mutant.read_text().splitlines()[0].removeprefix("# caught by: ").removesuffix("  # noqa: E501")
    log = tmp_path / "log"
    child = os.fork()
    if not child:  # a copy of this process, so that the wrong ends with it
        os._exit(_run(mutant.stem, target, log, tmp_path / "tests"))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == pytest.ExitCode.TESTS_FAILED, log.read_text()[-3000:]


def _run(mutant: str, target: str, log: Path, folder: Path) -> int:
    try:
        written = os.open(log, os.O_CREAT | os.O_WRONLY)
        os.dup2(written, 1)
        os.dup2(written, 2)
        os.environ.pop("PYTEST_XDIST_WORKER", None)
        importlib.import_module(f"tests.records.mutants.{mutant}")
        flags = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not postgresql"]
        return int(pytest.main([*flags, f"--basetemp={folder}", f"{ROOT}/{target}"]))
    except BaseException as fault:  # noqa: BLE001 - the child must never return into pytest
        os.write(2, repr(fault).encode())
        return 99

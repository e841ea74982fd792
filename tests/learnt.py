"""Where the tests keep what the engine has learnt: once a machine, not once a test."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def learnt() -> Path:
    """A folder that outlives one run, in the checkout's own ignored folder."""
    folder = Path(os.environ.get("USHER_TESTS_LEARNT") or HERE / ".usher" / "learnt")
    folder.mkdir(parents=True, exist_ok=True)
    return folder

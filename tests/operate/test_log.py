"""Logs say that something happened, and never what anybody wrote, through every path there is."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from bot import log

CANARY = "Kit Lane said a secret"
WORD = "Canary7f3a"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged at DEBUG, with everything put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, logging.raiseExceptions
    out = io.StringIO()
    log.configure("DEBUG", out)
    yield out
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    sys.excepthook, threading.excepthook, logging.raiseExceptions = before[2], before[3], before[4]


def said(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raised(message: str = CANARY) -> ValueError:
    try:
        log.frames(None)  # type: ignore[arg-type]
    except AttributeError as inner:
        error = ValueError(message)
        error.__traceback__ = inner.__traceback__
        error.__cause__ = RuntimeError(message)
        return error
    raise AssertionError


def test_an_event_is_one_line_with_its_fields(stream: io.StringIO) -> None:
    log.event("courier.delivered", lane="alert", attempts=2, ms=1.5, reference="K7QF", code=None)
    (line,) = said(stream)
    assert line | {"at": ""} == {
        "event": "courier.delivered", "at": "", "level": "info", "lane": "alert", "attempts": 2,
        "ms": 1.5, "reference": "K7QF", "code": None,
    }  # fmt: skip


def test_a_field_off_the_list_and_a_value_like_prose_are_dropped(stream: io.StringIO) -> None:
    log.event("x", text=WORD, lane=CANARY, code="a\nb", kind=["list"], state="x" * 500, school="ok")
    assert said(stream)[0].keys() == {"event", "at", "level", "school"}


def test_an_error_is_its_kind_and_our_own_frames(stream: io.StringIO) -> None:
    log.failure("courier.failed", raised(), step="send")
    (line,) = said(stream)
    assert line["error"] == "ValueError"
    assert str(line["frames"]).startswith("bot/log.py:")
    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize(
    "name", ["sqlalchemy.engine", "aiohttp.access", "apscheduler", "slack_bolt", "never.heard.of"]
)
def test_a_librarys_words_never_reach_the_log(stream: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    logger.debug(CANARY)
    logger.info("%s", CANARY)
    assert stream.getvalue() == ""
    logger.warning(f"{CANARY} %s", CANARY)
    try:
        raise raised()
    except ValueError:
        logger.exception("%s", CANARY)
    logger.error("%d", CANARY)
    lines = said(stream)
    assert [line["event"] for line in lines] == ["library"] * 3
    assert lines[0]["logger"] == name
    assert lines[1]["error"] == "ValueError"
    assert CANARY not in stream.getvalue()


def test_a_library_cannot_turn_itself_up(stream: io.StringIO) -> None:
    logging.getLogger("sqlalchemy").addHandler(logging.StreamHandler(stream))
    log.configure("DEBUG", stream)
    logging.getLogger("sqlalchemy.engine").warning(CANARY)
    assert CANARY not in stream.getvalue()


def test_no_uncaught_error_shows_its_message(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    sys.excepthook(ValueError, raised(), None)
    thread = threading.Thread(target=lambda: exec("raise error", {"error": raised()}))
    thread.start()
    thread.join()

    async def forgotten() -> None:
        asyncio.get_running_loop().create_future().set_exception(raised())
        await asyncio.sleep(0)

    asyncio.run(forgotten())
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("py.warnings").warning(CANARY)
    shown = stream.getvalue() + "".join(capsys.readouterr())
    assert CANARY not in shown
    assert [line["event"] for line in said(stream)][:2] == ["uncaught", "uncaught.in_thread"]

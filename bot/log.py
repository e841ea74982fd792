"""One-line JSON logs that can say that something happened, and never what anybody wrote."""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

ALLOWED = frozenset(
    {
        "event", "at", "level", "school", "reference", "lane", "attempts", "ms", "count", "code",
        "port", "kind", "state", "role", "platform", "tick", "step", "seconds", "version",
        "error", "frames", "logger", "where",
    }
)  # fmt: skip
"""The only fields that reach a log line."""

QUIET = (
    "sqlalchemy", "alembic", "aiohttp", "aiohttp.access", "aiohttp.client", "aiohttp.internal",
    "aiohttp.server", "aiohttp.web", "apscheduler", "asyncio", "concurrent", "cryptography",
    "msal", "pypdf", "slack", "slack_bolt", "slack_sdk", "tokenizers", "urllib3",
)  # fmt: skip
"""Libraries whose own words may quote ours: pinned to WARNING, and logged only as where."""

PLAIN = re.compile(r"[A-Za-z0-9_.:,#/<>@+-]{0,120}")
"""Codes, names, times and places fit in this; a sentence has spaces and does not."""

BOT = Path(__file__).resolve().parent
_usher = logging.getLogger("usher")


def event(name: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened. Fields off the list, and values like prose, are dropped."""
    _usher.log(level, name, extra={"usher_fields": fields})


def failure(name: str, error: BaseException, **fields: object) -> None:
    """Log an error as its type and our own frames, never its message: it may quote somebody."""
    event(name, level=logging.ERROR, error=type(error).__name__, frames=frames(error), **fields)


def frames(error: BaseException) -> str:
    """Where in our own code an error came from, innermost last: "bot/desk/x.py:12,..."."""
    return ",".join(_our_frames(error.__traceback__))[-120:]


def configure(level: str, stream: IO[str] | None = None) -> None:
    """Send every log line of this process through the one safe formatter, and nothing around it."""
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(SafeFormatter())
    handler.addFilter(drop_words)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _usher.setLevel(level)
    for name in QUIET:
        _pin(logging.getLogger(name))
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def be_quiet() -> None:
    """From now on only warnings and errors: for a terminal somebody is reading."""
    _usher.setLevel(logging.WARNING)


def drop_words(record: logging.LogRecord) -> bool:
    """Take the words and arguments out of a library's record before anything can format them."""
    if record.name != "usher":
        record.msg, record.args = "library", ()
    return True


class SafeFormatter(logging.Formatter):
    """A record as one line of JSON from allow-listed fields only."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Nothing of a message gets in, except the name of one of our own events."""
        ours = record.name == "usher"
        fields: dict[str, object] = {"event": record.msg if ours else "library"}
        fields["at"] = datetime.fromtimestamp(record.created, UTC).isoformat("T", "milliseconds")
        fields["level"] = record.levelname.lower()
        if ours:
            fields |= getattr(record, "usher_fields", {})
        else:
            fields |= {"logger": record.name, "where": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= {
                "error": type(record.exc_info[1]).__name__,
                "frames": frames(record.exc_info[1]),
            }
        return json.dumps(dict(_safe(fields)), separators=(",", ":"))


def _safe(fields: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        plain = PLAIN.fullmatch(value) if isinstance(value, str) else True
        if name in ALLOWED and plain and isinstance(value, str | bool | int | float | None):
            yield name, value


def _our_frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if path.is_relative_to(BOT):
            yield f"bot/{path.relative_to(BOT)}:{frame.lineno}"


def _pin(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.WARNING)


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    failure("uncaught", error)


def _uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None:
        failure("uncaught.in_thread", hook.exc_value)

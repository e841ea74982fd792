"""The demo's real page for one Usher, served on a thread of its own."""

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from bot.wiring import local
from bot.wiring.works import Usher

PATIENCE = 30.0


@contextmanager
def served(usher: Usher) -> Iterator[str]:
    """The page's address, for as long as the block runs."""
    loop = asyncio.new_event_loop()
    told = asyncio.Event()
    opened: queue.Queue[str | BaseException] = queue.Queue()

    def serve() -> None:
        try:
            loop.run_until_complete(local.serve_page(usher, 0, opened.put))
        except BaseException as fallen:  # noqa: BLE001 - the test's own thread raises it again
            opened.put(fallen)

    behind = threading.Thread(target=serve, name="page")
    # Signals belong to the main thread; here it is the end of the block that tells it to stop.
    with patch.object(local, "told_to_stop", lambda: told):
        behind.start()
        url = opened.get(timeout=PATIENCE)
    if isinstance(url, BaseException):
        raise url
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(told.set)
        behind.join(PATIENCE)
        loop.close()

"""The page on a real port, in a thread of its own, so that a browser can look at it."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any

from bot.platforms.web.receive import open_door, page
from tests.platforms.web.scripted import SCHOOL, Desk


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Served:
    """A page that can be stopped and started again on the same port."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.desk = Desk()
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def start(self) -> None:
        app = page(SCHOOL, self.desk.admit, self.desk.rooms, port=self.port, bell=self.desk.bell)
        self._runner = self.run(open_door(app, self.port))

    def stop(self) -> None:
        self.run(self._runner.cleanup())

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

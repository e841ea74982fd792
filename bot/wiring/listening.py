"""A port of this process: taken, answered at, and left in good order when it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot import log
from bot.settings import Misset

DRAIN = 8.0
"""Seconds that stopping waits for requests that are being answered."""


@asynccontextmanager
async def open_doors(app: web.Application, listening: socket.socket) -> AsyncIterator[None]:
    """Answer requests for as long as the block runs; then no new ones, and 8 s to finish the rest."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    log.event("doors.open", port=listening.getsockname()[1])
    try:
        yield
    finally:
        await runner.cleanup()
        log.event("doors.closed")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 finds a free one. Misset when the port is taken."""
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError as refused:
        raise Misset(f"port {port} cannot be used ({refused.strerror}): choose another") from None


def told_to_stop() -> asyncio.Event:
    """From now on SIGTERM and Ctrl-C set this event, and do nothing else."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    return told

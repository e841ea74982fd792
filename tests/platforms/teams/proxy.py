"""A school's web proxy, of which the product knows by HTTPS_PROXY: it leads Microsoft's hosts to the fake."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

LONGEST = 65536


class Proxy:
    """CONNECT for the hosts it knows; plain requests only to this machine, as for a fake Slack beside it."""

    def __init__(self, hosts: tuple[str, ...], objected: Callable[[str], None]) -> None:
        self.hosts, self.objected = hosts, objected
        self.behind = 0
        """The port of the TLS server."""
        self.asked: list[str] = []
        """Every host and port that was asked for."""
        self.shut: set[str] = set()
        """Hosts that can't be reached just now."""
        self.url = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, port: int = 0) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._met, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Hang up on everybody, and listen no more."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Every connection ends without a goodbye."""
        for writer in list(self._writers):
            if writer.transport is not None:
                writer.transport.abort()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._led(reader, writer)
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _led(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        wanted = target.decode()
        self.asked.append(wanted)
        host, _, port = wanted.rpartition(":")
        if method != b"CONNECT":
            to = urlsplit(wanted)
            if to.hostname != "127.0.0.1" or to.port is None:
                return await self._refused(writer, wanted)
            return await self._joined(reader, writer, to.port, head)
        if host in self.shut:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return await writer.drain()
        if host not in self.hosts or port != "443":
            return await self._refused(writer, wanted)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return await self._joined(reader, writer, self.behind, b"")

    async def _refused(self, writer: asyncio.StreamWriter, wanted: str) -> None:
        self.objected(f"asked for an address that is none of Microsoft's: {wanted}")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def _joined(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, first: bytes
    ) -> None:
        there, away = await asyncio.open_connection("127.0.0.1", port)
        self._writers.add(away)
        away.write(first)
        try:
            await asyncio.gather(_carried(reader, away), _carried(there, writer))
        finally:
            self._writers.discard(away)
            away.close()


async def _carried(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(LONGEST):
            writer.write(some)
            await writer.drain()
    writer.close()

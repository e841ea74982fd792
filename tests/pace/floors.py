"""What Usher's doors are measured beside: a Bolt app that does nothing, and the disk."""

import asyncio
import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import aiohttp

from tests.platforms.slack.doors import signed
from tests.platforms.slack.server import HERE, SECRET

PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
BLOCK = b"\x5a" * 4096


class Caller:
    """Slack at one door, one call after the other on one connection."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, body: str) -> tuple[float, str]:
        """How long a signed call took, and what was answered."""
        headers = {"Content-Type": FORM, **signed(SECRET, body)}
        began = perf_counter()
        self._line.request("POST", PATH, body.encode(), headers)
        answer = self._line.getresponse()
        said = answer.read()
        took = perf_counter() - began
        assert answer.status == 200, answer.status
        return took, said.decode()

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@contextmanager
def noop_port() -> Iterator[int]:
    """Where the app that does nothing listens, as a process of its own like Usher."""
    command = [sys.executable, "-m", "tests.pace.noop"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def calling(port: int) -> Iterator[Caller]:
    """A caller, for as long as the block runs."""
    caller = Caller(port)
    try:
        yield caller
    finally:
        caller.close()


@contextmanager
def disk(folder: Path) -> Iterator[Callable[[], None]]:
    """Writes one block beside the records and waits until the disk has it."""
    file = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY, 0o600)

    def write() -> None:
        os.pwrite(file, BLOCK, 0)
        os.fdatasync(file)

    try:
        yield write
    finally:
        os.close(file)


async def volley(ports: tuple[int, int], bodies: list[str], within: float) -> tuple[list[float], list[float]]:
    """A press every so often, whether the last one has been answered or not; at both doors by turns."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call(port: int, body: str, after: float) -> float:
            await asyncio.sleep(after)
            headers = {"Content-Type": FORM, **signed(SECRET, body)}
            began = perf_counter()
            address = f"http://127.0.0.1:{port}{PATH}"
            async with session.post(address, data=body.encode(), headers=headers) as answer:
                await answer.read()
                assert answer.status == 200, answer.status
            return perf_counter() - began

        gap = within / len(bodies)
        calls = [
            call(port, body, gap * (number + turn / 2))
            for turn, port in enumerate(ports)
            for number, body in enumerate(bodies)
        ]
        times = await asyncio.gather(*calls)
    return times[: len(bodies)], times[len(bodies) :]


def timed(act: Callable[[], object]) -> float:
    """How long it took, in seconds."""
    began = perf_counter()
    act()
    return perf_counter() - began


def at(share: float, times: Sequence[float]) -> float:
    """The time that so many of all stay within."""
    return sorted(times)[min(int(share * len(times)), len(times) - 1)]


def busy() -> str:
    """How busy the machine is, because no figure means anything without that."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"

"""Starts a real PostgreSQL server for the tests, in a folder of its own, and stops it again.

The server runs as the account `postgres` when the tests run as root (it refuses to run as root).
Set USHER_TESTS_STRICT=1 to fail, not skip, where the server's programs are missing."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

CANDIDATES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """A running server; every test gets a database of its own."""

    port: int

    def url(self, name: str) -> str:
        """The address of one database."""
        return f"postgresql://usher@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make an empty database, or a copy of one, and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def find_programs() -> Path | None:
    """The folder of initdb and postgres: the newest version found, or the one on the PATH."""
    for pattern in CANDIDATES:
        root, rest = Path("/"), pattern.lstrip("/")
        found = [folder for folder in root.glob(rest) if (folder / "initdb").exists()]
        if found:
            return max(
                found,
                key=lambda folder: [
                    int(n) for n in folder.parent.name.split("-")[-1].split(".") if n.isdigit()
                ],
            )
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A fresh server until the end of the block. Skips, or fails under USHER_TESTS_STRICT=1."""
    programs = find_programs()
    if programs is None:
        reason = "PostgreSQL's initdb is not installed (apt-get install postgresql)"
        if os.environ.get("USHER_TESTS_STRICT") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="usher-pg-"))
    try:
        _as_postgres(
            folder,
            [
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                "usher",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
        )
        port = _free_port()
        server = _start(programs, folder, port)
        try:
            _wait(PostgresServer(port=port), server, folder)
            yield PostgresServer(port=port)
        finally:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast stop
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "max_connections": 200,
        "shared_buffers": "64MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "autovacuum": "on",
    }
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*_account(folder), str(programs / "postgres"), "-D", str(folder / "data"), *flags]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)


def _wait(server: PostgresServer, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()[-2000:]}")


def _as_postgres(folder: Path, command: list[object]) -> None:
    account = _account(folder)
    done = subprocess.run([*account, *map(str, command)], capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")


def _account(folder: Path) -> list[str]:
    """How to become the account that may run the server; nothing when we are not root."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    if setpriv := shutil.which("setpriv"):
        return [setpriv, "--reuid=postgres", "--regid=postgres", "--init-groups"]
    return [shutil.which("runuser") or "runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

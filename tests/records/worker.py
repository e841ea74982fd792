"""Other processes of the tests: python -m tests.records.worker <act> <url> [...]."""

import json
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.vault import KeyRing
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, new_case, notice


def say(words: str) -> None:
    """To whoever started this process."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def count(url: str, times: str) -> None:
    """Write many small transactions."""
    database = Database(url, KeyRing.parse(KEY))
    for turn in range(int(times)):
        with database.books(SCHOOL, NOW) as books:
            books.counts.add(NOW.date(), "PER-1", "asked")
            books.audit.write("ta", "question.asked", f"{os.getpid()}-{turn}")


def migrate(url: str) -> None:
    """Release."""
    Database(url, KeyRing.parse(KEY)).migrate()


def admit(url: str, *activities: str) -> None:
    """Let the same activities in as everybody else does, and print what each was answered."""
    database = Database(url, KeyRing.parse(KEY))
    for activity in activities:
        with database.books(SCHOOL, NOW) as books:
            reply = books.inbox.enter(activity)
            if reply is None:
                case = books.cases.open("ta", "esafety", [new_case()]).cases[0]
                books.outbox.post(notice(f"new:{case.reference}"))
                books.audit.write("ta", "case.sent", case.reference)
                reply = json.dumps({"reference": case.reference})
                books.inbox.keep(activity, reply)
        say(reply)


def rotate(url: str, killed_at: str) -> None:
    """Rotate to a newer master key and be killed after so many batches."""
    batches = 0

    def moment(name: str) -> None:
        nonlocal batches
        batches += name == "rotated"
        if batches == int(killed_at):
            os.kill(os.getpid(), signal.SIGKILL)

    Database(url, KeyRing.parse(f"{NEW_KEY},{KEY}"), moment=moment).rotate(lambda *_: None)


def courier(url: str, worker: str, couriers: str) -> None:
    """Claim and settle until nothing is left, several at once, and print what was claimed."""

    def work(number: int) -> None:
        database = Database(url, KeyRing.parse(KEY))
        outbox = Outbox(database)
        while claimed := outbox.claim(NOW, f"{worker}-{number}", lease=timedelta(minutes=5), most=50):
            for waiting in claimed:
                outbox.settle(waiting, NOW, worker)
            say("\n".join(str(waiting.id) for waiting in claimed))
        database.close()

    with ThreadPoolExecutor(int(couriers)) as pool:
        list(pool.map(work, range(int(couriers))))


ACTS: dict[str, Callable[..., None]] = {act.__name__: act for act in (count, migrate, admit, rotate, courier)}

if __name__ == "__main__":
    ACTS[sys.argv[1]](*sys.argv[2:])

"""One changed byte anywhere in the audit, on SQLite and PostgreSQL: the evidence names the entry."""

import io
from collections.abc import Callable, Iterator

import pypdf
import pytest
from sqlalchemy import Connection, text

from bot.platforms.paper.page import page
from bot.platforms.paper.pdf import pdf
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.campaign_evidence import Evidence
from bot.wiring import campaign_evidence
from tests.desk.test_campaign import Bureau
from tests.hazards.doing import KEY
from tests.hazards.office import TA
from tests.records.conftest import empty_url, engine, postgres

__all__ = ["empty_url", "engine", "postgres"]

CHANGED = "was changed, or does not follow the one before it"
LAST_LETTER = "UPDATE audit SET {0} = substr({0}, 1, length({0}) - 1) || '~' WHERE number = 3"
TOUCHED = {
    LAST_LETTER.format("actor"): f"entry 3 {CHANGED}",
    LAST_LETTER.format("verb"): f"entry 3 {CHANGED}",
    LAST_LETTER.format("subject"): f"entry 3 {CHANGED}",
    LAST_LETTER.format("facts"): f"entry 3 {CHANGED}",
    LAST_LETTER.format("link"): f"entry 3 {CHANGED}",
    LAST_LETTER.format("proof"): "entry 3 was not written by Usher",
    "UPDATE audit SET at = (SELECT at FROM audit WHERE number = 4) WHERE number = 3": f"entry 3 {CHANGED}",
    "DELETE FROM audit WHERE number = 2": "entry 2 is missing or out of order",
    "DELETE FROM audit WHERE number = 4": "entries after 3 were cut off: the audit ended at 4",
    "UPDATE audit_heads SET number = 3": "the recorded end of the audit was not written by Usher",
}
"""What somebody does to a row -> what the evidence says of it."""


@pytest.fixture
def bureau(empty_url: Callable[[], str]) -> Iterator[Bureau]:
    url = empty_url()
    database = Database(url, KeyRing.parse(KEY))
    database.migrate()
    database.close()
    office = Bureau(url)
    yield office
    office.database.close()


def test_whoever_touches_a_row_is_found_and_the_entry_is_named(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = bureau.running()
    bureau.at("2026-10-07T10:00")
    bureau.fill(TA, "ack.sign", id, {"name": "Jem Karuna"})
    monkeypatch.setattr(campaign_evidence, "now", bureau.clock)

    def gathered() -> Evidence:
        return campaign_evidence.evidence_of(bureau.database, bureau.home, id)

    assert gathered().chain.ok
    assert gathered().chain.entries == 4, "created, approved, started, acknowledged"
    for touch, said in TOUCHED.items():
        with bureau.database.writing() as connection:
            before = {name: _rows(connection, name) for name in ("audit", "audit_heads")}
            assert connection.execute(text(touch)).rowcount == 1
        found = gathered()
        assert found.chain.fault == said, touch
        printed = pypdf.PdfReader(io.BytesIO(pdf(found))).pages[0].extract_text()
        assert f"TOUCHED: {said}" in printed
        assert f"TOUCHED: {said}" in page(found)
        assert "Jem Karuna" not in printed
        with bureau.database.writing() as connection:
            for name, rows in before.items():
                connection.execute(text(f"DELETE FROM {name}"))
                columns = rows[0].keys()
                put = f"INSERT INTO {name} ({', '.join(columns)}) VALUES (:{', :'.join(columns)})"
                connection.execute(text(put), rows)
        assert gathered().chain.ok, "put back as it was"


def _rows(connection: Connection, name: str) -> list[dict[str, object]]:
    found = connection.execute(text(f"SELECT * FROM {name} ORDER BY number"))
    return [dict(row._mapping) for row in found]

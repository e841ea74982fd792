"""What is counted of a question that found no clause: ids and numbers, never a word of it."""

from bot.desk.tell_term import tell_silence
from tests.hazards.office import TA, Office, quick_database
from tests.records.given import rows, stored


def test_the_nearest_clause_is_counted_and_the_words_are_not() -> None:
    with quick_database() as url:
        office = Office(url)
        office.database.migrate()
        for _ in range(6):
            office.say(TA, "where is the quokka kept")
        today = office.school.day(office.clock())
        with office.database.read(office.school.id, office.clock()) as books:
            found = tell_silence(office.home.policy, office.home.intents, books, (today, today))
        assert [(row.id, row.n) for row in found.nearest] == [("PER-1b", 5)]
        assert found.whole.n == 5
        assert {(row["what"], row["kind"]) for row in rows(office.database, "counts")} == {
            ("", "not covered"),
            ("PER-1b", "nearest"),
        }
        assert b"quokka" not in stored(office.database)
        office.database.close()

"""The corpus as the engine reads it, and proof that nobody copied the messages it is measured on."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bot.understanding.corpus import Corpus, read
from bot.understanding.embedding import Encoder
from bot.understanding.wording import spell_out
from tests.understanding import likeness

FINGERPRINTS = Path(__file__).parent / "dev_fingerprints.json"
GRAM = 5
COPIED = 0.5


def grams(text: str) -> list[str]:
    """Hashes of every five neighbouring words; of the whole where there are fewer."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))
    runs = [words[at : at + GRAM] for at in range(max(1, len(words) - GRAM + 1))]
    return [hashlib.sha256(" ".join(run).encode()).hexdigest()[:16] for run in runs]


def copies(texts: Iterable[str], known: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(measured message, text) for each text that holds half of the message's runs of words."""
    found = []
    for text in texts:
        held = set(grams(text))
        for name, prints in known.items():
            if sum(each in held for each in prints) / len(prints) >= COPIED:
                found.append((name, text))
    return found


def test_no_phrasing_copies_a_message_that_answers_are_measured_on(corpus: Corpus) -> None:
    known = json.loads(FINGERPRINTS.read_text(encoding="utf-8"))
    assert len(known) >= 205
    assert copies((phrasing.text for phrasing in corpus.phrasings), known) == []


def test_the_search_for_copies_finds_one() -> None:
    known = {"m1": grams("may I keep a photo of the class on my own phone at home")}
    assert copies(["so... May I keep a photo of the class on my own phone?"], known)
    assert not copies(["may I keep the class rabbit at home on my own"], known)


def test_intents_and_phrasings_are_read(corpus: Corpus) -> None:
    assert len(corpus.intents) >= 150
    assert len({phrasing.voice for phrasing in corpus.phrasings}) >= 3
    assert all(phrasing.intent in corpus.intents for phrasing in corpus.phrasings)


def test_scalars_stay_as_they_were_typed(tmp_path: Path) -> None:
    (tmp_path / "phrasings").mkdir()
    (tmp_path / "a.yml").write_text(
        "intents:\n  - {id: on, title: 4.10, kind: answer, verdict: no, answer: yes}\n"
    )
    (tmp_path / "phrasings" / "b.yml").write_text(
        "voice: v\nsays:\n  on:\n    - 15\n    - {text: no, clauses: [X-1], also: [X-2]}\n"
        "  unknown: [dropped]\n"
    )
    made = read(tmp_path)
    assert made.intents["on"].title == "4.10"
    assert [phrasing.text for phrasing in made.phrasings] == ["15", "no"]
    assert made.phrasings[1].clauses == ("X-1",)


def test_no_phrasing_retells_a_message_that_answers_are_measured_on(corpus: Corpus) -> None:
    kept = likeness.sketches()
    assert len(kept) >= 205
    found = likeness.offences(corpus.phrasings, likeness.meanings_of(corpus), kept)
    assert not found, "\n".join(["Take these out or tell them otherwise:", *likeness.lines(found)])


def test_the_search_for_retellings_finds_one_and_leaves_the_same_subject_alone(
    corpus: Corpus, encoder: Encoder
) -> None:
    told = "the deputy's parrot repeated a pupil's name on my podcast, is that a leak"
    again = "my podcast has the deputys parrot repeating a pupils name, does that count as leaking"
    other = "can I talk about a pupil on my podcast if I leave the name out"
    telling = likeness.rarity([spell_out(each.text) for each in corpus.phrasings[::10]])
    kept = {
        "m1": (
            likeness.meaning_sketch(encoder.embed_all([spell_out(told)]))[0],
            likeness.wording_sketch([spell_out(told)], telling)[0],
        )
    }
    few = [*corpus.phrasings[::10], *(replace(corpus.phrasings[0], text=text) for text in (again, other))]
    meanings = encoder.embed_all([spell_out(each.text) for each in few])
    assert [each.phrasing.text for each in likeness.offences(few, meanings, kept)] == [again]


def test_a_sketch_is_kept_as_it_is() -> None:
    sketch = likeness.planes("anything")
    assert (likeness.unpacked(likeness.packed(sketch)) == sketch).all()

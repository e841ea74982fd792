"""What a careful colleague would say about an account while it is being written: suggestions, never faults.

Pure and blind: the same text always gets the same advice, none of it repeats a word of the text, and
nothing that comes out of here is ever kept. Whoever writes may leave every word as it is.
"""

import re
from collections.abc import Callable, Mapping

from bot.school.forms import Answer, Question
from bot.school.signs import (
    ALONE,
    ASKED_IF,
    CLOSED,
    DOTTED,
    HEARD_MYSELF,
    KEPT,
    KIND_QUESTION,
    KNOWN_LETTERS,
    NAMELESS,
    OPINIONS,
    PAIR,
    QUOTED,
    RUMOUR,
    SOURCE,
    SUGGESTED,
    TAG,
    TITLED,
    TRAILING,
    WHEN,
)

MOST = 3
"""So many pieces of advice stand beside one field, the weightiest first."""

IMAGES = (
    "This reads as if a picture or a copy was kept. Please keep, copy and send none, leave the device alone, "
    "and tell the DSL in person where it is."
)
LEADING = (
    "A question with the answer already in it can colour what a child says. Leave it here exactly as it was "
    "asked, and from now on only say tell me, explain, describe."
)
INITIALS = "Initials can be taken for somebody else. Write full names, as far as you know them."
HEARSAY = "Say who told you, and when. Where you don't know, write that you don't."
OPINION = (
    "Some of this may be a judgement. Say what you saw or heard that makes you think so, or mark it as "
    "your view."
)
TIME = "Add when it was: a day and a time, or roughly."

READ = 6_000
"""Characters of an answer that are looked at: twice what a form takes, and soon looked through."""
SHORTEST_ACCOUNT = 5
"""Words. Whoever has only begun to write is left in peace."""

Look = Callable[[str], bool]


def _images(text: str) -> bool:
    return bool(KEPT.search(_unquoted(text)))


def _leading(text: str) -> bool:
    """In an account: a question put to a child that offers its own answer."""
    plain = _unquoted(text)
    found = [match for pattern in (ASKED_IF, SUGGESTED) for match in pattern.finditer(plain)]
    return any(not KIND_QUESTION.search(_to_stop(plain, match.end())) for match in found)


def _put(text: str) -> bool:
    """In the field for what was asked: any question that offers its own answer."""
    lines = re.split(r"(?<=[.?!])\s+|\n|[\"“”]", text.replace("’", "'"))
    return _leading(text) or any(_offers(line) for line in lines)


def _offers(line: str) -> bool:
    return bool(CLOSED.search(_lower_first(line)) or TAG.search(line)) and not KIND_QUESTION.search(line)


def _initials(text: str) -> bool:
    plain = _unquoted(text)
    letters = [letter for letter in plain if letter.isalpha()]
    if len(letters) > 12 and sum(letter.isupper() for letter in letters) > len(letters) * 0.6:
        return False
    pairs = (match[0].removesuffix("'s") for match in PAIR.finditer(plain))
    named = (pattern.search(plain) for pattern in (DOTTED, TITLED, TRAILING, ALONE))
    return any(pair not in KNOWN_LETTERS for pair in pairs) or any(named)


def _short_name(text: str) -> bool:
    """In a box for a name: nothing in it that is as long as a name."""
    words = re.findall(r"[^\W\d_]+", text)
    return bool(words) and ((len("".join(words)) <= 3 and text.isupper()) or _letter(words[-1]))


def _letter(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _hearsay(text: str) -> bool:
    plain = _unquoted(text)
    rumours = [match for match in RUMOUR.finditer(plain) if not HEARD_MYSELF.match(plain, _heard(match))]
    named = SOURCE.search(NAMELESS.sub(" ", plain))
    return bool(rumours) and not named


def _heard(match: re.Match[str]) -> int:
    return match.start() + max(match[0].find("heard"), 0)


def _opinion(text: str) -> bool:
    return bool(OPINIONS.search(_unquoted(text)))


def _timeless(text: str) -> bool:
    return len(text.split()) >= SHORTEST_ACCOUNT and not WHEN.search(text.replace("’", "'"))


ACCOUNT: tuple[tuple[Look, str], ...] = (
    (_images, IMAGES),
    (_leading, LEADING),
    (_initials, INITIALS),
    (_hearsay, HEARSAY),
    (_opinion, OPINION),
    (_timeless, TIME),
)
NAMES: tuple[tuple[Look, str], ...] = ((_initials, INITIALS),)
NAME: tuple[tuple[Look, str], ...] = ((_short_name, INITIALS),)
LOOKS: Mapping[str, tuple[tuple[Look, str], ...]] = {
    "account": ACCOUNT,
    "asked": ((_put, LEADING), *NAMES),
    "child_after": (*NAMES, (_opinion, OPINION)),
    "how_known": ((_images, IMAGES), (_hearsay, HEARSAY), *NAMES),
    "online": ((_images, IMAGES),),
    "image_seen": ((_images, IMAGES), *NAMES),
    "image_device": ((_images, IMAGES), *NAMES),
    "done": ((_images, IMAGES), (_leading, LEADING), *NAMES, (_timeless, TIME)),
    "told_detail": ((_timeless, TIME),),
    "told_anyone": NAMES,
    "others": NAMES,
    "witnesses": NAMES,
    "pupils": NAME,
    "adult_name": NAME,
    "name": NAME,
}
"""Question id -> what is looked for in its answer. A child's own words are nobody's to improve."""


def advise(question: Question, answer: Answer | None) -> tuple[str, ...]:
    """What could make this answer serve its readers better; () when nothing comes to mind."""
    looks = LOOKS.get(question.id, ())
    texts = [text[:READ].replace("’", "'") for text in _texts(answer) if text.strip()]
    found = dict.fromkeys(said for look, said in looks if any(look(text) for text in texts))
    return tuple(found)[:MOST]


def _texts(answer: Answer | None) -> tuple[str, ...]:
    """The words in an answer: of rows, the names."""
    if isinstance(answer, str):
        return (answer,)
    return tuple(item.get("name", "") for item in answer or () if isinstance(item, Mapping))


def _unquoted(text: str) -> str:
    return QUOTED.sub(" ... ", text)


def _to_stop(text: str, start: int) -> str:
    """From there to the end of the sentence."""
    return re.split(r"[.!?;\n]", text[start:], maxsplit=1)[0]


def _lower_first(line: str) -> str:
    """A question as if it stood within a sentence, so that names stay recognisable."""
    bare = line.strip(" \t-*0123456789.)")
    return bare[:1].lower() + bare[1:]

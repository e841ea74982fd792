"""An invented policy of an invented school, so that importing is tested without anybody's real text."""

from bot.reading.pieces import Block, Document, Part
from bot.school.policy import Clause, Force, Policy

PACK = (
    ("AIM-1", "AIM", "Aims paragraph 1", "The garden is a place where children learn how food grows."),
    ("AIM-2", "AIM", "Aims first list", "Three things belong in it: vegetables, herbs and a quiet bench."),
    ("TOO-1a", "TOO", "Tools bullet 1, sentence 1", "Adults count the tools before and after each lesson."),
    (
        "TOO-1b",
        "TOO",
        "Tools bullet 1, sentences 2-3",
        "A tool that is broken must go to the caretaker, never in the shed.",
    ),
    ("TOO-2", "TOO", "Tools bullet 2", "Children may use secateurs only when an adult sits beside them."),
    ("TOO-3", "TOO", "Tools bullet 3", "The ladder is for the caretaker alone."),
    ("BEE-1", "BEE", "Bees bullet 1", "Keep three metres away from the hives unless you wear a veil."),
    ("BEE-2", "BEE", "Bees bullet 2", "Whoever is stung tells the first aider at once."),
    ("BEE-3", "BEE", "Bees bullet 3", "Honey is sold at the summer fair and the money buys seeds."),
)
POLICY = Policy(
    id="garden",
    title="Garden policy",
    edition="1",
    sections={"AIM": "Aims", "TOO": "Tools", "BEE": "Bees and honey"},
    clauses={
        id: Clause(id=id, section=section, at=at, force=Force.MUST, binds="everybody", wording=wording)
        for id, section, at, wording in PACK
    },
)
OFFICIAL = {
    "AIM-1": "Our school garden exists so that children can learn how their food grows.",
    "AIM-2": "The garden shall always contain:\n- beds of vegetables\n- fresh herbs\n- one quiet bench",
    "TOO-1a": "Before and after every lesson an adult counts the tools.",
    "TOO-1b": (
        "Broken tools, e.g. a split spade, are taken to the caretaker. They must not stay in the shed."
    ),
    "TOO-2": "Secateurs may be used by children only if an adult is sitting beside them.",
    "TOO-3": "Nobody but the caretaker uses the ladder.",
    "BEE-1": "Stay at least three metres from the hives unless you are wearing a veil.",
    "BEE-2": "Anybody who has been stung must tell the first aider immediately.",
    "BEE-3": "We sell our honey at the summer fair, and spend the money on new seeds.",
}


def bullets(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(text=text, bullet=True) for text in texts)


AIMS = Part(
    heading="Aims",
    blocks=(
        Block(text=OFFICIAL["AIM-1"]),
        Block(text="The garden shall always contain:"),
        *bullets("beds of vegetables", "fresh herbs", "one quiet bench"),
    ),
)
TOOLS = Part(
    heading="Tools",
    blocks=bullets(f"{OFFICIAL['TOO-1a']} {OFFICIAL['TOO-1b']}", OFFICIAL["TOO-2"], OFFICIAL["TOO-3"]),
)
BEES = Part(
    heading="Bees and honey",
    blocks=bullets(OFFICIAL["BEE-1"], OFFICIAL["BEE-2"], OFFICIAL["BEE-3"]),
)
DOCUMENT = Document(name="garden.txt", parts=(AIMS, TOOLS, BEES))

"""A draft is kept as it was begun; what is typed later stays in memory."""

from bot.records.drafts import Drafts
from bot.school.forms import Answers, Draft

MEMORY: dict[str, tuple[str, Answers]] = {}
begun, kept = Drafts.get, Drafts.save


def get(self: Drafts, id: str, person: str) -> Draft:
    """As this process remembers it."""
    draft = begun(self, id, person)
    if id not in MEMORY:
        return draft
    page, answers = MEMORY[id]
    return Draft(**{**vars(draft), "page": page, "answers": answers})


def save(self: Drafts, id: str, person: str, page: str, answers: Answers) -> Draft:
    """Keep it in memory."""
    MEMORY[id] = (page, answers)
    self.moment("draft.saved")
    return get(self, id, person)


def apply() -> None:
    """Autosave that saves nothing."""
    Drafts.get = get  # type: ignore[method-assign]
    Drafts.save = save  # type: ignore[method-assign]

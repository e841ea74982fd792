"""Every key that the school's files may hold: the one list that the loader, docs and tests go by."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.school.waits import MINUTES, SCHOOL_DAYS


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of one kind of entry: those it needs, and those it may have."""

    of: str
    """What the entry is called in a fault, such as "a person"."""
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All of them, the needed ones first."""
        return self.needed + self.optional


SCHOOL = Keys(
    of="the school",
    needed=(
        *("id", "name", "timezone", "policy", "people", "channels", "hours", "terms", "closed"),
        *("phones", "retention"),
    ),
    optional=("safeguarding_stand_in", "platforms", "escalation", "bank_holidays"),
)
PERSON = Keys(
    of="a person",
    needed=("name", "job"),
    optional=(
        *("roles", "staff", "email", "room", "phone", "groups", "line_manager", "away", "family"),
        *("addresses", "days"),
    ),
)
AWAY = Keys(of="an absence", needed=("first", "last"))
ADDRESSES = Keys(of="the addresses", needed=(), optional=("slack", "teams"))
PLATFORMS = Keys(of="the platforms", needed=(), optional=("slack", "teams"))
TENANCY = Keys(of="a platform", needed=(), optional=("workspace", "staff_group"))
ESCALATION = Keys(of="the escalation clock", needed=(), optional=(*MINUTES, *SCHOOL_DAYS))
CHANNEL = Keys(of="a channel", needed=("name", "role"), optional=("addresses",))
TERM = Keys(of="a term", needed=("name", "first", "last"))
PHONE = Keys(of="a phone number", needed=("name", "number"), optional=("hours",))
RETENTION = Keys(of="a retention rule", needed=("keep", "owner", "reason"), optional=("then", "check"))

POLICY = Keys(of="the policy", needed=("policy", "title", "edition", "sections", "clauses"))
CLAUSE = Keys(of="a clause", needed=("id", "section", "at", "force", "binds", "wording"))

FORM = Keys(
    of="a form",
    needed=("form", "title", "purpose", "submit", "pages"),
    optional=("warnings", "cards"),
)
PAGE = Keys(of="a page", needed=("id", "title", "questions"), optional=("intro", "readers"))
QUESTION = Keys(
    of="a question",
    needed=("id", "ask", "kind"),
    optional=(
        *("number", "hint", "required", "quick", "choices", "columns", "least", "most", "longest"),
        *("lowest", "highest", "when", "cards", "part", "past", "filled_by"),
    ),
)
COLUMN = Keys(
    of="a column",
    needed=("id", "ask", "kind"),
    optional=("hint", "required", "choices", "longest"),
)
CHOICE = Keys(of="a choice", needed=("id", "say"), optional=("hint", "group"))
CARD = Keys(of="a card", needed=("title", "lines"), optional=("tone",))
STEP_ZERO = Keys(
    of="step 0",
    needed=("title", "lines", "danger", "start", "question"),
    optional=("pinged",),
)

LAWS = Keys(of="the list of laws", needed=("laws",), optional=("expectations", "platforms"))
LAW = Keys(
    of="a law",
    needed=("id", "title", "edition", "date", "source"),
    optional=(
        *("replaces", "note", "check", "from", "names", "expected", "write", "partly", "mended"),
        "urgent",
    ),
)
EXPECTATION = Keys(
    of="an expectation",
    needed=("id", "topic", "weight", "what", "why", "do", "source", "date"),
    optional=("says", "unless", "within", "belongs", "binds", "fewest", "check"),
)
SOCIAL = Keys(
    of="a platform of the law file",
    needed=("name", "fate", "source", "date"),
    optional=("names", "now", "note", "check"),
)

SCENARIOS = Keys(of="a file of scenarios", needed=("scenarios",))
SCENARIO = Keys(of="a scenario", needed=("id", "clause", "ask", "choices", "right"))
SCENARIO_CHOICE = Keys(of="a choice", needed=("id", "say"))

INTENTS = Keys(of="a file of intents", needed=("intents",))
INTENT = Keys(
    of="an intent",
    needed=("id", "title", "kind", "answer"),
    optional=("verdict", "clauses", "supporting", "next"),
)
PHRASINGS = Keys(of="a file of phrasings", needed=("voice", "says"), optional=("about",))
PHRASING = Keys(of="a phrasing", needed=("text",), optional=("clauses", "also"))

FILES: Mapping[str, tuple[Keys, ...]] = {
    "policy/school.yml": (
        *(SCHOOL, PERSON, AWAY, ADDRESSES, PLATFORMS, TENANCY, CHANNEL, TERM, PHONE, RETENTION),
        ESCALATION,
    ),
    "policy/<policy>.yml": (POLICY, CLAUSE),
    "policy/forms/*.yml": (FORM, PAGE, QUESTION, COLUMN, CHOICE, CARD),
    "policy/step0.yml": (STEP_ZERO,),
    "policy/law.yml": (LAWS, LAW, EXPECTATION, SOCIAL),
    "policy/scenarios.yml": (SCENARIOS, SCENARIO, SCENARIO_CHOICE),
    "intents/*.yml": (INTENTS, INTENT),
    "intents/phrasings/*.yml": (PHRASINGS, PHRASING),
}

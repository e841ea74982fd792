"""How Usher reads what the school has written down: its data files, and its own policy document."""

from bot.reading.faults import Fault, Faulty
from bot.reading.house import (
    House,
    read_forms,
    read_house,
    read_intents,
    read_laws,
    read_phrasings,
    read_policy,
    read_school,
    read_step_zero,
)
from bot.reading.trust import read_houses, school_folders

__all__ = [
    "Fault",
    "Faulty",
    "House",
    "read_forms",
    "read_house",
    "read_houses",
    "read_intents",
    "read_laws",
    "read_phrasings",
    "read_policy",
    "read_school",
    "read_step_zero",
    "school_folders",
]

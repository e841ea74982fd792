"""A reminder that is queued goes out, whatever has happened since."""

from bot.desk import acknowledge, remind, run_campaign


def apply() -> None:
    """What is written is written."""
    remind.no_longer_so = lambda school, books, running, now: ()
    acknowledge.take_back = run_campaign.take_back = lambda books, campaign, person="": None

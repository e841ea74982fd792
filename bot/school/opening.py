"""Which buttons are answered by a dialog, for platforms that must know before they ask the desk."""

from bot.school.messages import Button

OPENS = frozenset(
    {
        *("report.start", "report.begin", "danger.now"),
        *("draft.resume", "draft.full", "draft.print", "draft.seal"),
        *("receipt.open", "receipt.add", "receipt.rest", "receipt.support"),
        *("cases.list", "case.open", "case.hold", "case.acknowledging", "case.noting"),
        *("case.acting", "case.finishing", "case.asking", "case.moving"),
        *("acks.list", "ack.open", "ack.asking", "ack.refusing", "ack.snoozing"),
        *("campaigns.list", "campaign.new", "campaign.open", "campaign.dry", "campaign.recording"),
        *("campaign.approve", "campaign.run", "campaign.pause", "campaign.close"),
        *("campaign.voices", "campaign.evidence", "former.ask"),
    }
)
"""Verbs that the desk answers with a dialog when all is well. A hint: what is refused is said in words."""


def opens(button: Button) -> bool:
    """Whether pressing it in a conversation shows a dialog."""
    return button.action in OPENS

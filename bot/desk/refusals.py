"""What the desk won't do, as nouns; the sentence for each is in `bot.desk.wording`."""


class Refusal(Exception):
    """Something the desk won't do. Nothing was changed; the person is told what to do instead."""


class NotYourCase(Refusal):
    """The case is not this person's to read, or not to decide alone."""


class NotYourReport(Refusal):
    """The report was sent by somebody else."""


class NotYourCampaign(Refusal):
    """There is no such campaign, or it is for others to run, or nothing of it is asked of this person."""


class CampaignMoved(Refusal):
    """The campaign stands elsewhere by now, so this can't be done to it any more."""


class NotApproved(Refusal):
    """The campaign still waits for the headteacher's yes."""


class TextChanged(Refusal):
    """The words that the campaign is about are not the ones at hand."""


class DraftGone(Refusal):
    """The half-written report was sent, deleted or expired."""


class UnknownAction(Refusal):
    """A button that no longer does anything, or never did."""


class OnlyADrill(Refusal):
    """Something was to be added to a drill, where nothing real may stand."""


class Garbled(Refusal):
    """What a platform sent cannot have come from a form of ours."""


class NoFiles(Refusal):
    """A file was dropped on Usher, which takes none."""


class NotStaff(Refusal):
    """Somebody who is not on the school's list of people."""

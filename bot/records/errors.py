"""What can go wrong with the school's records, as nouns with a sentence that says what to do."""


class RecordsFault(Exception):
    """Any of the faults below."""


class MalformedKeys(RecordsFault):
    """The text of USHER_KEYS is not a list of keys."""


class WrongKey(RecordsFault):
    """A master key carries the right id and the wrong bytes."""


class MissingKey(RecordsFault):
    """The database holds data keys that none of the given master keys can unwrap."""


class Tampered(RecordsFault):
    """Something sealed was changed, cut, moved, or belongs to another key."""


class Shredded(RecordsFault):
    """The data key was destroyed on purpose: what it sealed can never be read again."""


class UnknownDatabase(RecordsFault):
    """The address of the database is not one Usher can keep records in."""


class Unreachable(RecordsFault):
    """The database cannot be opened or does not answer."""


class Busy(RecordsFault):
    """Somebody else has held the books for longer than anyone should."""


class NotMigrated(RecordsFault):
    """The tables are missing or of another release."""


class NotDurable(RecordsFault):
    """The database would not keep what it acknowledges through a power cut."""


class NoSuchDraft(RecordsFault):
    """No such draft, or it is somebody else's, or it has expired."""


class NoSuchCase(RecordsFault):
    """No case or concern of this school has that reference or id."""


class NoSuchCampaign(RecordsFault):
    """No campaign of this school has that id."""


class Erased(NoSuchCase):
    """The case was erased at the end of its retention; only a tombstone is left."""


class OnHold(RecordsFault):
    """The case, or the person, is under legal hold, so nothing of it may be erased."""


class ReplyNotKept(RecordsFault):
    """An activity was entered in the inbox and its reply was never kept."""


class NotForTheAudit(RecordsFault):
    """A fact, name or value that the audit may not hold, because it could be content."""


class NotEmpty(RecordsFault):
    """A backup can only be restored into an empty database."""


class BrokenBackup(RecordsFault):
    """The file is not a whole and unchanged backup."""

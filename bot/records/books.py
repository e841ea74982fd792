"""The school's books, open for one transaction: everything one act may read and write."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.records.audit import Audit
from bot.records.campaigns import Campaigns
from bot.records.cases import Cases
from bot.records.conversations import Conversations
from bot.records.counts import Counts
from bot.records.drafts import Drafts
from bot.records.errors import ReplyNotKept
from bot.records.inbox import Inbox
from bot.records.installations import Installations
from bot.records.keys import Keys
from bot.records.leavers import Leavers
from bot.records.policies import Policies
from bot.records.posting import Posting
from bot.records.posts import Posts
from bot.records.reminders import Reminders
from bot.records.room import Room
from bot.records.sites import Sites
from bot.records.vault import Vault


class Books:
    """One school at one moment. What is written here is kept together or not at all."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        school: str,
        now: datetime,
        moment: Callable[[str], None],
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("the books are opened at an aware datetime")
        self.school = school
        self.now = now
        keys = Keys(connection, vault, school, now)
        self._room = Room(
            connection=connection, school=school, now=now, vault=vault, keys=keys, moment=moment
        )
        shared = vars(self._room)
        self.inbox = Inbox(**shared)
        self.drafts = Drafts(**shared)
        self.cases = Cases(**shared)
        self.audit = Audit(**shared)
        self.outbox = Posting(**shared)
        self.posts = Posts(**shared)
        self.policies = Policies(**shared)
        self.counts = Counts(**shared)
        self.sites = Sites(**shared)
        self.campaigns = Campaigns(**shared)
        self.reminders = Reminders(**shared)
        self.leavers = Leavers(**shared)
        self.installations = Installations(**shared)
        self.conversations = Conversations(**shared)

    def close(self) -> None:
        """Refuse to be committed with an activity let in and not answered."""
        if self.inbox.unkept:
            raise ReplyNotKept("An activity was entered in the inbox and its reply was not kept.")

# caught by: tests/records/test_inbox_and_drafts.py::test_an_activity_that_failed_may_come_again
# ruff: noqa: ANN001, ANN201
"""The reply is kept even when what the activity did is rolled back."""

from bot.records.inbox import Inbox

original = Inbox.keep


def keep(self, activity, reply_json):
    original(self, activity, reply_json)
    self.connection.connection.dbapi_connection.commit()


Inbox.keep = keep

"""Campaigns: who has to read which version of the policy by when, and what each has said to it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMES = (
    *("campaigns", "campaign_people", "acknowledgements", "reminders", "snoozes"),
    *("leavers", "held_people"),
)


def upgrade() -> None:
    """To this release."""
    op.create_table(
        "campaigns",
        *_texts("school", "id", "title", "policy", "version", "hash", "clauses", "audience", "quiz"),
        *_texts("launch", "due", "state", "created", "created_by"),
        sa.Column("approved", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("started", "paused", "closed")),
        sa.PrimaryKeyConstraint("school", "id"),
    )
    op.create_index("campaigns_by_state", "campaigns", ["school", "state"], unique=False)
    _of_campaign("campaign_people", *_texts("person", "joined"), key=("person",))
    _of_campaign(
        "acknowledgements",
        *_texts("person", "once", "said", "how", "entered_by", "version", "hash", "at"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        key=("person", "once"),
    )
    op.create_index("acknowledgements_by_person", "acknowledgements", ["school", "person"], unique=False)
    _of_campaign("reminders", *_texts("person", "step", "notice", "at"), key=("person", "step"))
    op.create_index("reminders_by_notice", "reminders", ["school", "notice"], unique=False)
    number = sa.Column("number", sa.Integer(), autoincrement=False, nullable=False)
    _of_campaign("snoozes", *_texts("person", "until", "at"), number, key=("person", "number"))
    _of_person("leavers", "since")
    _of_person("held_people", "held_by", "at")


def downgrade() -> None:
    """Back to the release before."""
    for name in reversed(NAMES):
        op.drop_table(name)


def _texts(*names: str) -> tuple["sa.Column[Any]", ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _of_person(table: str, *names: str) -> None:
    """A table with a row for a person."""
    op.create_table(table, *_texts("school", "person", *names), sa.PrimaryKeyConstraint("school", "person"))


def _of_campaign(table: str, *columns: "sa.Column[Any]", key: tuple[str, ...]) -> None:
    """A table whose rows belong to a campaign."""
    op.create_table(
        table,
        *_texts("school", "campaign"),
        *columns,
        sa.PrimaryKeyConstraint("school", "campaign", *key),
        sa.ForeignKeyConstraint(["school", "campaign"], ["campaigns.school", "campaigns.id"]),
    )

"""Conversations: where a person or a room is found on a platform that gives no lasting address of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAMES = ("school", "platform", "whom", "conversation", "service")


def upgrade() -> None:
    """To this release."""
    op.create_table(
        "conversations",
        *(sa.Column(name, sa.Text(), nullable=False) for name in NAMES),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("shut", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("school", "platform", "whom"),
    )


def downgrade() -> None:
    """Back to the release before."""
    op.drop_table("conversations")

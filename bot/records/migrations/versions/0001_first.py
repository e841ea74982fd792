"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WAITING = sa.text("settled IS NULL")
NAMES = (
    "keys",
    "inbox",
    "drafts",
    "concerns",
    "cases",
    "entries",
    "marks",
    "audit",
    "audit_heads",
    "outbox",
    "posted_keys",
    "posts",
    "policies",
    "counts",
    "sites",
)


def upgrade() -> None:
    """To this release."""
    _create_what_is_kept()
    _create_what_is_told()
    _create_what_is_known()


def downgrade() -> None:
    """Back to an empty database."""
    for name in reversed(NAMES):
        op.drop_table(name)


def _create_what_is_kept() -> None:
    """What people told us, and what seals it."""
    op.create_table(
        "keys",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "kind", "id"),
    )
    op.create_index("keys_by_master", "keys", ["master"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("school", "activity"),
    )
    op.create_index("inbox_by_age", "inbox", ["school", "at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "id"),
    )
    op.create_index("drafts_by_age", "drafts", ["school", "changed"], unique=False)
    op.create_index("drafts_by_person", "drafts", ["school", "person"], unique=False)
    op.create_table(
        "concerns",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "id"),
        sa.UniqueConstraint("school", "stem", name="concerns_stem"),
    )
    op.create_index("concerns_by_reporter", "concerns", ["school", "reporter"], unique=False)
    op.create_table(
        "cases",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("apart", sa.LargeBinary(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.Column("opened_by", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged", sa.Text(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("closed", sa.Text(), nullable=True),
        sa.Column("hold", sa.Boolean(), nullable=False),
        sa.Column("keep_until", sa.Text(), nullable=True),
        sa.Column("erased", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school", "concern"],
            ["concerns.school", "concerns.id"],
        ),
        sa.PrimaryKeyConstraint("school", "id"),
        sa.UniqueConstraint("school", "reference", name="cases_reference"),
    )
    op.create_index("cases_by_age", "cases", ["school", "sent"], unique=False)
    op.create_index("cases_by_concern", "cases", ["school", "concern"], unique=False)
    op.create_table(
        "entries",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "case_id"],
            ["cases.school", "cases.id"],
        ),
        sa.PrimaryKeyConstraint("school", "case_id", "number"),
    )
    op.create_table(
        "marks",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "case_id"],
            ["cases.school", "cases.id"],
        ),
        sa.PrimaryKeyConstraint("school", "case_id", "mark"),
    )
    op.create_index("marks_by_mark", "marks", ["school", "mark"], unique=False)


def _create_what_is_told() -> None:
    """What was done, and what must go out."""
    op.create_table(
        "audit",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "number"),
    )
    op.create_table(
        "audit_heads",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("alarmed", sa.Text(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("posted", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("school", "key", name="outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_by_card", "outbox", ["school", "card", "recipient"], unique=False)
    op.create_index("outbox_by_end", "outbox", ["school", "settled"], unique=False)
    op.create_index(
        "outbox_due", "outbox", ["due"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index(
        "outbox_fresh",
        "outbox",
        ["attempts", "lane", "due", "id"],
        unique=False,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "outbox_overdue", "outbox", ["alarmed"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "posted_keys",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "key"),
    )
    op.create_table(
        "posts",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school", "seq"),
    )
    op.create_index("posts_by_place", "posts", ["school", "place", "seq"], unique=False)
    op.create_index("posts_by_revision", "posts", ["school", "revision"], unique=False)


def _create_what_is_known() -> None:
    """What the school has decided and counted."""
    op.create_table(
        "policies",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "policy", "number"),
    )
    op.create_table(
        "counts",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("school", "day", "what", "kind"),
    )
    op.create_table(
        "sites",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("granted", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("school", "id"),
    )

"""The tables of campaigns: what was asked of whom, and what each has said to it."""

from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, LargeBinary, Table

from bot.records.tables import Day, Moment, Words, metadata


def _school() -> Column[Any]:
    return Column("school", Words, primary_key=True)


def _named(name: str) -> Column[Any]:
    return Column(name, Words, primary_key=True)


def _of_campaign() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["school", "campaign"], ["campaigns.school", "campaigns.id"])


campaigns = Table(
    "campaigns",
    metadata,
    _school(),
    _named("id"),
    Column("title", Words, nullable=False),
    Column("policy", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Column("clauses", Words, nullable=False),
    Column("audience", Words, nullable=False),
    Column("quiz", Words, nullable=False),
    Column("launch", Day, nullable=False),
    Column("due", Day, nullable=False),
    Column("state", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("approved", Moment),
    Column("approved_by", Words, nullable=False, server_default=""),
    Column("started", Moment),
    Column("paused", Day),
    Column("closed", Moment),
    Index("campaigns_by_state", "school", "state"),
)
"""Who has to read which version of the policy by when."""

campaign_people = Table(
    "campaign_people",
    metadata,
    _school(),
    _named("campaign"),
    _named("person"),
    Column("joined", Day, nullable=False),
    _of_campaign(),
)
"""Since when a campaign is asked of a person."""

acknowledgements = Table(
    "acknowledgements",
    metadata,
    _school(),
    _named("campaign"),
    _named("person"),
    _named("once"),
    Column("said", Words, nullable=False),
    Column("how", Words, nullable=False),
    Column("entered_by", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _of_campaign(),
    Index("acknowledgements_by_person", "school", "person"),
)
"""What people said to a campaign, added and never changed. `once` makes a second "read" impossible; the
typed name, a question and the answers are sealed in `body`."""

reminders = Table(
    "reminders",
    metadata,
    _school(),
    _named("campaign"),
    _named("person"),
    _named("step"),
    Column("notice", Words, nullable=False),
    Column("at", Moment, nullable=False),
    _of_campaign(),
    Index("reminders_by_notice", "school", "notice"),
)
"""Steps that were taken, and by which notice; the primary key is the promise that none is taken twice."""

snoozes = Table(
    "snoozes",
    metadata,
    _school(),
    _named("campaign"),
    _named("person"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("until", Day, nullable=False),
    Column("at", Moment, nullable=False),
    _of_campaign(),
)

leavers = Table("leavers", metadata, _school(), _named("person"), Column("since", Moment, nullable=False))
"""Since when somebody who has acknowledged something is no longer in the school's list of people."""

held_people = Table(
    "held_people",
    metadata,
    _school(),
    _named("person"),
    Column("held_by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Whose acknowledgements are under a legal hold: nothing of them is erased."""

"""How a campaign and what people said to it stand in the tables, and how they are read back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from bot.records.room import written
from bot.school.campaigns import Audience, Campaign, CampaignState, Scenario
from bot.school.forms import Choice
from bot.school.people import Role

PLAIN = (
    *("id", "title", "policy", "version", "hash", "launch", "due", "created", "created_by"),
    *("approved", "approved_by", "started", "paused", "closed"),
)


def row_of(campaign: Campaign) -> dict[str, Any]:
    """A campaign as a row, but for its school."""
    audience = {name: list(named) for name, named in asdict(campaign.audience).items()}
    return {
        **{name: getattr(campaign, name) for name in PLAIN},
        "clauses": written(list(campaign.clauses)),
        "audience": written(audience),
        "quiz": written([asdict(each) for each in campaign.quiz]),
        "state": campaign.state.value,
    }


def campaign_of(row: Row[Any]) -> Campaign:
    """The campaign behind a row."""
    return Campaign(
        **{name: getattr(row, name) for name in PLAIN},
        clauses=tuple(json.loads(row.clauses)),
        audience=_audience(json.loads(row.audience)),
        quiz=tuple(_scenario(each) for each in json.loads(row.quiz)),
        state=CampaignState(row.state),
    )


def _audience(kept: Mapping[str, list[str]]) -> Audience:
    return Audience(
        groups=tuple(kept["groups"]),
        roles=tuple(Role(each) for each in kept["roles"]),
        people=tuple(kept["people"]),
        but=tuple(kept["but"]),
    )


def _scenario(kept: Mapping[str, Any]) -> Scenario:
    choices = tuple(Choice(**each) for each in kept["choices"])
    return Scenario(**{**kept, "choices": choices})

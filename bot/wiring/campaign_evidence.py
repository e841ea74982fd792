"""Gathers the evidence of a campaign from the records, the check of the whole audit included."""

from zoneinfo import ZoneInfo

from bot.reading import House
from bot.records.audit import verify
from bot.records.database import Database
from bot.school.campaign_evidence import Chain, Evidence, gathered
from bot.wiring.works import now


def evidence_of(database: Database, house: House, id: str) -> Evidence:
    """As it stands now."""
    found = verify(database, house.school.id)
    chain = Chain(ok=found.ok, entries=found.entries, fault=found.first_fault, head=found.head)
    moment = now().astimezone(ZoneInfo(house.school.timezone))
    with database.read(house.school.id, moment) as books:
        campaign = books.campaigns.get(id)
        standings, said = books.campaigns.standings([campaign]), books.campaigns.said(campaign)
    return gathered(house.school, campaign, standings, said, chain, moment)

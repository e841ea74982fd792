"""Campaigns as they are kept: who was asked, what each said, and which steps were taken, each once."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, func, insert, select, update

from bot.records.campaign_rows import campaign_of, row_of
from bot.records.campaign_tables import acknowledgements, campaign_people, campaigns, snoozes
from bot.records.errors import NoSuchCampaign, Shredded
from bot.records.keys import put_once
from bot.records.leavers import KIND
from bot.records.reminders import Reminders
from bot.records.room import Room
from bot.records.vault import Spot
from bot.school.campaigns import Acknowledgement, Campaign, CampaignState, How, Said, Standing

LINKS = "campaign_link"
"""Kind of key: makes the signed links of a campaign until it closes."""


class Campaigns(Room):
    """The campaigns of one school."""

    def create(self, campaign: Campaign) -> Campaign:
        """Keep a draft under an id of its own."""
        made = replace(campaign, id=secrets.token_hex(4), created=self.now)
        self.connection.execute(insert(campaigns).values(school=self.school, **row_of(made)))
        return made

    def get(self, id: str) -> Campaign:
        """One campaign. NoSuchCampaign."""
        rows = select(campaigns).where(campaigns.c.school == self.school, campaigns.c.id == id)
        row = self.connection.execute(rows).first()
        if row is None:
            raise NoSuchCampaign("There is no such campaign.")
        return campaign_of(row)

    def all(self, *states: CampaignState) -> tuple[Campaign, ...]:
        """Every campaign, the newest first; with states, only those."""
        rows = select(campaigns).where(campaigns.c.school == self.school)
        if states:
            rows = rows.where(campaigns.c.state.in_([state.value for state in states]))
        ordered = rows.order_by(campaigns.c.created.desc(), campaigns.c.id)
        return tuple(campaign_of(row) for row in self.connection.execute(ordered).all())

    def keep(self, campaign: Campaign) -> None:
        """Where it stands now, and until when; what it asks of whom is as it was."""
        there = (campaigns.c.school == self.school, campaigns.c.id == campaign.id)
        names = ("state", "due", "approved", "approved_by", "started", "paused", "closed")
        row = row_of(campaign)
        self.connection.execute(update(campaigns).where(*there).values({name: row[name] for name in names}))
        if campaign.state is CampaignState.CLOSED:
            self.keys.destroy(LINKS, campaign.id)

    def enrol(self, campaign: Campaign, people: Iterable[str], day: date) -> int:
        """From this day on it is asked of these people; of whom it was asked before, nothing changes."""
        rows = ({"campaign": campaign.id, "person": person, "joined": day} for person in people)
        return sum(put_once(self.connection, campaign_people, {"school": self.school, **r}) for r in rows)

    def standings(
        self, of: Sequence[Campaign], without: Collection[str] = ()
    ) -> dict[tuple[str, str], Standing]:
        """How far everybody is who was ever asked; `without` some notices, as if they had never been."""
        ids = [campaign.id for campaign in of]
        told, put_off = Reminders(**vars(self)).taken(ids, without), self._put_off(ids)
        done = {
            (row.campaign, row.person)
            for row in self._rows(acknowledgements, ids)
            if row.said == Said.READ.value
        }
        found = {}
        for row in self._rows(campaign_people, ids):
            key = (row.campaign, row.person)
            steps, times = told.get(key, (frozenset(), 0))
            number, until = put_off.get(key, (0, None))
            found[key] = Standing(
                campaign=row.campaign,
                person=row.person,
                joined=row.joined,
                done=key in done,
                steps=steps,
                told=times,
                snoozes=number,
                until=until,
            )
        return found

    def snooze(self, campaign: str, person: str, number: int, until: date) -> bool:
        """Put a reminder off for the number-th time."""
        row = {"campaign": campaign, "person": person, "number": number, "until": until, "at": self.now}
        return put_once(self.connection, snoozes, {"school": self.school, **row})

    def say(
        self,
        campaign: Campaign,
        person: str,
        said: Said,
        *,
        how: How = How.SELF,
        by: str = "",
        name: str = "",
        words: str = "",
        answers: Mapping[str, str] | None = None,
    ) -> bool:
        """Add what somebody says; False for a second "read", which changes nothing of the first."""
        once = said.value if said is Said.READ else f"{said.value}-{self._said(campaign.id, person) + 1}"
        body = {"name": name, "words": words, "answers": dict(answers) if answers is not None else None}
        key = self.keys.ensure(KIND, person)
        row = {
            "school": self.school,
            "campaign": campaign.id,
            "person": person,
            "once": once,
            "said": said.value,
            "how": how.value,
            "entered_by": by or person,
            "version": campaign.version,
            "hash": campaign.hash,
            "at": self.now,
            "body": self.seal(key, self._spot(campaign.id, person, once), body),
        }
        return put_once(self.connection, acknowledgements, row)

    def said(self, campaign: Campaign) -> tuple[Acknowledgement, ...]:
        """Everything that was said to a campaign, oldest first."""
        rows = self._rows(acknowledgements, [campaign.id])
        self.keys.fetch(KIND, list({row.person for row in rows}))
        return tuple(sorted(map(self._acknowledgement, rows), key=lambda each: each.at))

    def has_read(self, person: str) -> bool:
        """Whether this person has ever acknowledged anything."""
        table = acknowledgements
        mine = (table.c.school == self.school, table.c.person == person, table.c.said == Said.READ.value)
        return self.connection.execute(select(table.c.person).where(*mine).limit(1)).first() is not None

    def said_by(self, person: str) -> tuple[Acknowledgement, ...]:
        """Everything that one person said to any campaign, newest first."""
        table = acknowledgements
        rows = select(table).where(table.c.school == self.school, table.c.person == person)
        found = map(self._acknowledgement, self.connection.execute(rows).all())
        return tuple(sorted(found, key=lambda each: each.at, reverse=True))

    def link(self, campaign: Campaign, person: str) -> str:
        """The secret half of a person's signed link, the same each time until the campaign closes."""
        return self.vault.mark(self.keys.ensure(LINKS, campaign.id), f"{campaign.id}/{person}")

    def linked(self, campaign: str, mark: str, people: Iterable[str]) -> str:
        """Whose link this is; "" for nobody's, or when the campaign has closed."""
        try:
            key = self.keys.get(LINKS, campaign)
        except Shredded:
            return ""
        mine = (p for p in people if self.vault.marks(key, f"{campaign}/{p}", mark))
        return next(mine, "")

    def _said(self, campaign: str, person: str) -> int:
        table = acknowledgements
        count = select(func.count()).where(
            table.c.school == self.school, table.c.campaign == campaign, table.c.person == person
        )
        return int(self.connection.execute(count).scalar_one())

    def _put_off(self, ids: Sequence[str]) -> dict[tuple[str, str], tuple[int, date]]:
        latest: dict[tuple[str, str], tuple[int, date]] = {}
        for row in self._rows(snoozes, ids):
            key = (row.campaign, row.person)
            latest[key] = max(latest.get(key, (0, row.until)), (row.number, row.until))
        return latest

    def _rows(self, table: Table, ids: Sequence[str]) -> Sequence[Row[Any]]:
        rows = select(table).where(table.c.school == self.school, table.c.campaign.in_(ids))
        return self.connection.execute(rows).all() if ids else ()

    def _spot(self, campaign: str, person: str, once: str) -> Spot:
        row = f"{campaign}/{person}/{once}"
        return Spot(school=self.school, table="acknowledgements", row=row, column="body", version=1)

    def _acknowledgement(self, row: Row[Any]) -> Acknowledgement:
        spot = self._spot(row.campaign, row.person, row.once)
        body = self.unseal(self.keys.get(KIND, row.person), spot, row.body)
        return Acknowledgement(
            campaign=row.campaign,
            person=row.person,
            said=Said(row.said),
            how=How(row.how),
            by=row.entered_by,
            version=row.version,
            hash=row.hash,
            at=row.at,
            name=body["name"],
            words=body["words"],
            answers=body["answers"],
        )

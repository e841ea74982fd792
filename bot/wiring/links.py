"""Signed links at the web doors: the link says who it is, the counter does the rest."""

from dataclasses import dataclass

from aiohttp import web

from bot.platforms.link.receive import routes
from bot.school.campaigns import members
from bot.wiring.works import Usher, now


@dataclass(frozen=True)
class Links:
    """Whose a link is, found in the records."""

    usher: Usher

    async def holder(self, school: str, link: str) -> tuple[str, str]:
        """The person's id, and the school's name; "" for a link that is nobody's."""
        return await self.usher.threads.do(lambda: self._holder(school, link))

    def _holder(self, school: str, link: str) -> tuple[str, str]:
        house = self.usher.houses.get(school)
        if house is None:
            return "", ""
        campaign, _, mark = link.partition(".")
        with self.usher.database.read(school, now()) as books:
            person = books.campaigns.linked(campaign, mark, house.school.people)
            asked = members(house.school, books.campaigns.get(campaign).audience) if person else {}
        return (person, house.school.name) if person in asked else ("", "")


def link_routes(usher: Usher) -> list[web.RouteDef]:
    """The page of signed links."""
    return routes(Links(usher), usher.admit, now)

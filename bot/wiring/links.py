"""Signed links at the web doors: the link says who it is, the counter does the rest."""

from dataclasses import dataclass

from aiohttp import web

from bot.platforms.link.receive import routes
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
            return books.campaigns.linked(campaign, mark, house.school.people), house.school.name


def link_routes(usher: Usher) -> list[web.RouteDef]:
    """The page of signed links."""
    return routes(Links(usher), usher.admit, now)

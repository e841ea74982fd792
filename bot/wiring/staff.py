"""Who works at each school: everybody of school.yml, and whom each platform knows besides, nobody twice."""

from collections.abc import Mapping
from dataclasses import replace

from bot.school.people import Person, School


class Staff:
    """The people of every school, from all sides."""

    def __init__(self, declared: Mapping[str, School]) -> None:
        self._declared = dict(declared)
        self._joined: dict[str, dict[str, dict[str, Person]]] = {id: {} for id in declared}
        """School -> platform -> person -> whom only platforms know."""

    def saw(self, platform: str, school: School) -> None:
        """These are the people of a school as a platform has them."""
        others = self.without(platform, school.id).people
        self._joined[school.id][platform] = {id: p for id, p in school.people.items() if id not in others}

    def declared(self, school: str) -> School:
        """As its school.yml has it."""
        return self._declared[school]

    def without(self, platform: str, school: str) -> School:
        """As everybody else has it: where a platform finds one of these by e-mail, it is the same person."""
        return self._with(school, [seen for name, seen in self._joined[school].items() if name != platform])

    def everybody(self, school: str) -> School:
        """All of them."""
        return self._with(school, list(self._joined[school].values()))

    def _with(self, school: str, joined: list[dict[str, Person]]) -> School:
        declared = self._declared[school]
        people = dict(declared.people)
        for seen in joined:
            people |= {id: person for id, person in seen.items() if id not in people}
        return replace(declared, people=people)

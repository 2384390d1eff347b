"""Who holds which post: committees by the number of full members, a few seats vacant, a few held before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from .names import Ids, Names
from .people import FOREVER, NORMAL, DemoPerson, Household
from .street import Branch, Row

_COMMITTEES = {
    3: ("书记", "组织委员", "宣传委员"),
    5: ("书记", "副书记", "组织委员", "宣传委员", "纪检委员"),
    7: ("书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员", "群工委员"),
}
STREET_POSTS = (
    "书记",
    "副书记",
    "副书记",
    "组织委员",
    "宣传委员",
    "纪检委员",
    "政法委员",
    "统战委员",
    "武装委员",
)
_VACANT, _BY_ELECTION, _FORMER, _DEPUTY_WITHOUT_COMMITTEE = 0.12, 0.1, 0.25, 0.2


class Posts:
    """Fills the posts of one organisation after another."""

    def __init__(self, random: Random, ids: Ids, names: Names, on: date) -> None:
        self._random = random
        self._ids = ids
        self._names = names
        self._on = on.toordinal()
        self._doc = 0

    def committee(self, branch: Branch, household: Household) -> tuple[list[Row], list[DemoPerson]]:
        """The organisation's posts, its groups' leaders included, and the persons of its committee, secretary first."""
        random = self._random
        wanted = list(_COMMITTEES.get(branch.committee_planned, ("书记",)))
        if len(wanted) > 1 and random.random() < _VACANT:
            wanted.pop()
        elif len(wanted) == 1 and random.random() < _DEPUTY_WITHOUT_COMMITTEE:
            wanted.append("副书记")
        elected = branch.elected.toordinal()
        chosen = self._suited(household, len(wanted), elected)
        rows = [self._post(branch.id, person, post, elected) for person, post in zip(chosen, wanted, strict=False)]
        if len(rows) > 2 and random.random() < _BY_ELECTION:
            later = max(elected, chosen[-1].first) + 40 + int(random.random() * 200)
            if later < self._on:
                rows[-1] |= {"from_on": date.fromordinal(later).isoformat(), "note": "补选"}
        if random.random() < _FORMER:
            rows.append(self._former(branch, elected))
        for number, group in enumerate(branch.groups):
            members = [p for p in household.persons if p.group == number and p not in chosen[:1] and p.last == FOREVER]
            if members:
                rows.append(self._post(group, min(members, key=_unsuited), "组长", elected))
        branch.leaders = [person.name for person in chosen]
        return rows, chosen

    def seats(self, organisation: str, posts: Sequence[str], persons: Sequence[DemoPerson], first: int) -> list[Row]:
        """Posts of an organisation that has no members of its own, held by members from elsewhere."""
        return [self._post(organisation, p, post, first) for p, post in zip(persons, posts, strict=False)]

    def _suited(self, household: Household, count: int, elected: int) -> list[DemoPerson]:
        """Full members of working age who were there at the election, or the nearest to that."""
        here = [p for p in household.persons if p.last == FOREVER and p.full]
        self._random.shuffle(here)
        here.sort(key=lambda p: (_unsuited(p), p.joined > elected))
        return here[:count]

    def _post(self, organisation: str, person: DemoPerson, post: str, elected: int) -> Row:
        self._doc += 1
        first = max(elected, person.confirmed if person.confirmed < self._on else elected)
        day = date.fromordinal(first).isoformat()
        return {
            "id": self._ids.new(),
            "organisation": organisation,
            "member": person.id,
            "post": post,
            "from_on": day,
            "doc_no": f"街组任〔{day[:4]}〕{self._doc % 120 + 1}号",
        }

    def _former(self, branch: Branch, elected: int) -> Row:
        ended = date.fromordinal(elected)
        return {
            "id": self._ids.new(),
            "organisation": branch.id,
            "person_name": self._names.person(self._random.random() < 0.25, 1962),
            "post": "书记",
            "from_on": f"{ended.year - 3}-{ended.month:02d}",
            "to_on": ended.isoformat(),
            "note": "任期届满，不再担任",
        }


def _unsuited(person: DemoPerson) -> int:
    return 2 * (person.habit != NORMAL) + (not 25 <= person.age <= 65)

"""How many people and how many full members a unit had on the days on which its duties are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from dangjian_desktop.domain.figures.census import Census, MemberRow, Snapshot, StayRow, moved_since, place
from dangjian_desktop.domain.records.spans import OnDay, former_on

_FULL = "1"


class HeadCounts:
    """Members by unit on any day from `since` to the census day, within the census's scope.

    Nearly everybody stays where he is: they are taken from the census, and only those who came, left or changed class
    since `since` are placed anew for each day.
    """

    def __init__(self, snapshot: Snapshot, census: Census, since: date) -> None:
        self._census, self._history = census, snapshot.history
        moved = self._moved(snapshot, since)
        self._stays: list[StayRow] = []
        self._members: dict[str, MemberRow] = {}
        if moved:
            self._stays = [stay for stay in snapshot.stays if stay.member in moved]
            self._members = {member.id: member for member in snapshot.members if member.id in moved}
        people = census.people
        self._all = Counter([person.organisation for person in people])
        self._full = Counter([person.organisation for person in people if person.member_class == _FULL])
        for person in [person for person in people if person.id in moved] if moved else ():
            self._all[person.organisation] -= 1
            self._full[person.organisation] -= person.member_class == _FULL
        self._known: dict[date, tuple[Mapping[str | None, int], Mapping[str | None, int]]] = {}

    def _moved(self, snapshot: Snapshot, since: date) -> set[str]:
        """Members of whom a stay began after `since` or ended after it, or whose class is not the one of then."""
        moved = moved_since(snapshot.stays, since)
        return moved | {
            record
            for record, values in snapshot.history.items()
            if any(attribute == "member_class" for attribute, _, _ in values)
        }

    def on(self, day: date) -> tuple[Mapping[str | None, int], Mapping[str | None, int]]:
        """All members and full members by unit."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._count(day)
        return known

    def _count(self, day: date) -> tuple[Mapping[str | None, int], Mapping[str | None, int]]:
        if not self._members:
            return self._all, self._full
        then = OnDay.of(day)
        everyone, full = self._all.copy(), self._full.copy()
        for member, stay in place(self._stays, self._members, self._census.tree, day).stays.items():
            if self._census.within(stay.organisation):
                everyone[stay.organisation] += 1
                past = former_on(self._history.get(member, ()), then)
                full[stay.organisation] += past.get("member_class", self._members[member].member_class) == _FULL
        return everyone, full

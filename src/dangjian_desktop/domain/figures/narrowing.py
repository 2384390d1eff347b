"""One reading of a file cut to what concerns a few organisations, so that many scopes cost one reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from .census import MeetingRow, Snapshot, StayRow


class Cuts:
    """Cuts a snapshot by organisation; what is computed of a cut within its scope is what the whole would give."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._whole = snapshot
        self._place = {member.id: place for place, member in enumerate(snapshot.members)}
        self._stays: dict[str, list[int]] = defaultdict(list)
        self._categories: dict[str, list[int]] = defaultdict(list)
        self._people: dict[str | None, dict[str, None]] = defaultdict(dict)
        self._meetings: dict[str | None, list[int]] = defaultdict(list)
        for place, stay in enumerate(snapshot.stays):
            self._stays[stay.member].append(place)
            self._people[stay.organisation][stay.member] = None
        for place, category in enumerate(snapshot.categories):
            self._categories[category.member].append(place)
        for place, meeting in enumerate(snapshot.meetings):
            self._meetings[meeting.organisation].append(place)

    def of(self, scope: frozenset[str] | None) -> Snapshot:
        """Everyone who ever belonged to the scope with all their stays, and its meetings; organisations stay whole."""
        whole = self._whole
        if scope is None:
            return whole
        people = {member for unit in scope for member in self._people.get(unit, ())}
        cut = Snapshot(
            whole.day,
            whole.organisations,
            [whole.members[place] for place in sorted(self._place[m] for m in people if m in self._place)],
            [whole.stays[place] for place in _places(self._stays, people)],
            [whole.categories[place] for place in _places(self._categories, people)],
            [whole.meetings[place] for place in _places(self._meetings, scope)],
            whole.entries,
            whole.history,
        )
        # Everyone's names stay known: somebody from elsewhere may hold a post here.
        vars(cut)["names"] = whole.names
        return cut


def of_group(snapshot: Snapshot, group: str, within: frozenset[str] | None) -> Snapshot:
    """The file as a 党小组 sees it: its members belong to it as to a unit, and its meetings are its own.

    A group is no unit of its own in the stays: they name the branch, and the group beside it. `within` are the units
    that the account reaches, None for all.
    """

    def here(row: StayRow | MeetingRow) -> bool:
        return row.group == group and (within is None or row.organisation in within)

    people = {stay.member for stay in snapshot.stays if here(stay)}
    cut = replace(
        snapshot,
        members=[member for member in snapshot.members if member.id in people],
        stays=[
            stay._replace(organisation=group) if here(stay) else stay
            for stay in snapshot.stays
            if stay.member in people
        ],
        categories=[category for category in snapshot.categories if category.member in people],
        meetings=[meeting._replace(organisation=group) for meeting in snapshot.meetings if here(meeting)],
    )
    vars(cut)["names"] = snapshot.names
    return cut


def _places(known: dict[str, list[int]] | dict[str | None, list[int]], wanted: Iterable[str]) -> list[int]:
    """Places of the wanted rows in the order of the file."""
    return sorted(place for key in wanted for place in known.get(key, ()))

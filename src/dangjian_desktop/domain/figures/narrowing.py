"""One reading of a file cut to what concerns a few organisations, so that many scopes cost one reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .census import Snapshot


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


def _places(known: dict[str, list[int]] | dict[str | None, list[int]], wanted: Iterable[str]) -> list[int]:
    """Places of the wanted rows in the order of the file."""
    return sorted(place for key in wanted for place in known.get(key, ()))

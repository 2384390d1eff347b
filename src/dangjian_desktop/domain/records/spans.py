"""What holds on a day: partial dates as bounds, former values, the stay that tells where a member belongs.

The twin of `storage/queries/spans.py`, which says the same in SQL; a property test holds the two together. All dates
are stored partial dates (`2026-06-30`, `2026-06` or `2026`): what begins in a month begins on its first day, what
ends in one ends on its last, and on its last day it is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dangjian_desktop.domain.values.partial_dates import last_day

STAY_FIELDS: Mapping[str, str] = {
    "organisation": "organisation",
    "group": "group",
    "entered_on": "from_on",
    "entered_kind": "in_kind",
    "entered_from": "counterpart",
    "left_on": "to_on",
    "left_kind": "out_kind",
    "left_to": "destination",
}
"""Fields of a member that live in the stay (membership), and what they are called there."""


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day asked about, as text for comparing with partial dates: `text` itself and `following`, the day after."""

    text: str
    following: str

    @staticmethod
    @lru_cache(maxsize=512)
    def of(day: date) -> OnDay:
        """The day of a calendar."""
        return OnDay(day.isoformat(), (day + timedelta(days=1)).isoformat())

    def begun(self, from_on: str | None) -> bool:
        """Whether something that begins then has begun; an unknown beginning has."""
        # A month sorts before all of its days, a year before its months.
        return not from_on or from_on <= self.text

    def standing(self, to_on: str | None) -> bool:
        """Whether something that ends then is not over yet; without an end it never is."""
        # The last day of a month lies after the day just when the month is that of the day after, or a later one.
        return not to_on or to_on >= self.following[: len(to_on)]

    def in_force(self, from_on: str | None, to_on: str | None) -> bool:
        """Whether something has begun and is not over."""
        return self.begun(from_on) and self.standing(to_on)


def former_on(former: Iterable[tuple[str, str, Any]], day: OnDay) -> dict[str, Any]:
    """What dated fields were on a day where that is not what they are now, from (attribute, until, value).

    A value held until `until`, not including it: the nearest end after the day tells what stood then.
    """
    found: dict[str, tuple[str, Any]] = {}
    for attribute, until, value in former:
        if day.begun(until):
            continue
        known = found.get(attribute)
        if known is None or until < known[0]:
            found[attribute] = (until, value)
    return {attribute: value for attribute, (_, value) in found.items()}


def newest(stays: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of stays that hold at the same time the one that tells where a member belongs: the one that began last."""
    return max(stays, key=_age, default=None)


def newest_stay(stays: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The stay that tells where a member belongs or belonged last: the newest open one, else that which ended last."""
    given = list(stays)
    if len(given) <= 1:
        return given[0] if given else None
    still = [stay for stay in given if not stay.get("to_on")]
    return newest(still) if still else max(given, key=lambda stay: (last_day(stay["to_on"]), *_age(stay)))


def _age(stay: Mapping[str, Any]) -> tuple[str, str]:
    return stay.get("from_on") or "", stay.get("key") or ""

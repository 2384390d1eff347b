"""What a dated field was before (`former`): one history without contradictions, whatever order its days are told in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.domain.values.partial_dates import first_day

Row = Mapping[str, Any]
Held = Mapping[str, Row]
"""Former values by key: the attribute, its value as text, and the partial date until which it held."""


def rewritten(held: Held, attribute: str, before: str | None, value: str | None, day: str) -> dict[str, Row | None]:
    """How the keyed set moves when a field is `value` from `day` on until now; `before` is what it says now.

    What was said of later days no longer holds: it goes, and what stood right before `day` is kept.
    """
    own = {key: row for key, row in held.items() if row["attribute"] == attribute}
    start = first_day(day)
    later = {key: row for key, row in own.items() if first_day(row["until"]) > start}
    moved: dict[str, Row | None] = dict.fromkeys(later)
    if any(first_day(row["until"]) == start for row in own.values()):
        return moved
    nearest = min(later.values(), key=lambda row: first_day(row["until"]), default=None)
    stood = before if nearest is None else nearest["value"]
    if stood != value:
        moved[f"{attribute}@{day}"] = {"attribute": attribute, "value": stood, "until": day}
    return moved


def told_later(held: Held, attribute: str, day: str) -> bool:
    """Whether the field is known to have moved after `day`."""
    start = first_day(day)
    return any(row["attribute"] == attribute and first_day(row["until"]) > start for row in held.values())

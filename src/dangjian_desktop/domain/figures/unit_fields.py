"""领域 as a street counts it: 村居 holds villages and communities, 两新 holds enterprises and social organisations.

A street writes one or the other: organisations entered as 社区 are part of its 村居 (seed-practices 1.1: 73 = 村居21 +
机关2 + 两新42 + 办直8), so the parts are counted in the whole and a partition is made of wholes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PARTS: Mapping[str, tuple[str, ...]] = {"village": ("rural", "community"), "two_new": ("private_enterprise", "social")}
"""A field and those that are part of it."""

_WHOLE = {part: whole for whole, parts in PARTS.items() for part in parts}


def whole_of(field: str | None) -> str | None:
    """The field under which a street counts another one."""
    return _WHOLE.get(field or "", field)


def counted_in(field: str) -> frozenset[str]:
    """The fields that are counted where this one is."""
    return frozenset((field, *PARTS.get(field, ())))


def wholes(fields: Iterable[str | None]) -> list[str]:
    """Those of these fields that are part of no other: together they are a partition."""
    return [field for field in fields if field is not None and field not in _WHOLE]


def told(field: str, names: Mapping[str, str]) -> str:
    """What a definition says beyond the name: 含“村”“社区”."""
    parts = [f"“{names[part]}”" for part in PARTS.get(field, ()) if part in names]
    return f"（含{''.join(parts)}）" if parts else ""

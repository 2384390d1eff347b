"""Which units an account must reach to write a record: where it stands, and where the edit would put it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import SUPERIOR_DECIDES
from dangjian_desktop.domain.records.spans import newest_stay

from .shape import KindShape


def units_of_creation(shape: KindShape, row: Mapping[str, Any]) -> Iterator[str | None]:
    """The unit a new record is put into; a new organisation is put below its superior."""
    yield row.get("parent") or row.get("id") if KINDS[shape.name].unit == "id" else unit_of(shape, row)


def units_of_change(shape: KindShape, current: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str | None]:
    """The unit of a record before and after an edit by path; what a superior decides is asked of the superior."""
    if KINDS[shape.name].unit != "id":
        yield unit_of(shape, current)
        yield unit_of(shape, _edited(shape, current, values))
        return
    yield current["id"]
    if SUPERIOR_DECIDES & {path.partition(".")[0] for path in values}:
        yield current["parent"] or current["id"]
        yield values.get("parent", current["parent"]) or current["id"]


def unit_of(shape: KindShape, row: Mapping[str, Any]) -> str | None:
    """The unit that a record belongs to."""
    told_by = KINDS[shape.name].unit
    if told_by not in shape.sets:
        unit: str | None = row.get(told_by)
        return unit
    members = row.get(told_by) or {}
    if len(members) == 1:
        (only,) = members.values()
        return (only or {}).get("organisation")
    stays = [{**stay, "key": key} for key, stay in members.items()]
    return (newest_stay(stays) or {}).get("organisation")


def _edited(shape: KindShape, current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What tells the unit, as it stands once the edit is done."""
    told_by = KINDS[shape.name].unit
    if told_by not in shape.sets:
        return {told_by: values.get(told_by, current.get(told_by))}
    stays = dict(current.get(told_by) or {})
    for path, value in values.items():
        name, key = shape.split(path)
        if name == told_by and key is not None:
            stays[key] = value
    return {told_by: {key: stay for key, stay in stays.items() if stay is not None}}

"""Shared things beside the records, by topic and name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from .. import tables

_ITEM = tables.shared_item


class SharedThing(NamedTuple):
    """One shared thing; `content` is JSON."""

    id: str
    topic: str
    item: str
    content: str | None


def item(connection: Connection, topic: str, name: str) -> SharedThing | None:
    """The standing thing of this name; of two (from two offices) the newer."""
    rows = connection.execute(_standing(topic).where(_ITEM.c.item == name).order_by(_ITEM.c.id.desc()).limit(1))
    return next((SharedThing._make(row) for row in rows), None)


def items(connection: Connection, topic: str) -> list[SharedThing]:
    """The standing things of a topic, oldest first."""
    return [SharedThing._make(row) for row in connection.execute(_standing(topic).order_by(_ITEM.c.id))]


def by_id(connection: Connection, ids: Sequence[str]) -> list[SharedThing]:
    """Things by id, those that were taken away included."""
    found: list[SharedThing] = []
    for start in range(0, len(ids), 900):
        piece = _columns().where(_ITEM.c.id.in_(ids[start : start + 900]))
        found += [SharedThing._make(row) for row in connection.execute(piece)]
    return found


def _columns() -> Select[tuple[str, str, str, str | None]]:
    return select(_ITEM.c.id, _ITEM.c.topic, _ITEM.c.item, _ITEM.c.content)


def _standing(topic: str) -> Select[tuple[str, str, str, str | None]]:
    return _columns().where(_ITEM.c.topic == topic, _ITEM.c.binned.is_(False))

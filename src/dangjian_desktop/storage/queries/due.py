"""Ids of organisations whose day is near or past, so that rules need not look at all others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, or_, select

from .. import tables

_ORG = tables.organisation


def terms(connection: Connection, day: date, until: date, scope: Collection[str] | None) -> list[str]:
    """Organisations whose term ends by `until`, or of whom a term begins after `day`."""
    due = or_(_ORG.c.term_ends_on <= until.isoformat(), _ORG.c.term_elected_on > day.isoformat())
    found = connection.execute(select(_ORG.c.id).where(_ORG.c.binned.is_(False), due).order_by(_ORG.c.rid)).scalars()
    return [unit for unit in found if scope is None or unit in scope]

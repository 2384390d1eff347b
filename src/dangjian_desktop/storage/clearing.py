"""Clearing for privacy: declared fields are blanked in the row and in the log; the hash chain still verifies."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from . import tables
from .unit_of_work import UnitOfWork

_CHANGE, _HEAD = tables.change, tables.head


def clear(work: UnitOfWork, kind: str, records: Sequence[str], paths: Sequence[str]) -> int:
    """Blank `paths` of `records` within the clearing operation `work`; returns how many fields were blanked.

    Older changes of these fields lose their values and salts, and so do the salts of the creations:
    without a salt a commitment tells nothing, yet the chain over commitments stays whole.
    """
    cleared = work.change_many(kind, {record: dict.fromkeys(paths) for record in records})
    marks = [{"_record": r, "_path": p} for r in records for p in paths]
    work.connection.execute(
        update(_CHANGE)
        .where(_CHANGE.c.record == bindparam("_record"), _CHANGE.c.path == bindparam("_path"))
        .values(before=None, after=None, salt=None, cleared=True),
        marks,
    )
    work.connection.execute(
        update(_HEAD)
        .where(_HEAD.c.record == bindparam("_record"), _HEAD.c.path == bindparam("_path"))
        .values(value=None),
        marks,
    )
    creations = list(
        work.connection.execute(
            select(_CHANGE.c.id).where(_CHANGE.c.record.in_(list(records)), _CHANGE.c.path.is_(None))
        ).scalars()
    )
    if creations:
        work.connection.execute(
            update(_CHANGE).where(_CHANGE.c.id == bindparam("_id")).values(salt=None, cleared=True),
            [{"_id": i} for i in creations],
        )
    return cleared

"""Clearing for privacy: declared fields are blanked in the row and in the log, and every signature still verifies.

What is taken out leaves its bare commitment. Where it shared a leaf of the creation with other values, the clearing
commits anew to what remains of that leaf.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select, union, update

from dangjian_desktop.domain.records.changes import CLEARED
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.sync import layout as cuts
from dangjian_desktop.sync.clearing import LABEL_CLEARED
from dangjian_desktop.sync.layout import UNIT, Leaf
from dangjian_desktop.sync.leaves import Part, commit, encode, parts_of, seal_of

from . import changelog, layouts, originals, tables
from .layouts import explicit
from .log_writer import Left, remainder_content
from .shape import SHAPES, KindShape
from .unit_of_work import UnitOfWork

_CHANGE, _REMAINDER, _OPERATION = tables.change, tables.remainder, tables.operation


def clear(work: UnitOfWork, kind: str, records: Sequence[str], paths: Sequence[str]) -> int:
    """Blank `paths` of `records` within the clearing operation `work`; returns how many fields were blanked.

    Older changes of these fields lose their values and the salts of these, creations the salts of the leaves that
    held them: without a salt a commitment tells nothing, yet the tree over the commitments stays whole.
    """
    shape, connection = SHAPES[kind], work.connection
    born = originals.first_values(connection, kind, records)
    cleared = work.change_many(kind, {record: dict.fromkeys(paths) for record in records})
    if not cleared:
        return 0
    work.log.flush()
    kept = layouts.kept(connection)
    for record in records:
        _empty_changes(connection, record, paths, work.operation)
        values = {path: value for path, value in born[record].items() if value is not CLEARED}
        _empty_creation(work, shape, record, values, set(paths), kept)
    return cleared


def clear_labels(work: UnitOfWork, kind: str, records: Sequence[str], words: Collection[str]) -> int:
    """Take the worded labels that hold one of `words` out of the operations that touched `records`.

    Within the clearing operation `work`; returns how many labels went.
    """
    table = SHAPES[kind].table
    touched = union(
        select(table.c.op).where(table.c.id.in_(list(records))),
        select(_CHANGE.c.operation).where(_CHANGE.c.record.in_(list(records)), _CHANGE.c.path.is_not(None)),
    )
    rows = work.connection.execute(select(_OPERATION).where(_OPERATION.c.id.in_(select(touched.subquery().c[0])))).all()
    named = [row for row in rows if any(word and word in row.label for word in words)]
    for row in named:
        label, account = parts_of(row.seal, 2)
        gone = Part(None, label.node(encode(["label", row.label])))
        work.clear_label(row.id)
        work.connection.execute(
            update(_OPERATION)
            .where(_OPERATION.c.id == row.id)
            .values(label=LABEL_CLEARED, seal=seal_of([gone, account]))
        )
    return len(named)


def _empty_changes(connection: Connection, record: str, paths: Sequence[str], clearing: int) -> None:
    """Older changes keep what they moved and what they replaced, not the values."""
    rows = connection.execute(
        select(_CHANGE).where(
            _CHANGE.c.record == record,
            _CHANGE.c.path.in_(list(paths)),
            _CHANGE.c.operation != clearing,
            _CHANGE.c.cleared.is_(False),
        )
    ).all()
    for row in rows:
        structure, values = parts_of(row.seal, 2)
        if values.salt is not None:
            content = encode([changelog.load(row.before), changelog.load(row.after)])
            values = Part(None, commit(values.salt, content))
        connection.execute(
            update(_CHANGE)
            .where(and_(_CHANGE.c.operation == row.operation, _CHANGE.c.ordinal == row.ordinal))
            .values(before=None, after=None, cleared=True, seal=seal_of([structure, values]))
        )


def _empty_creation(
    work: UnitOfWork,
    shape: KindShape,
    record: str,
    values: Mapping[str, Any],
    gone: Collection[str],
    kept: Mapping[int, cuts.Layout],
) -> None:
    connection = work.connection
    row = connection.execute(
        select(_CHANGE)
        .join(shape.table, shape.table.c.op == _CHANGE.c.operation)
        .where(shape.table.c.id == record, _CHANGE.c.record == record, _CHANGE.c.path.is_(None))
    ).one()
    found = originals.leaves_of(shape, values, row, kept)
    parts = parts_of(row.seal, len(found))
    for at, (leaf, part) in enumerate(zip(found, parts, strict=True)):
        left = _without(shape, leaf, gone)
        if part.salt is not None and left is not None:
            parts[at] = Part(None, commit(part.salt, cuts.content(leaf)))
            _recommit(work, Left(shape.name, record, row.operation, left))
    maker = work.log.name_of(row.operation)
    for old in connection.execute(
        select(_REMAINDER).where(_REMAINDER.c.record == record, _REMAINDER.c.operation != work.operation)
    ).all():
        leaf = originals.picked(shape, values, *json.loads(old.leaf))
        left = _without(shape, leaf, gone)
        if old.salt is None or left is None:
            continue
        if commit(old.salt, remainder_content(shape.name, record, maker, leaf)) != old.node:
            raise RuntimeError(f"{shape.name} {record}: a remainder does not fit")
        connection.execute(
            update(_REMAINDER)
            .where(and_(_REMAINDER.c.operation == old.operation, _REMAINDER.c.ordinal == old.ordinal))
            .values(salt=None)
        )
        _recommit(work, Left(shape.name, record, row.operation, left))
    if any(part.salt is None for part in parts):
        connection.execute(
            update(_CHANGE)
            .where(and_(_CHANGE.c.operation == row.operation, _CHANGE.c.ordinal == row.ordinal))
            .values(seal=seal_of(parts), leaves=row.leaves or explicit(found))
        )


def _without(shape: KindShape, leaf: Leaf, gone: Collection[str]) -> Leaf | None:
    """What is left of a leaf once paths are taken out; None where it held none of them."""
    lost = {path for path in leaf.values if path in gone}
    if UNIT in leaf.values and any(_tells_unit(shape, path) for path in gone):
        lost.add(UNIT)
    if not lost:
        return None
    return Leaf(leaf.name, {path: value for path, value in leaf.values.items() if path not in lost})


def _tells_unit(shape: KindShape, path: str) -> bool:
    return path.partition(".")[0] == KINDS[shape.name].unit


def _recommit(work: UnitOfWork, left: Left) -> None:
    if left.leaf.values:
        work.log.remainder(left)

"""Is the log whole and signed, do commitments still fit the records, is derived data right? And mending the last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from dangjian_desktop.domain.records.changes import CLEARED, OpId
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.sync import layout as cuts
from dangjian_desktop.sync.layout import Layout
from dangjian_desktop.sync.leaves import commit, creation_node, parts_of

from . import changelog, derive, layouts, log_check, log_whole, originals, rings, tables
from .device import Profile
from .log_whole import UNREADABLE
from .log_writer import remainder_content
from .reading import read_records, value_at
from .shape import SHAPES, KindShape

_CHANGE, _REMAINDER = tables.change, tables.remainder
_MEMBER, _ORGANISATION = tables.member, tables.organisation

RECORD, DERIVED = "record", "derived"


def problems(connection: Connection, profile: Profile | None = None) -> Iterator[tuple[str, str]]:
    """What is wrong, as (code, Chinese sentence); reads everything. `profile` tells what this PC noted."""
    names = log_check.names(connection)
    yield from log_check.problems(connection, names)
    if profile is not None:
        yield from log_check.compared(connection, profile)
    yield from log_whole.problems(connection)
    kept = layouts.kept(connection)
    for kind, shape in SHAPES.items():
        yield from _records(connection, kind, shape, names, kept)
    unreadable = (DERIVED, "资料里有读不懂的值，推算数据不能逐条核对。")
    for look in (rings.problems, _derived):
        try:
            yield from look(connection)
        except UNREADABLE:
            yield unreadable


def _records(
    connection: Connection, kind: str, shape: KindShape, names: Mapping[int, OpId], kept: Mapping[int, Layout]
) -> Iterator[tuple[str, str]]:
    """Every record, wound back to its creation, fits what the creation committed to."""
    ids = list(connection.execute(select(shape.table.c.id)).scalars())
    known = 0
    for piece in derive.chunks(ids):
        try:
            count, found = _piece(connection, shape, piece, names, kept)
        except UNREADABLE:
            # Something in the piece cannot be read at all: which record it is shows one by one.
            count, found = len(piece), list(_one_by_one(connection, shape, piece, names, kept))
        known += count
        yield from found
    if known != len(ids):
        yield RECORD, f"{len(ids) - known}条{KINDS[kind].label}资料没有对应的操作记录。"


def _one_by_one(
    connection: Connection,
    shape: KindShape,
    records: Sequence[str],
    names: Mapping[int, OpId],
    kept: Mapping[int, Layout],
) -> Iterator[tuple[str, str]]:
    for record in records:
        try:
            count, found = _piece(connection, shape, [record], names, kept)
        except UNREADABLE:
            count, found = 1, [_altered(shape.name, record)]
        yield from found
        if not count:
            yield RECORD, f"{log_check.named(shape.name, record)}没有对应的操作记录。"


def _altered(kind: str, record: str) -> tuple[str, str]:
    return RECORD, f"资料被绕过本软件改动过：{log_check.named(kind, record)}。"


def _piece(
    connection: Connection,
    shape: KindShape,
    piece: Sequence[str],
    names: Mapping[int, OpId],
    kept: Mapping[int, Layout],
) -> tuple[int, list[tuple[str, str]]]:
    """How many of these records the log knows, and what is wrong with them; raises one of `UNREADABLE`."""
    known = 0
    wrong: list[tuple[str, str]] = []
    records = read_records(connection, shape, piece)
    born = originals.first_values(connection, shape.name, piece)
    left = _remainders(connection, piece)
    moved = _moves(connection, piece)
    for creation in _creations(connection, shape, piece):
        known += 1
        record = creation.record
        wrong += _standing(shape, records[record], moved[record])
        if not _fits(shape, born[record], creation, left[record], names, kept):
            wrong.append(_altered(shape.name, record))
    return known, wrong


def _fits(
    shape: KindShape,
    values: Mapping[str, Any],
    creation: Any,
    left: Sequence[Any],
    names: Mapping[int, OpId],
    kept: Mapping[int, Layout],
) -> bool:
    """Whether the leaves of a creation, or what clearings left of them, say what the record was created with."""
    here = {path: value for path, value in values.items() if value is not CLEARED}
    spoken: set[str] = set()
    """The paths that something commits to; a bare commitment says nothing of what stands there now."""
    try:
        found = originals.leaves_of(shape, here, creation, kept)
        parts = parts_of(creation.seal, len(found))
        nodes = [part.node(cuts.content(leaf)) for leaf, part in zip(found, parts, strict=True)]
        for leaf, part in zip(found, parts, strict=True):
            spoken.update(leaf.values if part.salt is not None else ())
        if creation_node(shape.name, creation.record, nodes) != creation.node:
            return False
        for row in left:
            leaf = originals.picked(shape, here, *json.loads(row.leaf))
            content = remainder_content(shape.name, creation.record, names[creation.operation], leaf)
            if row.kind != shape.name:
                return False
            if row.salt is not None:
                spoken.update(leaf.values)
                if commit(row.salt, content) != row.node:
                    return False
    except UNREADABLE:
        return False
    return spoken.issuperset(here)


def _creations(connection: Connection, shape: KindShape, records: Sequence[str]) -> list[Any]:
    table, wanted = shape.table, set(records)
    operations = {row.op for row in connection.execute(select(table.c.op).where(table.c.id.in_(records)).distinct())}
    found: list[Any] = []
    for operation in operations:
        rows = connection.execute(
            select(_CHANGE).where(
                _CHANGE.c.operation == operation,
                _CHANGE.c.path.is_(None),
                _CHANGE.c.kind == shape.name,
                _CHANGE.c.record.in_(records),
            )
        )
        found += [row for row in rows if row.record in wanted]
    return found


def _remainders(connection: Connection, records: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(select(_REMAINDER).where(_REMAINDER.c.record.in_(records))):
        found[row.record].append(row)
    return found


def _moves(connection: Connection, records: Sequence[str]) -> dict[str, list[Any]]:
    moved: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(_CHANGE)
        .where(_CHANGE.c.record.in_(records), _CHANGE.c.path.is_not(None))
        .order_by(_CHANGE.c.operation, _CHANGE.c.ordinal)
    ):
        moved[row.record].append(row)
    return moved


def _standing(shape: KindShape, record: dict[str, Any], moved: list[Any]) -> Iterator[tuple[str, str]]:
    newest = {row.path: row for row in moved}
    for path, row in newest.items():
        if value_at(shape, record, path) != (None if row.cleared else changelog.load(row.after)):
            about, field = log_check.named(shape.name, record["id"]), log_check.field(shape.name, path)
            yield RECORD, f"资料与最后一次修改不符：{about}的“{field}”。"


def _derived(connection: Connection) -> Iterator[tuple[str, str]]:
    wrong = 0
    units = list(connection.execute(select(_ORGANISATION.c.id)).scalars())
    for piece in derive.chunks(units):
        for unit, expected in derive.organisation_expectations(connection, piece):
            wrong += any(getattr(unit, column) != value for column, value in expected.items())
    if wrong:
        yield DERIVED, f"{wrong}个党组织的推算数据（届满日）不对，可以修复。"
    wrong = 0
    ids = list(connection.execute(select(_MEMBER.c.id)).scalars())
    for piece in derive.chunks(ids):
        for member, expected in derive.member_expectations(connection, piece):
            wrong += any(getattr(member, column) != value for column, value in expected.items())
    if wrong:
        yield DERIVED, f"{wrong}名党员的推算数据（所在支部、排序、党龄）不对，可以修复。"
    yield from _derived_entries(connection)
    indexed = connection.execute(text("SELECT count(*) FROM member_find")).scalar_one()
    if indexed != len(ids):
        yield DERIVED, f"查找索引有{indexed}条，党员有{len(ids)}条，可以修复。"


def _derived_entries(connection: Connection) -> Iterator[tuple[str, str]]:
    wrong, templates = 0, derive.known_columns(connection)
    for piece in derive.chunks(list(connection.execute(select(tables.ledger_entry.c.id)).scalars())):
        for entry, expected in derive.entry_expectations(connection, piece, templates):
            wrong += any(getattr(entry, column) != value for column, value in expected.items())
    if wrong:
        yield DERIVED, f"{wrong}条台账条目的推算数据（状态、期限）不对，可以修复。"

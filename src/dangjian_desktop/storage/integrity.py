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

from . import changelog, derive, layouts, log_check, originals, rings, tables
from .device import Profile
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
    kept = layouts.kept(connection)
    for kind, shape in SHAPES.items():
        yield from _records(connection, kind, shape, names, kept)
    yield from rings.problems(connection)
    yield from _derived(connection)


def _records(
    connection: Connection, kind: str, shape: KindShape, names: Mapping[int, OpId], kept: Mapping[int, Layout]
) -> Iterator[tuple[str, str]]:
    """Every record, wound back to its creation, fits what the creation committed to."""
    ids = list(connection.execute(select(shape.table.c.id)).scalars())
    known = 0
    for piece in derive.chunks(ids):
        records = read_records(connection, shape, piece)
        born = originals.first_values(connection, kind, piece)
        left = _remainders(connection, piece)
        moved = _moves(connection, piece)
        for creation in _creations(connection, shape, piece):
            known += 1
            record = creation.record
            yield from _standing(shape, records[record], moved[record])
            if not _fits(shape, born[record], creation, left[record], names, kept):
                yield RECORD, f"资料被绕过本软件改动过：{log_check.named(kind, record)}。"
    if known != len(ids):
        yield RECORD, f"{len(ids) - known}条{KINDS[kind].label}资料没有对应的操作记录。"


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
    try:
        found = originals.leaves_of(shape, here, creation, kept)
        nodes = [
            part.node(cuts.content(leaf)) for leaf, part in zip(found, parts_of(creation.seal, len(found)), strict=True)
        ]
    except (KeyError, ValueError):
        return False
    if creation_node(shape.name, creation.record, nodes) != creation.node:
        return False
    for row in left:
        leaf = originals.picked(shape, here, *json.loads(row.leaf))
        content = remainder_content(shape.name, creation.record, names[creation.operation], leaf)
        if row.salt is not None and commit(row.salt, content) != row.node:
            return False
    return True


def _creations(connection: Connection, shape: KindShape, records: list[str]) -> list[Any]:
    table, wanted = shape.table, set(records)
    operations = {row.op for row in connection.execute(select(table.c.op).where(table.c.id.in_(records)).distinct())}
    found: list[Any] = []
    for operation in sorted(operations):
        rows = connection.execute(
            select(_CHANGE).where(
                _CHANGE.c.operation == operation, _CHANGE.c.path.is_(None), _CHANGE.c.record.in_(records)
            )
        )
        found += [row for row in rows if row.record in wanted]
    return found


def _remainders(connection: Connection, records: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(select(_REMAINDER).where(_REMAINDER.c.record.in_(records))):
        found[row.record].append(row)
    return found


def _moves(connection: Connection, records: list[str]) -> dict[str, list[Any]]:
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
        if not row.cleared and value_at(shape, record, path) != changelog.load(row.after):
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

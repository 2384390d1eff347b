"""Is the log whole, do commitments still fit the records, is derived data right? And mending the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, text

from dangjian_desktop.domain.records.kinds import KINDS

from . import changelog, derive, tables
from .shape import BINNED, SHAPES, KindShape, flat_values
from .unit_of_work import read_records, value_at

_CHANGE, _OPERATION, _ORIGIN, _MEMBER = (tables.change, tables.operation, tables.origin, tables.member)
_ORGANISATION = tables.organisation

CHAIN, CONTENT, RECORD, DERIVED = "chain", "content", "record", "derived"


def problems(connection: Connection) -> Iterator[tuple[str, str]]:
    """What is wrong, as (code, Chinese sentence); reads everything."""
    yield from _chain(connection)
    for kind, shape in SHAPES.items():
        yield from _records(connection, kind, shape)
    yield from _derived(connection)


def _chain(connection: Connection) -> Iterator[tuple[str, str]]:
    """Each operation's hash over the one before it, its header and the commitments of its changes."""
    names = {r.id: r.incarnation for r in connection.execute(select(_ORIGIN))}
    places = {r.id: (r.origin, r.seq) for r in connection.execute(select(_OPERATION))}
    previous: dict[int, tuple[int, bytes]] = defaultdict(lambda: (0, b""))
    for row in connection.execute(select(_OPERATION).order_by(_OPERATION.c.origin, _OPERATION.c.seq)):
        seq, hashed = previous[row.origin]
        if row.seq != seq + 1:
            yield CHAIN, f"操作记录缺号：第{seq + 1}号操作不见了。"
        undoes = None
        if row.undoes is not None:
            origin, number = places[row.undoes]
            undoes = f"{names[origin]}:{number}"
        header = changelog.operation_header(
            names[row.origin], row.seq, row.lamport, row.at, row.account, row.label, row.nature, undoes
        )
        commitments = connection.execute(
            select(_CHANGE.c.commitment)
            .where(_CHANGE.c.id.between(row.first_change, row.last_change))
            .order_by(_CHANGE.c.id)
        ).scalars()
        if changelog.chain(hashed, header, commitments) != row.hash:
            yield CHAIN, f"操作记录被改动过：“{row.label}”（{row.at[:10]}）与校验值不符。"
        previous[row.origin] = (row.seq, row.hash)
    yield from _contents(connection)


def _contents(connection: Connection) -> Iterator[tuple[str, str]]:
    for row in connection.execute(select(_CHANGE).where(_CHANGE.c.path.is_not(None), _CHANGE.c.salt.is_not(None))):
        content = changelog.change_content(row.kind, row.record, row.path, row.before, row.after)
        if changelog.commit_to(row.salt, content) != row.commitment:
            yield CONTENT, f"修改记录被改动过：{_named(row.kind, row.record)}的“{_field(row.kind, row.path)}”。"


def _records(connection: Connection, kind: str, shape: KindShape) -> Iterator[tuple[str, str]]:
    """Every record, wound back to its creation, fits what the creation committed to."""
    ids = list(connection.execute(select(shape.table.c.id)).scalars())
    known = 0
    for piece in derive.chunks(ids):
        records = read_records(connection, shape, piece)
        moved = _moves(connection, piece)
        creations = connection.execute(
            select(_CHANGE.c.record, _CHANGE.c.salt, _CHANGE.c.commitment).where(
                _CHANGE.c.id.in_(_creation_ids(connection, kind, piece))
            )
        ).all()
        known += len(creations)
        for creation in creations:
            record = records[creation.record]
            yield from _standing(shape, record, moved[creation.record])
            if creation.salt is None:
                continue
            values = flat_values(shape, record)
            for row in reversed(moved[creation.record]):
                values.pop(row.path, None)
                before = changelog.load(row.before)
                if before is not None and (before is not False or row.path != BINNED):
                    values[row.path] = before
            content = changelog.creation_content(kind, creation.record, values)
            if changelog.commit_to(creation.salt, content) != creation.commitment:
                yield RECORD, f"资料被绕过本软件改动过：{_named(kind, creation.record)}。"
    if known != len(ids):
        yield RECORD, f"{len(ids) - known}条{KINDS[kind].label}资料没有对应的操作记录。"


def _creation_ids(connection: Connection, kind: str, records: list[str]) -> list[int]:
    table = SHAPES[kind].table
    operations = {row.op for row in connection.execute(select(table.c.op).where(table.c.id.in_(records)).distinct())}
    found: list[int] = []
    wanted = set(records)
    for first, last in connection.execute(
        select(_OPERATION.c.first_change, _OPERATION.c.last_change).where(_OPERATION.c.id.in_(operations))
    ).all():
        rows = connection.execute(
            select(_CHANGE.c.id, _CHANGE.c.record).where(
                _CHANGE.c.id.between(first, last), _CHANGE.c.path.is_(None), _CHANGE.c.record.in_(records)
            )
        )
        found += [i for i, record in rows if record in wanted]
    return found


def _moves(connection: Connection, records: list[str]) -> dict[str, list[Any]]:
    moved: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(_CHANGE).where(_CHANGE.c.record.in_(records), _CHANGE.c.path.is_not(None)).order_by(_CHANGE.c.id)
    ):
        moved[row.record].append(row)
    return moved


def _standing(shape: KindShape, record: dict[str, Any], moved: list[Any]) -> Iterator[tuple[str, str]]:
    newest = {row.path: row for row in moved}
    for path, row in newest.items():
        if not row.cleared and value_at(shape, record, path) != changelog.load(row.after):
            named = _named(shape.name, record["id"])
            yield RECORD, f"资料与最后一次修改不符：{named}的“{_field(shape.name, path)}”。"


def _named(kind: str, record: str) -> str:
    """A record without a word of what it says: problems are sent to whoever maintains the program."""
    return f"{KINDS[kind].label}（编号{record}）"


def _field(kind: str, path: str) -> str:
    name = path.partition(".")[0]
    return KINDS[kind].field(name).label if name in KINDS[kind].names() else path


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
    indexed = connection.execute(text("SELECT count(*) FROM member_find")).scalar_one()
    if indexed != len(ids):
        yield DERIVED, f"查找索引有{indexed}条，党员有{len(ids)}条，可以修复。"

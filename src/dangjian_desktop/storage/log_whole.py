"""Does every row of the log have its place: nothing beside it, nothing emptied without a clearing, heads as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, text, update

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.sync.clearing import CLEAR, LABEL_CLEARED, OPERATION
from dangjian_desktop.sync.versions import heads_among

from . import changelog, tables
from .shape import SHAPES

CONTENT, RECORD, DERIVED = "content", "record", "derived"

UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
"""What reading a row raises that was written by something else than this program."""

_ORPHANS = "SELECT count(*) FROM {table} WHERE operation NOT IN (SELECT id FROM operation)"

# What a row keeps that its nature does not use would be seen by no commitment.
_STRAY = """
    SELECT count(*) FROM change WHERE typeof(cleared) <> 'integer' OR cleared NOT IN (0, 1) OR CASE WHEN path IS NULL
    THEN cleared OR coalesce("before", "after", replaces) IS NOT NULL
    ELSE coalesce(layout, leaves, node) IS NOT NULL
        OR typeof("before") NOT IN ('null', 'text') OR typeof("after") NOT IN ('null', 'text')
        OR cleared AND coalesce("before", "after") IS NOT NULL END
"""

# A bare commitment says nothing about what stands beside it, so only a clearing may leave one, and only of values.
_EMPTIED = f"""
    SELECT count(*) FROM change c JOIN operation o ON o.id = c.operation WHERE c.path IS NOT NULL AND CASE
    WHEN NOT c.cleared OR o.nature = '{CLEAR}' THEN c.cleared <> (o.nature = '{CLEAR}') OR length(c.seal) <> 16
    ELSE NOT (length(c.seal) = 50 AND substr(c.seal, 1, 1) = x'01' AND substr(c.seal, 18, 1) = x'02')
        OR NOT EXISTS (SELECT 1 FROM change l JOIN operation p ON p.id = l.operation
            WHERE p.nature = '{CLEAR}' AND l.record = c.record AND l.path = c.path) END
"""

_UNNAMED = f"""
    SELECT count(*) FROM operation o JOIN origin g ON g.id = o.origin WHERE length(o.seal) <> 16 AND NOT (
        length(o.seal) = 50 AND substr(o.seal, 1, 1) = x'02' AND substr(o.seal, 34, 1) = x'01'
        AND o.label = '{LABEL_CLEARED}' AND EXISTS (SELECT 1 FROM change c
            WHERE c.path = 'label' AND c.kind = '{OPERATION}' AND c.record = g.incarnation || ':' || o.seq))
"""

_LAYOUTS = """
    SELECT count(*) FROM (SELECT DISTINCT kind, layout FROM change WHERE path IS NULL) c
    WHERE NOT EXISTS (SELECT 1 FROM leaf_layout l WHERE l.id = c.layout AND l.kind = c.kind)
"""

_LOST = """
    SELECT count(*) FROM change c WHERE c.path IS NULL AND c.kind = '{kind}'
    AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = c.record AND t.op = c.operation)
"""

_CHILDREN = """
    SELECT count(*) - count(DISTINCT json_array(CAST(record AS TEXT), CAST("key" AS TEXT)))
        + count(*) FILTER (WHERE record NOT IN ({owners})) FROM "{child}"
"""


def problems(connection: Connection) -> Iterator[tuple[str, str]]:
    """What lies in the log, in the records or beside them without belonging there, as (code, Chinese sentence)."""

    def count(query: str) -> int:
        return int(connection.execute(text(query)).scalar_one() or 0)

    if stray := sum(count(_ORPHANS.format(table=name)) for name in ("change", "remainder", "bare")):
        yield CONTENT, f"操作记录里有{stray}行不属于任何操作：是绕过本软件写进去的。"
    if stray := count(_STRAY):
        yield CONTENT, f"操作记录里有{stray}行多了不该有的内容：是绕过本软件写进去的。"
    if emptied := count(_EMPTIED) + count(_UNNAMED):
        yield CONTENT, f"操作记录里有{emptied}行的内容没有经过按期清除就不见了。"
    if strange := count(_LAYOUTS):
        yield CONTENT, f"有{strange}种资料在操作记录里的分法对不上，不能逐条核对。"
    for kind, shape in SHAPES.items():
        if gone := count(_LOST.format(kind=kind, table=shape.table.name)):
            yield RECORD, f"{gone}条{KINDS[kind].label}资料不见了：操作记录里有它们的新建，资料里没有。"
    for child, kinds in _children().items():
        owners = " UNION ALL ".join(f'SELECT id FROM "{SHAPES[kind].table.name}"' for kind in kinds)
        if stray := count(_CHILDREN.format(child=child, owners=owners)):
            labels = "、".join(KINDS[kind].label for kind in kinds)
            yield RECORD, f"{labels}的资料里有{stray}行重复或没有主人：是绕过本软件写进去的。"
    if wrong := sum(1 for _ in _wrong_heads(connection)):
        yield DERIVED, f"{wrong}项资料登记的最新版本与操作记录不符，可以修复。"
    if wrong := sum(1 for _ in _wrong_counts(connection)):
        yield DERIVED, f"{wrong}个操作登记的条数与操作记录不符，可以修复。"


def _children() -> dict[str, list[str]]:
    """The tables of keyed sets with the kinds that keep their members there."""
    found: dict[str, list[str]] = {}
    for kind, shape in SHAPES.items():
        for child in shape.sets.values():
            found.setdefault(child.table.name, []).append(kind)
    return found


def rebuild(connection: Connection) -> None:
    """Make anew what the log keeps beside itself: the standing versions of fields, and how much each operation did."""
    head = tables.head
    for (record, path), standing in list(_wrong_heads(connection)):
        connection.execute(delete(head).where(head.c.record == record, head.c.path == path))
        if standing:
            rows = [{"record": record, "path": path, "operation": number} for number in standing]
            connection.execute(insert(head), rows)
    operation = tables.operation
    for number, touched in list(_wrong_counts(connection)):
        connection.execute(update(operation).where(operation.c.id == number).values(touched=touched))


def _wrong_heads(connection: Connection) -> Iterator[tuple[tuple[Any, Any], frozenset[int]]]:
    """Fields whose heads are not those that their changes leave standing, with the right ones."""
    told: dict[tuple[Any, Any], set[Any]] = {}
    for record, path, operation in connection.execute(text("SELECT record, path, operation FROM head")):
        told.setdefault((record, path), set()).add(operation)
    changes = connection.execute(
        text(
            "SELECT record, path, operation, replaces FROM change WHERE path IS NOT NULL AND kind <> :kind"
            " ORDER BY record, path"
        ),
        {"kind": OPERATION},
    )
    for key, rows in groupby(changes, key=lambda row: (row.record, row.path)):
        standing = heads_among({row.operation: _replaced(row.replaces) for row in rows})
        if told.pop(key, set()) != standing:
            yield key, standing
    for key in told:
        yield key, frozenset()


def _replaced(logged: Any) -> frozenset[int]:
    try:
        return frozenset(changelog.load(logged) or ())
    except UNREADABLE:
        return frozenset()


def _wrong_counts(connection: Connection) -> Iterator[tuple[int, str]]:
    """Operations that say another number of records than their changes, with what they should say.

    One of which only a part is here keeps what its writer said.
    """
    rows = connection.execute(
        text(
            "SELECT o.id, o.touched, c.kind, count(DISTINCT c.record) FROM operation o"
            " LEFT JOIN change c ON c.operation = o.id AND c.kind <> :kind"
            " WHERE o.id NOT IN (SELECT operation FROM bare) GROUP BY o.id, o.touched, c.kind ORDER BY o.id"
        ),
        {"kind": OPERATION},
    )
    for (number, told), kinds in groupby(rows, key=lambda row: (row[0], row[1])):
        right = {str(kind): count for _, _, kind, count in kinds if kind is not None}
        if _counts(told) != right:
            yield number, changelog.dump(right) or "{}"


def _counts(told: Any) -> Mapping[str, int] | None:
    try:
        found = json.loads(told)
    except UNREADABLE:
        return None
    return found if isinstance(found, dict) else None

"""Reading the log: operations, their changes, one record's history."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select, text

from dangjian_desktop.sync.clearing import OPERATION

from . import changelog, tables, undo
from .shape import SHAPES

_CHANGE, _OPERATION, _ORIGIN = tables.change, tables.operation, tables.origin


class OperationLine(NamedTuple):
    """One operation as listed; `records` counts what it touched by kind."""

    id: int
    label: str
    nature: str
    at: str
    by: str
    device: str
    undone: bool
    records: dict[str, int]


class ChangeLine(NamedTuple):
    """One change as listed; `path` None is the creation."""

    operation: int
    label: str
    at: str
    by: str
    device: str
    kind: str
    record: str
    path: str | None
    before: Any
    after: Any
    cleared: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What an account sees of the log: changes of records that lie in `scope` (None: everywhere).

    Entries of the ledgers in `closed` are never seen; the account's own operations are listed in any case.
    """

    account: str
    scope: frozenset[str] | None = None
    closed: frozenset[str] = frozenset()

    @property
    def records(self) -> str:
        """The condition on `c.record`, empty for everything; its parameters are `marks`."""
        if self.scope is None:
            if not self.closed:
                return ""
            return f" AND c.record NOT IN (SELECT id FROM ledger_entry WHERE template IN {_CLOSED})"
        return f" AND c.record IN ({_IN_SCOPE})"

    @property
    def marks(self) -> dict[str, str]:
        """Parameters of `records`."""
        if self.scope is None:
            return {"closed": json.dumps(sorted(self.closed))} if self.closed else {}
        return {"closed": json.dumps(sorted(self.closed)), "scope": json.dumps(sorted(self.scope))}


_CLOSED = "(SELECT value FROM json_each(:closed))"
_UNITS = "(SELECT value FROM json_each(:scope))"
_IN_SCOPE = " UNION ALL ".join(
    (
        f"SELECT id FROM organisation WHERE id IN {_UNITS}",
        *(f"SELECT id FROM {kind} WHERE organisation IN {_UNITS}" for kind in ("member", "post", "meeting")),
        f"SELECT id FROM ledger_entry WHERE organisation IN {_UNITS} AND template NOT IN {_CLOSED}",
    )
)


def operations(
    connection: Connection, limit: int, before: int | None, sight: Sight, words: Sequence[str] = ()
) -> list[OperationLine]:
    """The newest operations first, of those that `sight` allows.

    Of `words` each must be in the operation's label, its account, the beginning of its day on this PC, or in the
    name of a record that it touched and that `sight` allows.
    """
    statement = (
        select(_OPERATION, _ORIGIN.c.name.label("device"))
        .join(_ORIGIN, _ORIGIN.c.id == _OPERATION.c.origin)
        .order_by(_OPERATION.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_OPERATION.c.id < before)
    if sight.scope is not None:
        statement = statement.where(_seen(sight))
    for at, word in enumerate(words):
        statement = statement.where(_holds(sight, word, at))
    return [
        OperationLine(
            r.id,
            r.label,
            r.nature,
            r.at,
            r.account,
            r.device,
            undo.undone_by(connection, r.id) is not None,
            json.loads(r.touched),
        )
        for r in connection.execute(statement)
    ]


def _seen(sight: Sight) -> ColumnElement[bool]:
    return or_(
        _OPERATION.c.account == sight.account,
        text(f"EXISTS (SELECT 1 FROM change c WHERE c.operation = operation.id{sight.records})").bindparams(
            **sight.marks
        ),
    )


_NAMED = " UNION ALL ".join(
    f"SELECT id FROM {kind} WHERE instr(lower({column}), :word_{{at}})"
    for kind, column in (("member", "name"), ("organisation", "name"), ("meeting", "title"), ("ledger_entry", "title"))
)


def _holds(sight: Sight, word: str, at: int) -> ColumnElement[bool]:
    word = word.lower()
    touched = (
        f"operation.id IN (SELECT c.operation FROM change c WHERE c.record IN ({_NAMED.format(at=at)}){sight.records})"
    )
    return or_(
        func.instr(func.lower(_OPERATION.c.label), word) > 0,
        func.instr(func.lower(_OPERATION.c.account), word) > 0,
        func.instr(func.strftime("%Y-%m-%d", _OPERATION.c.at, "localtime"), word) == 1,
        text(touched).bindparams(**{f"word_{at}": word}, **sight.marks),
    )


def operation(connection: Connection, number: int, sight: Sight) -> Any | None:
    """The row of one operation, or None where there is none that `sight` allows."""
    statement = select(_OPERATION).where(_OPERATION.c.id == number)
    if sight.scope is not None:
        statement = statement.where(_seen(sight))
    return connection.execute(statement).one_or_none()


def work_of(connection: Connection, account: str) -> tuple[int, str]:
    """How many operations an account has done in this file, and what the newest is called."""
    of_account = _OPERATION.c.account == account
    number = connection.execute(select(func.count()).where(of_account)).scalar_one()
    newest = connection.execute(
        select(_OPERATION.c.label).where(of_account).order_by(_OPERATION.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    return int(number), newest or ""


def changes_of(connection: Connection, number: int, limit: int, sight: Sight) -> list[ChangeLine]:
    """The first `limit` changes of one operation that `sight` allows, in their order."""
    if operation(connection, number, sight) is None:
        return []
    marks = {"number": number, "limit": limit} | sight.marks
    return _lines(connection, f"c.operation = :number{sight.records}", marks, "c.ordinal LIMIT :limit")


CLOSED, OUTSIDE = "closed", "outside"


def unseen(connection: Connection, number: int, sight: Sight, chosen: Collection[str] | None = None) -> str | None:
    """Why `sight` does not allow all that an operation touched, or all of the `chosen` records: CLOSED, OUTSIDE, None.

    CLOSED is an entry of a ledger that the role may not open, OUTSIDE a record of a unit beyond the account's scope.
    """
    marks = {"number": number, "closed": json.dumps(sorted(sight.closed))}
    touched = "SELECT 1 FROM change c WHERE c.operation = :number"
    if chosen is not None:
        marks["chosen"] = json.dumps(sorted(chosen))
        touched += " AND c.record IN (SELECT value FROM json_each(:chosen))"
    entries = f"SELECT id FROM ledger_entry WHERE template IN {_CLOSED}"
    if sight.closed and connection.execute(text(f"{touched} AND c.record IN ({entries}) LIMIT 1"), marks).first():
        return CLOSED
    if sight.scope is not None:
        marks["scope"] = json.dumps(sorted(sight.scope))
        if connection.execute(text(f"{touched} AND c.record NOT IN ({_IN_SCOPE}) LIMIT 1"), marks).first():
            return OUTSIDE
    return None


def history(connection: Connection, kind: str, record: str) -> list[ChangeLine]:
    """Everything that happened to one record, oldest first, its creation included."""
    table = SHAPES[kind].table
    made = f"c.operation = (SELECT op FROM {table.name} WHERE id = :record) AND c.record = :record AND c.path IS NULL"
    lines = _lines(connection, made, {"record": record}, "c.ordinal LIMIT 1")
    moved = "c.record = :record AND c.path IS NOT NULL"
    return lines + _lines(connection, moved, {"record": record}, "c.operation, c.ordinal")


def _lines(connection: Connection, where: str, marks: dict[str, Any], order: str) -> list[ChangeLine]:
    rows = connection.execute(
        text(
            "SELECT o.id, o.label, o.at, o.account, g.name, c.kind, c.record, c.path, c.before, c.after, c.cleared"
            " FROM change c"
            " JOIN operation o ON o.id = c.operation"
            f" JOIN origin g ON g.id = o.origin WHERE {where} AND c.kind <> '{OPERATION}' ORDER BY {order}"
        ),
        marks,
    )
    return [
        ChangeLine(
            r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], changelog.load(r[8]), changelog.load(r[9]), bool(r[10])
        )
        for r in rows
    ]


def own_origins(connection: Connection, device: str) -> Sequence[int]:
    """The incarnations of this device in this file."""
    return list(connection.execute(text("SELECT id FROM origin WHERE device = :device"), {"device": device}).scalars())

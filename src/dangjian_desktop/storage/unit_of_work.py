"""One operation, one transaction, one change set. Nothing outside it writes shared data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import REMOVE, WRITE, Actor

from . import changelog, tables, versions
from .bulk import insert_columns, insert_created, insert_many, loading
from .changelog import dump
from .database import Database
from .derive import Templates, chunks, derive
from .identity import Identity, Turn, next_turn
from .reach import units_of_change, units_of_creation
from .shape import SHAPES, KindShape, flat_values, without_nothing

_OPERATION = tables.operation
_CHANGE = tables.change
_HEAD = tables.head

LISTED = 2_000
"""A change set lists the ids it touched up to this many a kind; above, it only names the kind."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every operation needs: the file, who acts, what the time is, and the ledger templates."""

    database: Database
    identity: Identity
    clock: Clock
    templates: Templates


@contextmanager
def unit_of_work(
    context: Context, actor: Actor, label: str, *, nature: str = "edit", undoes: int | None = None
) -> Iterator[UnitOfWork]:
    """Run one operation called `label` (Chinese, worded for the undo menu) as `actor`.

    Commits when the block ends well and rolls back on any exception. A block that writes nothing leaves
    no operation. Read `change_set` after the block.
    """
    with context.database.write() as connection:
        work = UnitOfWork(connection, context, actor, label, nature, undoes)
        yield work
        work._finish()
    work._committed()


class UnitOfWork:
    """The only writer of shared records: creates, changes, bins; records what moved, derives what follows."""

    def __init__(
        self, connection: Connection, context: Context, actor: Actor, label: str, nature: str, undoes: int | None
    ) -> None:
        self.connection = connection
        self.label = label
        self._context = context
        self._actor = actor
        self._nature = nature
        self._undoes = undoes
        self._turn: Turn | None = None
        self._operation = 0
        self._first = 0
        self._next = 0
        self._digest = hashlib.sha256()
        self._buffer: list[dict[str, Any]] = []
        self._counts: dict[str, int] = defaultdict(int)
        self._touched: dict[str, set[str]] = defaultdict(set)
        self._seen: set[tuple[str, str]] = set()
        self._derive: dict[str, set[str]] = defaultdict(set)
        self.change_set: ChangeSet | None = None

    @property
    def operation(self) -> int:
        """The local number of this operation; starts it if nothing was written yet."""
        self._begin()
        return self._operation

    def create(self, kind: str, values: Mapping[str, Any]) -> str:
        """Create one record and return its id; sets and maps are given as `{set: {key: value}}`."""
        return self.create_many(kind, [values])[0]

    def create_many(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Create records in bulk; each row holds columns, sets and maps, and its `id` where it has one."""
        if not rows:
            return []
        shape = SHAPES[kind]
        self._allow(WRITE, kind, (unit for r in rows for unit in units_of_creation(shape, r)))
        self._begin()
        ids = [r.get("id") or "" for r in rows]
        fresh = iter(new_ids(ids.count("")))
        ids = [i or next(fresh) for i in ids]
        insert_created(self.connection, shape, ids, rows, self._operation, self._context.templates)
        self._log_creations(shape, ids, rows)
        return ids

    @contextmanager
    def loading(self, kind: str, rows: int) -> Iterator[None]:
        """Around the creation of many records: only `create_many` of this kind may stand inside."""
        shape = SHAPES[kind]
        with loading(self.connection, [shape.table, *(child.table for child in shape.sets.values())], rows):
            yield

    def change(self, kind: str, record: str, values: Mapping[str, Any]) -> int:
        """Move fields of one record to new values by path; returns how many really moved."""
        return self.change_many(kind, {record: values})

    def change_many(self, kind: str, edits: Mapping[str, Mapping[str, Any]]) -> int:
        """Move fields of many records: `{id: {path: value}}`; unchanged values are left out of the log.

        Raises `KeyError` for an unknown path or record, `RuntimeError` when one field is moved twice in
        one operation or the record was created in it: a creation carries final values.
        """
        shape = SHAPES[kind]
        moved = 0
        for ids in chunks(edits):
            current = self.read(kind, ids)
            if any(row["op"] == self._operation for row in current.values()):
                raise RuntimeError(f"{kind}: created and changed in one operation")
            self._allow(WRITE, kind, (unit for i in ids for unit in units_of_change(shape, current[i], edits[i])))
            moved += self._move(shape, {i: edits[i] for i in ids}, current)
        return moved

    def bin(self, kind: str, records: Iterable[str]) -> int:
        """Put records into the recycle bin."""
        self._actor.require(REMOVE, kind)
        return self.change_many(kind, {r: {"binned": True} for r in records})

    def read(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Current records by id with their sets and maps; raises `KeyError` for an unknown id."""
        return read_records(self.connection, SHAPES[kind], ids)

    # -- inside ---------------------------------------------------------------------------------

    def _allow(self, action: str, kind: str, units: Iterable[str | None]) -> None:
        self._actor.require(action, kind)
        if self._actor.scope is not None:
            for unit in units:
                self._actor.require_unit(unit)

    def _begin(self) -> None:
        if self._turn is not None:
            return
        now = self._context.clock.now()
        connection = self.connection
        turn = next_turn(connection, self._context.identity, now)
        previous = connection.execute(
            text("SELECT hash FROM operation WHERE origin = :o AND seq = :s"), {"o": turn.origin, "s": turn.seq - 1}
        ).scalar_one_or_none()
        undoes = self._name_of(self._undoes)
        header = changelog.operation_header(
            turn.incarnation,
            turn.seq,
            turn.lamport,
            now.isoformat(),
            self._actor.name,
            self.label,
            self._nature,
            undoes,
        )
        self._digest = hashlib.sha256((previous or b"") + header)
        self._first = self._next = connection.execute(text("SELECT coalesce(max(id), 0) FROM change")).scalar_one() + 1
        result = connection.execute(
            insert(_OPERATION).values(
                origin=turn.origin,
                seq=turn.seq,
                lamport=turn.lamport,
                at=now.isoformat(),
                account=self._actor.name,
                label=self.label,
                nature=self._nature,
                undoes=self._undoes,
                touched="{}",
                first_change=self._first,
                last_change=self._first - 1,
                hash=b"",
            )
        )
        self._operation = int(result.lastrowid)
        self._turn = turn

    def _name_of(self, operation: int | None) -> str | None:
        if operation is None:
            return None
        return str(
            self.connection.execute(
                text(
                    "SELECT incarnation || ':' || seq FROM operation JOIN origin ON origin.id = operation.origin"
                    " WHERE operation.id = :id"
                ),
                {"id": operation},
            ).scalar_one()
        )

    def _log(
        self,
        kind: str,
        record: str,
        path: str | None,
        before: str | None,
        after: str | None,
        replaces: str | None,
        salt: bytes | None,
        commitment: bytes,
    ) -> None:
        self._buffer.append(
            {
                "id": self._next,
                "kind": kind,
                "record": record,
                "path": path,
                "before": before,
                "after": after,
                "replaces": replaces,
                "cleared": self._nature == "clear",
                "salt": salt,
                "commitment": commitment,
            }
        )
        self._next += 1
        self._digest.update(commitment)
        if record not in self._touched[kind]:
            self._touched[kind].add(record)
            self._counts[kind] += 1
        if len(self._buffer) >= 10_000:
            self._flush_log()

    def _log_creations(self, shape: KindShape, ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        self._flush_log()
        salts = changelog.salts(len(rows))
        commitments = [
            changelog.commit_to(salt, changelog.creation_content(shape.name, record, flat_values(shape, row)))
            for record, row, salt in zip(ids, rows, salts, strict=True)
        ]
        count = len(rows)
        columns = {
            "id": range(self._next, self._next + count),
            "kind": [shape.name] * count,
            "record": ids,
            "cleared": [False] * count,
            "salt": salts,
            "commitment": commitments,
        }
        insert_columns(self.connection, _CHANGE, columns)
        self._next += count
        self._digest.update(b"".join(commitments))
        self._touched[shape.name].update(ids)
        self._counts[shape.name] += count

    def _flush_log(self) -> None:
        insert_many(self.connection, _CHANGE, self._buffer)
        self._buffer = []

    def _move(
        self, shape: KindShape, edits: Mapping[str, Mapping[str, Any]], current: Mapping[str, Mapping[str, Any]]
    ) -> int:
        clearing = self._nature == "clear"
        # A clearing reaches every version, also where the field stands empty now or another machine gets them late.
        written = versions.written(self.connection, sorted(edits)) if clearing else {}
        emptied = {key for key, writers in written.items() if not all(writers.values())}
        moves = [
            (record, path, before, value)
            for record, values in edits.items()
            for path, given in values.items()
            for value in (without_nothing(given),)
            if (before := value_at(shape, current[record], path)) != value or (record, path) in emptied
        ]
        if not moves:
            return 0
        self._begin()
        heads = versions.heads(self.connection, sorted({m[0] for m in moves}))
        if clearing:
            for key, writers in written.items():
                heads[key] = {*writers, current[key[0]]["op"]}
        for record, path, before, value in moves:
            if (record, path) in self._seen:
                raise RuntimeError(f"{shape.name} {record} {path}: moved twice in one operation")
            self._seen.add((record, path))
            old, new = (None, None) if clearing else (dump(before), dump(value))
            salt = changelog.salts(1)[0]
            content = changelog.change_content(shape.name, record, path, old, new)
            replaced = heads.get((record, path))
            self._log(
                shape.name,
                record,
                path,
                old,
                new,
                dump(sorted(replaced) if replaced else None),
                salt,
                changelog.commit_to(salt, content),
            )
        self._replace_heads([(record, path, value) for record, path, _, value in moves])
        self._store(shape, moves, current)
        self._derive[shape.name].update(m[0] for m in moves)
        return len(moves)

    def _replace_heads(self, moves: Sequence[tuple[str, str, Any]]) -> None:
        keys = [{"_record": r, "_path": p} for r, p, _ in moves]
        self.connection.execute(
            delete(_HEAD).where(_HEAD.c.record == bindparam("_record"), _HEAD.c.path == bindparam("_path")), keys
        )
        insert_many(
            self.connection,
            _HEAD,
            [{"record": r, "path": p, "operation": self._operation, "value": dump(v)} for r, p, v in moves],
        )

    def _store(
        self, shape: KindShape, moves: Sequence[tuple[str, str, Any, Any]], current: Mapping[str, Mapping[str, Any]]
    ) -> None:
        columns: dict[str, dict[str, Any]] = defaultdict(dict)
        for record, path, _, value in moves:
            name, key = shape.split(path)
            if key is None:
                columns[record][name] = value
            elif name in shape.maps:
                merged = dict(columns[record][name] if name in columns[record] else current[record].get(name) or {})
                merged[key] = value
                columns[record][name] = {k: v for k, v in merged.items() if v is not None}
            else:
                self._store_child(shape, record, name, key, value)
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for record, values in columns.items():
            by_columns[tuple(values)].append({"_id": record, **{f"_{k}": v for k, v in values.items()}})
        for names, rows in by_columns.items():
            assignments = {n: bindparam(f"_{n}", type_=shape.table.c[n].type) for n in names}
            self.connection.execute(
                update(shape.table).where(shape.table.c.id == bindparam("_id")).values(assignments), rows
            )

    def _store_child(self, shape: KindShape, record: str, name: str, key: str, value: Mapping[str, Any] | None) -> None:
        child = shape.sets[name]
        self.connection.execute(delete(child.table).where(child.table.c.record == record, child.table.c.key == key))
        if value is not None:
            self.connection.execute(
                insert(child.table).values(record=record, key=key, **{c: value.get(c) for c in child.columns})
            )

    def _finish(self) -> None:
        if self._turn is None:
            return
        self._flush_log()
        derive(self.connection, self._derive, self._context.templates)
        self.connection.execute(
            update(_OPERATION)
            .where(_OPERATION.c.id == self._operation)
            .values(
                last_change=self._next - 1,
                touched=dump(dict(self._counts)) or "{}",
                hash=self._digest.digest(),
            )
        )
        self.change_set = ChangeSet(
            self._operation,
            self.label,
            {k: frozenset(ids) if len(ids) <= LISTED else None for k, ids in self._touched.items()},
        )

    def _committed(self) -> None:
        if self._turn is not None and self._turn.new_nonce is not None:
            self._context.identity.renew = False
            self._context.identity.stamped = True
            self._context.identity.remember(self._turn.new_nonce)


def read_records(connection: Connection, shape: KindShape, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Records by id with their sets (`{key: value}`) and maps; raises `KeyError` for an unknown id."""
    found: dict[str, dict[str, Any]] = {}
    for piece in chunks(ids):
        for row in connection.execute(select(shape.table).where(shape.table.c.id.in_(piece))).mappings():
            found[row["id"]] = dict(row) | {name: {} for name in shape.sets}
        for name, child in shape.sets.items():
            rows = connection.execute(
                select(child.table).where(child.table.c.record.in_(piece)).order_by(child.table.c.rid)
            ).mappings()
            for row in rows:
                if row["record"] in found:
                    found[row["record"]][name][row["key"]] = {c: row[c] for c in child.columns if row[c] is not None}
    missing = [i for i in ids if i not in found]
    if missing:
        raise KeyError(missing[0])
    return found


def value_at(shape: KindShape, record: Mapping[str, Any], path: str) -> Any:
    """The value of a path in a record as read by `read_records`."""
    name, key = shape.split(path)
    if key is None:
        return record[name]
    return (record.get(name) or {}).get(key)

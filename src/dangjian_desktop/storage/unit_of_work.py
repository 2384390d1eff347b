"""One operation, one transaction, one change set. Nothing outside it writes shared data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.records.changes import ChangeSet, FieldKey
from dangjian_desktop.domain.records.kinds import KINDS, SHARED_ITEM
from dangjian_desktop.domain.records.permissions import REMOVE, WRITE, Actor
from dangjian_desktop.sync.versions import covering

from . import pump, single, tables, versions
from .bulk import insert_created, insert_many, loading
from .database import Database
from .derive import Templates, chunks, derive
from .identity import Identity
from .log_writer import LogWriter, Move
from .reach import units_of_change, units_of_creation
from .reading import read_records, value_at
from .shape import BINNED, SHAPES, KindShape, among, without_nothing

__all__ = ["Context", "UnitOfWork", "read_records", "unit_of_work", "value_at"]

_HEAD = tables.head

_Insert = Callable[[Connection, KindShape, Sequence[str], Sequence[Mapping[str, Any]], int, Templates], None]

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
        self.nature = nature
        self._undoes = undoes
        self.log = LogWriter(connection, context.identity, context.clock.now())
        self._touched: dict[str, set[str]] = defaultdict(set)
        self._moved: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._created: dict[str, list[str]] = defaultdict(list)
        self.followed: list[tuple[str, str]] = []
        """(kind, id) of records that changed by rule, beside what was asked for."""
        self._derive: dict[str, set[str]] = defaultdict(set)
        self.change_set: ChangeSet | None = None

    def moved(self, kind: str) -> Mapping[str, set[str]]:
        """The paths that this operation has moved so far, by record; creations are not among them."""
        return self._moved.get(kind, {})

    def created(self, kind: str) -> Sequence[str]:
        """The ids of the records that this operation has created so far."""
        return self._created.get(kind, [])

    @property
    def operation(self) -> int:
        """The local number of this operation; starts it if nothing was written yet."""
        self._begin()
        return self.log.operation

    def create(self, kind: str, values: Mapping[str, Any]) -> str:
        """Create one record and return its id; sets and maps are given as `{set: {key: value}}`."""
        return self._create(kind, [values], _insert_single)[0]

    def create_many(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Create records in bulk; each row holds columns, sets and maps, and its `id` where it has one."""
        return self._create(kind, rows, insert_created) if rows else []

    def _create(self, kind: str, rows: Sequence[Mapping[str, Any]], put: _Insert) -> list[str]:
        shape = SHAPES[kind]
        self._allow(WRITE, kind, (unit for r in rows for unit in units_of_creation(shape, r)))
        self._begin()
        ids = [r.get("id") or "" for r in rows]
        self._refuse_second(shape, [i for i in ids if i])
        fresh = iter(new_ids(ids.count("")))
        ids = [i or next(fresh) for i in ids]
        put(self.connection, shape, ids, rows, self.log.operation, self._context.templates)
        self.log.creations(shape, ids, rows)
        self._touch(kind, ids)
        self._created[kind] += ids
        if kind == SHARED_ITEM.name:
            # A ledger's template may come after its entries, or in place of another one.
            self._derive[kind].update(ids)
        return ids

    @contextmanager
    def loading(self, kind: str, rows: int) -> Iterator[None]:
        """Around the creation of many records: only `create_many` of this kind may stand inside."""
        shape = SHAPES[kind]
        if rows:
            self._begin()
            self.log.prepare(kind)
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
        return self._change(kind, edits)

    def follow(self, kind: str, edits: Mapping[str, Mapping[str, Any]]) -> None:
        """Move fields that by rule follow from what this operation does, also where the account could not itself."""
        self._change(kind, edits, asked=False)
        self.followed += [(kind, record) for record in edits]

    def _change(self, kind: str, edits: Mapping[str, Mapping[str, Any]], *, asked: bool = True) -> int:
        shape = SHAPES[kind]
        moved = 0
        for ids in chunks(edits):
            current = self.read(kind, ids)
            if any(row["op"] == self.log.operation for row in current.values()):
                raise RuntimeError(f"{kind}: created and changed in one operation")
            if asked:
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

    def clear_label(self, operation: int) -> None:
        """Say in this clearing that the worded label of an operation goes; `clearing.clear_labels` takes it out."""
        self._begin()
        self.log.label_cleared(operation)

    # -- inside ---------------------------------------------------------------------------------

    def _allow(self, action: str, kind: str, units: Iterable[str | None]) -> None:
        self._actor.require(action, kind)
        if self._actor.scope is not None:
            for unit in units:
                self._actor.require_unit(unit)

    def _begin(self) -> None:
        if not self.log.begun:
            self.log.begin(self._actor.name, self.label, self.nature, self._undoes)

    def _refuse_second(self, shape: KindShape, given: Sequence[str]) -> None:
        """A record is created once, whatever else says so: its first values are what its history starts from."""
        if not given:
            return
        pump.settle(self.connection)
        known = select(func.count()).where(among(shape.table.c.id, given))
        if len(set(given)) < len(given) or self.connection.execute(known).scalar_one():
            label = KINDS[shape.name].label
            raise UserError("exists", f"已经有这个编号的{label}，不能再建一次。", effect="什么也没有写入。")

    def _touch(self, kind: str, records: Iterable[str]) -> None:
        self._touched[kind].update(records)

    def _move(
        self, shape: KindShape, edits: Mapping[str, Mapping[str, Any]], current: Mapping[str, Mapping[str, Any]]
    ) -> int:
        clearing = self.nature == "clear"
        # A clearing reaches every version, also where the field stands empty now or another machine gets them late.
        emptied = versions.kept_values(self.connection, edits) if clearing else set()
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
        known = versions.FileLog(self.connection, shape.name, {m[0] for m in moves})
        for record, path, _, _ in moves:
            if path in self._moved[shape.name][record]:
                raise RuntimeError(f"{shape.name} {record} {path}: moved twice in one operation")
            self._moved[shape.name][record].add(path)
        self.log.moves(
            [
                Move(
                    shape.name,
                    record,
                    path,
                    before,
                    value,
                    self._replaced(known, shape, record, path),
                    current[record]["op"],
                )
                for record, path, before, value in moves
            ]
        )
        self._touch(shape.name, (m[0] for m in moves))
        self._replace_heads([(record, path) for record, path, _, _ in moves])
        self._store(shape, moves, current)
        # What follows from a record does so in the bin too; only its entries know a ledger by a template that stands.
        stays_so = () if shape.name == SHARED_ITEM.name else (BINNED,)
        self._derive[shape.name].update(record for record, path, _, _ in moves if path not in stays_so)
        return len(moves)

    def _replaced(self, known: versions.FileLog, shape: KindShape, record: str, path: str) -> Collection[int] | None:
        """What a change of the field replaces: all that stands, and for a clearing all that ever was."""
        moved = known.moved_heads(record, path)
        if moved is None or self.nature != "clear":
            return moved
        return covering(known, FieldKey(shape.name, record, path))

    def _replace_heads(self, cells: Sequence[tuple[str, str]]) -> None:
        keys = [{"_record": r, "_path": p} for r, p in cells]
        self.connection.execute(
            delete(_HEAD).where(_HEAD.c.record == bindparam("_record"), _HEAD.c.path == bindparam("_path")), keys
        )
        insert_many(
            self.connection,
            _HEAD,
            [{"record": r, "path": p, "operation": self.log.operation} for r, p in cells],
        )

    def _store(
        self, shape: KindShape, moves: Sequence[tuple[str, str, Any, Any]], current: Mapping[str, Mapping[str, Any]]
    ) -> None:
        columns: dict[str, dict[str, Any]] = defaultdict(dict)
        children: list[tuple[str, str, str, Any]] = []
        for record, path, _, value in moves:
            name, key = shape.split(path)
            if key is None:
                columns[record][name] = value
            elif name in shape.maps:
                merged = dict(columns[record][name] if name in columns[record] else current[record].get(name) or {})
                merged[key] = value
                columns[record][name] = {k: v for k, v in merged.items() if v is not None}
            else:
                children.append((record, name, key, value))
        touched = {move[0] for move in moves}
        if len(touched) == 1 and self.nature == "edit":
            (record,) = touched
            single.write(self.connection, shape, record, columns[record], [child[1:] for child in children])
            return
        for record, name, key, value in children:
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
        if not self.log.begun:
            return
        self.log.flush()
        derive(self.connection, self._derive, self._context.templates)
        self.log.finish({kind: len(ids) for kind, ids in self._touched.items()})
        self.change_set = ChangeSet(
            self.log.operation,
            self.label,
            {k: frozenset(ids) if len(ids) <= LISTED else None for k, ids in self._touched.items()},
        )

    def _committed(self) -> None:
        self.log.committed()


def _insert_single(
    connection: Connection,
    shape: KindShape,
    ids: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    operation: int,
    templates: Templates,
) -> None:
    for record, row in zip(ids, rows, strict=True):
        single.insert(connection, shape, record, row, operation, templates)

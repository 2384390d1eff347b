"""The tables of a data file and `sync` say the same: what the unit of work writes reads back as the rules have it.

Random operations go through the real unit of work. Each is read back from the log as a domain operation and
must be the very operation that the pure functions of `sync.edits` make for the same wish; taken into a `LogState`,
all of them together must give the values and the heads of the rows.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.domain.records.changes import CLEARED, Creation, FieldKey, Operation, OpId
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.storage import clearing, migrations, undo
from dangjian_desktop.storage import integrity as storage_integrity
from dangjian_desktop.storage.database import Connection, Database
from dangjian_desktop.storage.derive import known_columns
from dangjian_desktop.storage.identity import Identity
from dangjian_desktop.storage.log_outgoing import operations_since, origins
from dangjian_desktop.storage.shape import SHAPES, flat_values, without_nothing
from dangjian_desktop.storage.unit_of_work import Context, read_records, unit_of_work
from dangjian_desktop.sync import edits
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.versions import RecordKey
from log_kit import MemoryProfile
from office_kit import add_branch, add_member, new_office

ACTOR = Actor("张三", "administrator")
TEXTS = st.sampled_from(["甲", "乙", "2020-07", "13800000001", ""])
MAYBE = st.none() | TEXTS
FLAG = st.none() | st.booleans()
WHOLE = st.none() | st.integers(0, 3)
SCALAR = st.none() | st.booleans() | st.integers(-1, 2) | TEXTS
KEYS = ("k1", "k2", "k.3")

DAY = st.none() | st.sampled_from(["2020-07", "2021", "2020-07-03"])
STAY = st.fixed_dictionaries({"organisation": MAYBE, "from_on": DAY, "to_on": DAY})
CATEGORY = st.fixed_dictionaries({"category": TEXTS, "reason": MAYBE})
TERM = st.fixed_dictionaries({"elected_on": st.sampled_from(["2020-07", "2024-05-10"]), "years": WHOLE, "doc": MAYBE})
PRESENCE = st.fixed_dictionaries({"presence": TEXTS, "reason": MAYBE})

PASSAGE = st.fixed_dictionaries(
    {"state": st.sampled_from(["planned", "visited"]), "day": st.sampled_from(["2026-03", "2026-05-06", "2025"])},
    optional={"due": st.just("2026-06-30"), "reason": st.just("改期")},
)

FREE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "organisation": {"short_name": MAYBE, "street_counted": FLAG, "grids": WHOLE, "originals": SCALAR, "terms": TERM},
    "member": {
        "phone": MAYBE,
        "migrant_worker": FLAG,
        "memberships": STAY,
        "categories": CATEGORY,
        "originals": SCALAR,
    },
    "meeting": {"title": MAYBE, "number": WHOLE, "attendance": PRESENCE},
    "ledger_entry": {"number": MAYBE, "values": SCALAR, "passages": PASSAGE},
    "post": {"person_name": MAYBE, "note": MAYBE},
}
"""What may be changed freely; the other columns that must not be empty are given once."""

FIXED = {
    "organisation": {"name": "支部", "kind": "631"},
    "member": {"name": "王五"},
    "meeting": {"meeting_kind": "DYDH"},
    "ledger_entry": {"template": "care-visits"},
    "post": {},
}


def keyed(kind: str, name: str) -> bool:
    return name in SHAPES[kind].sets or name in SHAPES[kind].maps


@st.composite
def new_records(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(FREE)))
    values: dict[str, Any] = dict(FIXED[kind])
    for name, strategy in FREE[kind].items():
        if keyed(kind, name):
            values[name] = draw(st.dictionaries(st.sampled_from(KEYS), strategy, max_size=2))
        else:
            values[name] = draw(strategy)
    return kind, values


@st.composite
def edits_of(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    moves: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(FREE[kind])), min_size=1, max_size=3)):
        if keyed(kind, name):
            moves[f"{name}.{draw(st.sampled_from(KEYS))}"] = draw(st.none() | FREE[kind][name])
        else:
            moves[name] = draw(FREE[kind][name])
    return moves


def paths_of(kind: str) -> list[str]:
    return [p for name in sorted(FREE[kind]) for p in ([f"{name}.{k}" for k in KEYS] if keyed(kind, name) else [name])]


def plain(operation: Operation) -> Operation:
    """The operation without what says nothing: the order, and whether a cleared first value had been there."""
    creations = tuple(
        Creation(c.kind, c.record, {p: v for p, v in sorted(c.values.items()) if v is not CLEARED})
        for c in sorted(operation.creations, key=lambda c: c.record)
    )
    return replace(operation, creations=creations, changes=tuple(sorted(operation.changes, key=lambda c: c.key)))


class LogAndTables(RuleBasedStateMachine):
    """One data file and the state that `sync` makes of its log."""

    made = Bundle("made")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.database = Database(self.folder / "a.djd", bytes(32), create=True)
        with self.database.write() as connection:
            migrations.upgrade(connection)
            templates = known_columns(connection)
        self.identity = Identity(MemoryProfile())
        self.context = Context(self.database, self.identity, Clock(date(2026, 9, 30)), templates)
        self.state = LogState()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    # -- what a person does --------------------------------------------------------------------------

    @rule(target=made, rows=st.lists(new_records(), min_size=1, max_size=3))
    def create(self, rows: list[tuple[str, dict[str, Any]]]) -> Any:
        with unit_of_work(self.context, ACTOR, "新建") as work:
            ids = [(kind, work.create(kind, values)) for kind, values in rows]
        came = self._came()
        assert came is not None
        told = {(c.kind, c.record): c.values for c in came.creations}
        for (kind, record), (_, values) in zip(ids, rows, strict=True):
            assert told[(kind, record)] == flat_values(SHAPES[kind], {**values, "binned": False})
        assert came.changes == ()
        return multiple(*ids)

    @rule(target=made, row=new_records(), other=made, data=st.data())
    def create_one_and_change_another(
        self, row: tuple[str, dict[str, Any]], other: tuple[str, str], data: st.DataObject
    ) -> Any:
        kind, values = row
        moves = data.draw(edits_of(other[0]))
        expected = edits.edit(self.state, self._author(), "新建", self._wish(*other, moves))
        with unit_of_work(self.context, ACTOR, "新建") as work:
            record = work.create(kind, values)
            work.change(*other, moves)
        came = self._came()
        assert came is not None and [c.record for c in came.creations] == [record]
        assert plain(came).changes == (() if expected is None else plain(expected).changes)
        return kind, record

    @rule(one=made, two=made, data=st.data())
    def change(self, one: tuple[str, str], two: tuple[str, str], data: st.DataObject) -> None:
        wishes = {record: data.draw(edits_of(record[0])) for record in (one, two)}
        keys = {key: value for record, moves in wishes.items() for key, value in self._wish(*record, moves).items()}
        expected = edits.edit(self.state, self._author(), "修改", keys)
        with unit_of_work(self.context, ACTOR, "修改") as work:
            for (kind, record), moves in wishes.items():
                work.change(kind, record, moves)
        self._compare(expected)

    @rule(record=made, binned=st.booleans())
    def bin(self, record: tuple[str, str], binned: bool) -> None:
        expected = edits.edit(self.state, self._author(), "回收站", {FieldKey(*record, "binned"): binned or None})
        with unit_of_work(self.context, ACTOR, "回收站") as work:
            work.change(*record, {"binned": binned})
        self._compare(expected)

    @rule(record=made, data=st.data())
    def clear(self, record: tuple[str, str], data: st.DataObject) -> None:
        paths = data.draw(st.lists(st.sampled_from(paths_of(record[0])), min_size=1, max_size=3, unique=True))
        expected = edits.clear(self.state, self._author(), "按期清除", [FieldKey(*record, p) for p in paths])
        with unit_of_work(self.context, ACTOR, "按期清除", nature="clear") as work:
            clearing.clear(work, record[0], [record[1]], paths)
        self._compare(expected)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        # By their place in time: the names of incarnations are random, and a second run must draw the same.
        told = sorted(self.state.operations.values(), key=lambda o: o.lamport)
        undoable = [o.id for o in told if o.nature in ("edit", "undo", "redo")]
        if undoable:
            self._undo(data.draw(st.sampled_from(undoable)))

    @rule(steps=st.integers(1, 3))
    def undo_the_newest(self, steps: int) -> None:
        for _ in range(steps):
            with self.database.read() as connection:
                row = undo.newest_undoable(connection, ACTOR.name, self._own(connection))
                target = None if row is None else self._number(connection, row.id)
            if target is not None:
                self._undo(target)

    @rule()
    def redo_the_newest(self) -> None:
        with self.database.read() as connection:
            row = undo.newest_redoable(connection, ACTOR.name, self._own(connection))
            target = None if row is None else self._number(connection, row.id)
        if target is not None:
            self._undo(target)

    @rule(record=consumes(made))
    def leave_alone(self, record: tuple[str, str]) -> None:
        """So that some records are not touched again."""

    @rule()
    def become_another_pc(self) -> None:
        self.identity.renew = True

    # -- what must hold --------------------------------------------------------------------------------

    @invariant()
    def tables_say_what_the_log_says(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as connection:
            whole = LogState().adding(o for name in origins(connection) for o in operations_since(connection, name, 0))
            assert {i: plain(o) for i, o in whole.operations.items()} == {
                i: plain(o) for i, o in self.state.operations.items()
            }
            self._check_rows(connection, whole)
            assert list(storage_integrity.problems(connection)) == []

    def _check_rows(self, connection: Connection, state: LogState) -> None:
        names = {n: self._number(connection, n) for (n,) in connection.exec_driver_sql("SELECT id FROM operation")}
        heads: dict[tuple[str, str], set[OpId]] = {}
        for record, path, operation in connection.exec_driver_sql("SELECT record, path, operation FROM head"):
            heads.setdefault((record, path), set()).add(names[operation])
        told: set[RecordKey] = set()
        for kind, shape in SHAPES.items():
            ids = [i for (i,) in connection.exec_driver_sql(f"SELECT id FROM {shape.table.name}")]
            for record, row in read_records(connection, shape, ids).items():
                key = RecordKey(kind, record)
                told.add(key)
                assert state.record(key) == flat_values(shape, row)
                for path in state.paths(key):
                    standing = heads.pop((record, path), {names[row["op"]]})
                    assert state.heads(FieldKey(kind, record, path)) == standing
        assert told == set(state.creations)
        assert not heads, "a head of a field that the log does not know"
        assert not list(state.conflicts())

    # -- inside ----------------------------------------------------------------------------------------

    def _author(self) -> edits.Author:
        """Who the next operation will be by; a fresh incarnation is named once it is known."""
        with self.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT incarnation FROM origin WHERE id ="
                " (SELECT json_extract(value, '$') FROM setting WHERE key = 'origin.current')"
            ).first()
        return edits.Author(row[0] if row and not self.identity.renew else "?", ACTOR.name)

    def _wish(self, kind: str, record: str, moves: dict[str, Any]) -> dict[FieldKey, Any]:
        return {FieldKey(kind, record, path): without_nothing(value) for path, value in moves.items()}

    def _came(self) -> Operation | None:
        """The operation that was just recorded, taken into the state; None when there is none."""
        with self.database.read() as connection:
            news = [
                o
                for name in origins(connection)
                for o in operations_since(connection, name, self.state.seen.get(name, 0))
            ]
        assert len(news) <= 1
        self.state = self.state.adding(news)
        return news[0] if news else None

    def _compare(self, expected: Operation | None) -> None:
        came = self._came()
        if expected is None or came is None:
            assert came is expected
            return
        if expected.id.origin == "?":
            assert came.id.seq == 1
            expected = replace(expected, id=came.id)
        assert plain(came) == plain(replace(expected, at=came.at))

    def _undo(self, target: OpId) -> None:
        nature = "redo" if self.state.operations[target].nature == "undo" else "undo"
        author, state = self._author(), self.state
        with self.database.read() as connection:
            number = next(
                n
                for (n,) in connection.exec_driver_sql("SELECT id FROM operation")
                if self._number(connection, n) == target
            )
        with unit_of_work(self.context, ACTOR, "撤销", nature=nature, undoes=number) as work:
            result = undo.revert(work, number)
        held = {RecordKey(kind, record) for kind, record, path in result.kept if path is None}
        expected = edits.undo(state, author, "撤销", target, referred_to=held)
        assert {FieldKey(kind, record, path or "binned") for kind, record, path in result.kept} == set(expected.kept)
        self._compare(expected.operation)

    def _own(self, connection: Connection) -> list[int]:
        return [n for (n,) in connection.exec_driver_sql("SELECT id FROM origin")]

    def _number(self, connection: Connection, operation: int) -> OpId:
        row = connection.exec_driver_sql(
            "SELECT g.incarnation, o.seq FROM operation o JOIN origin g ON g.id = o.origin WHERE o.id = ?", (operation,)
        ).one()
        return OpId(*row)


LogAndTables.TestCase.settings = settings(max_examples=30, stateful_step_count=20)
TestLogAndTables = LogAndTables.TestCase


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


def shown(office: Office, member: str) -> Any:
    return records.get(office, "member", member).values["phone"]


def test_ctrl_z_goes_back_step_by_step_through_one_field(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    for phone in ("13800000001", "13800000002", "13800000003"):
        records.edit(office, "member", member, {"phone": phone})
    for expected in ("13800000002", "13800000001", None):
        history.undo(office)
        assert shown(office, member) == expected
    for expected in ("13800000001", "13800000002", "13800000003"):
        history.redo(office)
        assert shown(office, member) == expected


def test_a_no_that_was_entered_is_kept_and_undone(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    saved = records.edit(office, "organisation", branch, {"street_counted": "否"})
    assert saved.change_set is not None
    assert records.get(office, "organisation", branch).values["street_counted"] is False
    history.undo(office)
    assert records.get(office, "organisation", branch).values["street_counted"] is None
    assert integrity.check(office) == []


def test_a_value_that_was_taken_out_long_ago_is_cleared_as_well(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"), address="某路1号")
    records.edit(office, "member", member, {"address": None})
    assert history.clear(office, "member", [member], ["address"], "保存期满") is not None
    with office.database.read() as connection:
        operations = [o for name in origins(connection) for o in operations_since(connection, name, 0)]
    assert "某路1号" not in repr(operations)
    assert operations[-1].nature == "clear" and operations[-1].changes[0].after is CLEARED

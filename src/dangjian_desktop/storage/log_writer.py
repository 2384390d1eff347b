"""The log's side of one operation: takes the number, commits to every leaf, signs the header at the end."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, text, update

from dangjian_desktop.domain.records.changes import OpId
from dangjian_desktop.sync import layout as cuts
from dangjian_desktop.sync import leaves
from dangjian_desktop.sync.clearing import label_key
from dangjian_desktop.sync.header import ACCOUNT, LABEL, NATURES, Header, header_hash
from dangjian_desktop.sync.leaves import commit, encode
from dangjian_desktop.sync.signing import sign_header

from . import layouts, migrations, tables
from .bulk import insert_columns, insert_many
from .changelog import dump, seeds
from .identity import Identity, Turn, next_turn
from .shape import KindShape

_OPERATION, _CHANGE, _REMAINDER = tables.operation, tables.change, tables.remainder
_BUFFERED = 10_000


class Move(NamedTuple):
    """One field's move; `replaced` are the operations it replaces, None for the creation `maker` alone."""

    kind: str
    record: str
    path: str
    before: Any
    after: Any
    replaced: Collection[int] | None
    maker: int | None


class Left(NamedTuple):
    """What is left of a creation's leaf: the values that a clearing commits to anew."""

    kind: str
    record: str
    maker: int
    leaf: cuts.Leaf


class LogWriter:
    """Writes the leaves of one operation as they come; nothing is in the log before `begin`."""

    def __init__(
        self, connection: Connection, identity: Identity, now: datetime, schema: int = migrations.CURRENT
    ) -> None:
        self._connection = connection
        self._identity = identity
        self._now = now
        self._schema = schema
        self._nodes: list[bytes] = []
        self._buffer: list[dict[str, Any]] = []
        self._names: dict[int, OpId] = {}
        self._replaced: dict[frozenset[int], list[list[Any]]] = {}
        self._layouts: dict[str, int] = {}
        self._turn: Turn | None = None
        self._undoes: OpId | None = None
        self._hash = b""
        self._nature = ""
        self.operation = 0

    @property
    def begun(self) -> bool:
        """Whether a number was taken."""
        return self._turn is not None

    def begin(self, account: str, label: str, nature: str, undoes: int | None) -> None:
        """Take the number and write the operation's first two leaves; raises `ValueError` for an unknown nature."""
        if nature not in NATURES:
            raise ValueError(nature)
        turn = next_turn(self._connection, self._identity, self._now)
        self._undoes = None if undoes is None else self.name_of(undoes)
        self._nature = nature
        seed = seeds(1)[0]
        result = self._connection.execute(
            insert(_OPERATION).values(
                origin=turn.writing.origin,
                seq=turn.number,
                lamport=turn.lamport,
                at=self._now.isoformat(),
                account=account,
                label=label,
                nature=nature,
                undoes=undoes,
                touched="{}",
                seal=seed,
                header=b"",
                signature=b"",
                hash=b"",
            )
        )
        self.operation = int(result.lastrowid)
        self._names[self.operation] = OpId(turn.writing.incarnation, turn.number)
        self._turn = turn
        self._nodes = first_nodes(seed, label, account)

    def prepare(self, kind: str) -> None:
        """Look up what the creations of a kind need, before a pump has the connection."""
        if kind not in self._layouts:
            self._layouts[kind] = layouts.number_of(self._connection, kind)

    def creations(self, shape: KindShape, ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """One leaf for each new record: the node over its own few leaves."""
        self.flush()
        self.prepare(shape.name)
        units = layouts.units_of_members(self._connection, shape, rows)
        found = seeds(len(rows))
        cut = layouts.cut_creations(shape, rows, units)
        nodes = leaves.creation_nodes(shape.name, ids, [contents for contents, _ in cut], found)
        count, first = len(rows), len(self._nodes)
        columns: dict[str, Sequence[Any]] = {
            "ordinal": range(first, first + count),
            "record": ids,
            "leaves": [told for _, told in cut],
            "seal": found,
            "node": nodes,
        }
        shared = {"operation": self.operation, "kind": shape.name, "cleared": False}
        insert_columns(self._connection, _CHANGE, columns, shared | {"layout": self._layouts[shape.name]})
        self._nodes += nodes

    def moves(self, moves: Sequence[Move]) -> None:
        """One leaf for each field that moved; a clearing tells no values."""
        clearing = self._nature == "clear"
        for move, seed in zip(moves, seeds(len(moves)), strict=True):
            leaves.refuse_decimals([move.before, move.after])
            before, after = (None, None) if clearing else (move.before, move.after)
            replaced = frozenset(move.replaced or [move.maker] if move.maker is not None else move.replaced or ())
            structure = structure_content(move.kind, move.record, move.path, self._portable(replaced))
            node = change_node(seed, structure, encode([before, after]))
            self._add(
                kind=move.kind,
                record=move.record,
                path=move.path,
                before=dump(before),
                after=dump(after),
                replaces=dump(sorted(move.replaced)) if move.replaced else None,
                cleared=clearing,
                seal=seed,
            )
            self._nodes.append(node)
        if len(self._buffer) >= _BUFFERED:
            self.flush()

    def label_cleared(self, operation: int) -> None:
        """One leaf that names an operation whose worded label goes."""
        key = label_key(self.name_of(operation))
        self.moves([Move(key.kind, key.record, key.path, None, None, [operation], None)])

    def remainder(self, left: Left) -> None:
        """Commit anew to what is left of a creation's leaf."""
        self.flush()
        salt = seeds(1)[0]
        node = commit(salt, remainder_content(left.kind, left.record, self.name_of(left.maker), left.leaf))
        self._connection.execute(
            insert(_REMAINDER).values(
                operation=self.operation,
                ordinal=len(self._nodes),
                kind=left.kind,
                record=left.record,
                leaf=json.dumps([left.leaf.name, sorted(left.leaf.values)], ensure_ascii=False),
                salt=salt,
                node=node,
            )
        )
        self._nodes.append(node)

    def flush(self) -> None:
        """Write the changes that wait."""
        insert_many(self._connection, _CHANGE, self._buffer)
        self._buffer = []

    def finish(self, touched: Mapping[str, int]) -> None:
        """Close the operation: the root over its leaves, the header and its signature."""
        assert self._turn is not None
        self.flush()
        turn = self._turn
        header = Header(
            turn.writing.incarnation,
            turn.number,
            turn.previous,
            turn.lamport,
            turn.depends,
            self._now.isoformat(),
            self._schema,
            self._nature,
            self._undoes,
            len(self._nodes),
            leaves.root(self._nodes),
        ).encoded()
        self._hash = header_hash(header)
        self._connection.execute(
            update(_OPERATION)
            .where(_OPERATION.c.id == self.operation)
            .values(
                touched=dump(dict(touched)) or "{}",
                header=header,
                signature=sign_header(turn.writing.key, header),
                hash=self._hash,
            )
        )

    def committed(self) -> None:
        """Tell the PC that the operation is in the file."""
        if self._turn is not None:
            self._identity.committed(self._turn, self._hash)

    def _add(self, **row: Any) -> None:
        self._buffer.append({"operation": self.operation, "ordinal": len(self._nodes), **row})

    def _portable(self, operations: frozenset[int]) -> list[list[Any]]:
        found = self._replaced.get(operations)
        if found is None:
            found = self._replaced[operations] = sorted(list(self.name_of(number)) for number in operations)
        return found

    def name_of(self, operation: int) -> OpId:
        """The name of an operation of this file in every other file."""
        if operation not in self._names:
            row = self._connection.execute(
                text("SELECT g.incarnation, o.seq FROM operation o JOIN origin g ON g.id = o.origin WHERE o.id = :id"),
                {"id": operation},
            ).one()
            self._names[operation] = OpId(*row)
        return self._names[operation]


def first_nodes(seal: bytes, label: str, account: str) -> list[bytes]:
    """The nodes of an operation's first two leaves: its worded label and the name of the account."""
    parts = leaves.parts_of(seal, 2)
    told = {LABEL: ["label", label], ACCOUNT: ["account", account]}
    return [part.node(encode(told[ordinal])) for ordinal, part in enumerate(parts)]


def structure_content(kind: str, record: str, path: str, replaces: Sequence[Sequence[Any]]) -> bytes:
    """What stays of a change when its values are cleared."""
    return encode([kind, record, path, replaces])


def change_node(seal: bytes, structure: bytes, values: bytes) -> bytes:
    """The node of a change by its seal: over its structure and its values."""
    first, second = leaves.parts_of(seal, 2)
    return leaves.change_node(first.node(structure), second.node(values))


def remainder_content(kind: str, record: str, maker: OpId, leaf: cuts.Leaf) -> bytes:
    """What a clearing commits to where it took a value out of a leaf that holds others."""
    return encode([kind, record, list(maker), leaf.name, leaf.values])

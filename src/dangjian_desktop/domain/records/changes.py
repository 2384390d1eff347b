"""The change: one field of one record moved from one value to another, in one operation.

A *path* names a field: `phone`; one key of a keyed set: `attendance.<member id>`; one key of a map:
`values.<column key>`. Values are JSON scalars for fields and maps, and JSON objects for set members
(`None` removes the key).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple

Value = Any
"""A JSON value: text, integer, boolean, None, or an object for a member of a keyed set."""


class Cleared(Enum):
    """The type of `CLEARED`."""

    CLEARED = "cleared"


CLEARED: Final = Cleared.CLEARED
"""Stands in the log where a value was taken out for privacy; shown as empty, told in the history."""


class OpId(NamedTuple):
    """Where an operation was made: the incarnation of a device and its running number there (from 1)."""

    origin: str
    seq: int


class FieldKey(NamedTuple):
    """One field of one record."""

    kind: str
    record: str
    path: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field's move; `replaces` names every head of the field that this operation had seen."""

    key: FieldKey
    before: Value
    after: Value
    replaces: frozenset[OpId] = frozenset()


@dataclass(frozen=True, slots=True)
class Creation:
    """A new record with its first values by path (keyed children included as `set.key`)."""

    kind: str
    record: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Operation:
    """One user action: what one office tells another about.

    `nature` is `edit`, `import`, `undo`, `redo`, `clear`, `merge` or `restore`; `lamport` orders for
    display and tie-break; `at` is a UTC ISO moment that is shown and never trusted; `account` is a
    display name as text; `undoes` names the operation an undo reverts; `depends` tells which other
    incarnations its writer had seen advance since its own last operation, and to what number.
    """

    id: OpId
    lamport: int
    at: str
    account: str
    label: str
    nature: str = "edit"
    creations: tuple[Creation, ...] = ()
    changes: tuple[Change, ...] = ()
    undoes: OpId | None = None
    depends: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a committed operation touched; views refresh from it and from nothing else.

    `records` maps a kind to the ids touched, or to None when too many to list (bulk import).
    """

    operation: int
    label: str
    records: Mapping[str, frozenset[str] | None] = field(default_factory=dict)

    def touches(self, kind: str) -> bool:
        """Whether any record of `kind` changed."""
        return kind in self.records

"""How the paths of the change log lie in tables: columns, keyed sets (child rows) and maps (JSON columns)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from dangjian_desktop.domain.records.fields import FieldType, RecordKind
from dangjian_desktop.domain.records.kinds import KINDS

from . import tables


@dataclass(frozen=True, slots=True)
class SetShape:
    """One keyed set: its child table, the columns that make up a member's value, and what its key refers to."""

    table: Table
    columns: tuple[str, ...]
    key: FieldType | None = None


@dataclass(frozen=True, slots=True)
class KindShape:
    """One kind: its table, the columns that the log follows, its sets and its maps."""

    name: str
    table: Table
    columns: tuple[str, ...]
    sets: dict[str, SetShape]
    maps: frozenset[str]
    known: frozenset[str]
    """`columns` for looking up."""

    def split(self, path: str) -> tuple[str, str | None]:
        """A path as (column or set or map, key); raises `KeyError` for a path this kind does not have."""
        head, _, key = path.partition(".")
        if key:
            if head not in self.sets and head not in self.maps:
                raise KeyError(path)
            return head, key
        if head not in self.columns:
            raise KeyError(path)
        return head, None


_HOUSEKEEPING = {"rid", "id", "op"}

BINNED = "binned"
"""The column that tells whether a record lies in the recycle bin; False is no value, as at creation."""


def _shape(kind: RecordKind) -> KindShape:
    table = tables.of_kind[kind.name]
    columns = tuple(
        c.key for c in table.columns if c.key not in {*_HOUSEKEEPING, *kind.maps} and not c.info.get("derived")
    )
    sets = {
        spec.name: SetShape(tables.of_set[kind.name, spec.name], tuple(field.name for field in spec.fields), spec.key)
        for spec in kind.sets
    }
    return KindShape(kind.name, table, columns, sets, frozenset(kind.maps), frozenset(columns))


SHAPES: dict[str, KindShape] = {name: _shape(kind) for name, kind in KINDS.items()}


def among(column: ColumnElement[str], ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a column holds one of `ids`: they go as one value, however many, and the statement stays the same."""
    return column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value")))


def flat_values(shape: KindShape, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as path → value without empty values: what a creation commits to."""
    flat = flat_columns(shape, record)
    flat.update(keyed_values(shape, record))
    return flat


def flat_columns(shape: KindShape, record: Mapping[str, Any]) -> dict[str, Any]:
    """The non-empty columns of a record."""
    known = shape.known
    flat = dict(record)
    for name in ("id", *shape.sets, *shape.maps):
        flat.pop(name, None)
    # New rows of an import mostly hold nothing else and nothing empty: looking costs less than picking.
    if None in flat.values() or not known.issuperset(flat):
        flat = {column: value for column, value in flat.items() if value is not None and column in known}
    # A "no" that was entered is a value like any other: it differs from not knowing.
    if flat.get(BINNED) is False:
        del flat[BINNED]
    return flat


def keyed_values(shape: KindShape, record: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a record's sets and maps by path."""
    found = {}
    for name in (*shape.sets, *shape.maps):
        for key, value in (record.get(name) or {}).items():
            if value is not None:
                found[f"{name}.{key}"] = without_nothing(value)
    return found


def without_nothing(value: Any) -> Any:
    """A member of a keyed set without its empty parts, as it reads back; other values unchanged."""
    if not isinstance(value, dict) or None not in value.values():
        return value
    return {k: v for k, v in value.items() if v is not None}

"""Tables of the shared records, made from the declarations of their kinds; one row a record, one a member of a set.

`rid` is the small number that derived tables point to; `id` is what the world sees. `op` is the operation that
created the record: until a field moves on, that operation is the field's head.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, RecordKind, SetSpec
from dangjian_desktop.domain.records.kinds import KINDS

from .column import column

METADATA = MetaData()

_TYPES: dict[FieldType, type[TypeEngine[Any]]] = {
    FieldType.INTEGER: Integer,
    FieldType.MONEY: Integer,
    FieldType.BOOLEAN: Boolean,
}


def _column(spec: FieldSpec) -> Column[Any]:
    return column(spec.name, _TYPES.get(spec.type, String)(), info={"derived": spec.derived})


def _of_kind(kind: RecordKind) -> Table:
    return Table(
        kind.name,
        METADATA,
        column("rid", Integer, primary_key=True),
        column("id", String, nullable=False),
        column("op", Integer, nullable=False),
        column("binned", Boolean, nullable=False),
        *(_column(spec) for spec in (*kind.fields, *kind.hidden)),
        *(column(name, JSON(none_as_null=True)) for name in kind.maps),
    )


def _of_set(spec: SetSpec) -> Table:
    if spec.table in METADATA.tables:
        return METADATA.tables[spec.table]
    return Table(
        spec.table,
        METADATA,
        column("rid", Integer, primary_key=True),
        column("record", String, nullable=False),
        column("key", String, nullable=False),
        *(_column(field) for field in spec.fields),
    )


of_kind: dict[str, Table] = {name: _of_kind(kind) for name, kind in KINDS.items()}
"""The table of every kind by its name."""

of_set: dict[tuple[str, str], Table] = {
    (name, spec.name): _of_set(spec) for name, kind in KINDS.items() for spec in kind.sets
}
"""The table of every keyed set by kind and name."""

organisation, member, post, meeting, ledger_entry, shared_item = (
    of_kind[name] for name in ("organisation", "member", "post", "meeting", "ledger_entry", "shared_item")
)
term = of_set["organisation", "terms"]
membership, category, former = (of_set["member", name] for name in ("memberships", "categories", "former"))
attendance = of_set["meeting", "attendance"]
attachment = of_set["member", "attachments"]
passage = of_set["ledger_entry", "passages"]

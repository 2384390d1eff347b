"""One record as SQLModel objects: validated, written, with its keyed sets; what people do one at a time goes this way.

Bulk writing and lists stay with the Core tables. Only the first edit loads the classes: no start waits for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from .derive import Templates, index_names
from .shape import KindShape

if TYPE_CHECKING:
    from sqlmodel import Session, SQLModel


@cache
def _model(table: str) -> type[SQLModel]:
    """The class of a table's rows."""
    from . import models

    known: dict[str, type[SQLModel]] = {
        str(getattr(models, name).__tablename__): getattr(models, name) for name in models.__all__
    }
    return known[table]


@contextmanager
def _session(connection: Connection) -> Iterator[Session]:
    """A session inside the operation's own transaction: it is flushed here, and committed by nobody below it."""
    from sqlmodel import Session

    with Session(connection, autoflush=False, expire_on_commit=False) as session:
        yield session
        session.flush()


def insert(
    connection: Connection,
    shape: KindShape,
    record: str,
    row: Mapping[str, Any],
    operation: int,
    templates: Templates,
) -> None:
    """Write one new record with its keyed sets, derived columns and search entry.

    Raises `pydantic.ValidationError` for a value of another type than the model says, which is a fault of the program:
    what people type was read before.
    """
    from .bulk import derived_columns

    columns = {name: row[name] for name in (*shape.columns, *shape.maps) if row.get(name) is not None}
    derived = {name: values[0] for name, values in derived_columns(shape, [row], templates).items()}
    model: Any = _model(shape.table.name).model_validate({**columns, **derived, "id": record, "op": operation})
    with _session(connection) as session:
        session.add(model)
        for name in shape.sets:
            session.add_all(_child(shape, name, record, key, value) for key, value in (row.get(name) or {}).items())
    if shape.name == "member":
        index_names(connection, [(int(model.rid), str(row["name"]))], fresh=True)


def write(
    connection: Connection,
    shape: KindShape,
    record: str,
    columns: Mapping[str, Any],
    children: Sequence[tuple[str, str, Mapping[str, Any] | None]],
) -> None:
    """Move columns of one record, and members of its keyed sets as (set, key, value or None for none).

    Raises as `insert`.
    """
    from sqlmodel import select

    kind: Any = _model(shape.table.name)
    with _session(connection) as session:
        if columns:
            model = session.exec(select(kind).where(kind.id == record)).one()
            model.sqlmodel_update(dict(columns))
            kind.model_validate({name: getattr(model, name) for name in kind.model_fields})
        for name, key, value in children:
            child: Any = _model(shape.sets[name].table.name)
            for old in session.exec(select(child).where(child.record == record, child.key == key)):
                session.delete(old)
            session.flush()
            if value is not None:
                session.add(_child(shape, name, record, key, value))


def _child(shape: KindShape, name: str, record: str, key: str, value: Mapping[str, Any]) -> SQLModel:
    child = shape.sets[name]
    given = {column: value.get(column) for column in child.columns if value.get(column) is not None}
    return _model(child.table.name).model_validate({**given, "record": record, "key": key})

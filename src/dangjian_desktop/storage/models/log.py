"""Tables of the change log: who did what to which field, and which versions stand.

A creation has one row without a path: a salted commitment of its values, not a copy. Every later
move of a field has one row with `before` and `after`. `head` has rows only for fields that moved on.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Origin(SQLModel, table=True):
    """One incarnation of a device, as a small integer inside this file."""

    id: int | None = Field(default=None, primary_key=True)
    incarnation: str = Field(unique=True)
    device: str
    name: str
    started_at: str


class OperationRow(SQLModel, table=True):
    """One operation; its changes are the rows `first_change` to `last_change`."""

    __tablename__ = "operation"
    __table_args__ = (UniqueConstraint("origin", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    origin: int
    seq: int
    lamport: int = Field(index=True)
    at: str
    account: str
    label: str
    nature: str
    undoes: int | None = Field(default=None, index=True)
    touched: str
    first_change: int
    last_change: int
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ChangeRow(SQLModel, table=True):
    """One change; `path` is null for a creation."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_record", "record", sqlite_where=text("path IS NOT NULL")),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    record: str
    path: str | None = None
    before: str | None = None
    after: str | None = None
    replaces: str | None = None
    cleared: bool = False
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    commitment: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Head(SQLModel, table=True):
    """One standing version of a field that has moved on from its record's creation."""

    __table_args__: Any = {"sqlite_with_rowid": False}
    record: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    operation: int = Field(primary_key=True)
    value: str | None = None

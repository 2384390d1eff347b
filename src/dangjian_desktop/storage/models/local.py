"""Tables that never travel (accounts, settings, views) and the append-only audit trail."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Setting(SQLModel, table=True):
    """One setting of this file on this PC; `value` is JSON."""

    key: str = Field(primary_key=True)
    value: str


class Account(SQLModel, table=True):
    """Who may open this file and as what; the password lives only in the key slot."""

    name: str = Field(primary_key=True)
    role: str
    scope: str | None = None
    disabled: bool = False
    slot: str | None = None
    created_at: str


class AuditEvent(SQLModel, table=True):
    """A reveal, export, log-in or clearing: append-only, stays in this file."""

    __tablename__ = "audit_event"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    account: str
    action: str
    detail: str

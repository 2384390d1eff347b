"""One way to declare a column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine


def column(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any], **options: Any) -> Column[Any]:
    """A column whose name in rows is plain text, as that of a model: SQLAlchemy's own class of names is no JSON key."""
    made: Column[Any] = Column(name, kind, key=name, **options)
    made.name = name
    return made

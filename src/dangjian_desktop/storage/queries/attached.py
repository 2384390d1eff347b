"""Which attachments records refer to: the keys that lie in their rows and in the log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from .. import tables
from ..changelog import load

_MEMBER, _CHANGE = tables.member, tables.change
PHOTO = "photo"


def photos(connection: Connection) -> list[tuple[str, str]]:
    """Members that have a photo, as (id, key); those in the recycle bin too."""
    rows = connection.execute(select(_MEMBER.c.id, _MEMBER.c.photo).where(_MEMBER.c.photo.is_not(None)))
    return [(record, key) for record, key in rows]


def photo_of(connection: Connection, member: str) -> str | None:
    """The key of one member's photo, or None."""
    key: str | None = connection.execute(select(_MEMBER.c.photo).where(_MEMBER.c.id == member)).scalar_one_or_none()
    return key


def keys(connection: Connection, members: Sequence[str] | None = None) -> set[str]:
    """Every key that a photo has or had, so that it can be undone to; only of these members where given."""
    rows = select(_MEMBER.c.photo).where(_MEMBER.c.photo.is_not(None))
    log = select(_CHANGE.c.before, _CHANGE.c.after).where(_CHANGE.c.path == PHOTO)
    if members is not None:
        rows = rows.where(_MEMBER.c.id.in_(members))
        log = log.where(_CHANGE.c.record.in_(members))
    logged = [value for line in connection.execute(log) for value in line]
    return {*connection.execute(rows).scalars(), *(key for value in logged if (key := load(value)))}

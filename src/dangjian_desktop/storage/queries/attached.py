"""Which attachments records refer to: the keys that lie in their rows and in the log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from dangjian_desktop.domain.records.attachments import ATTACHMENTS

from .. import tables
from ..changelog import load

_MEMBER, _CHANGE, _ATTACHMENT = tables.member, tables.change, tables.attachment
PHOTO = "photo"


def photos(connection: Connection) -> list[tuple[str, str]]:
    """Members that have a photo, as (id, key); those in the recycle bin too."""
    rows = connection.execute(select(_MEMBER.c.id, _MEMBER.c.photo).where(_MEMBER.c.photo.is_not(None)))
    return [(record, key) for record, key in rows]


def photo_of(connection: Connection, member: str) -> str | None:
    """The key of one member's photo, or None."""
    key: str | None = connection.execute(select(_MEMBER.c.photo).where(_MEMBER.c.id == member)).scalar_one_or_none()
    return key


def attachments(connection: Connection) -> list[tuple[str, str]]:
    """Records that have an attachment, as (id, key of the file); those in the recycle bin too."""
    rows = connection.execute(select(_ATTACHMENT.c.record, _ATTACHMENT.c.secret))
    return [(record, key) for record, key in rows]


def titles(connection: Connection, files: Sequence[str]) -> dict[str, str]:
    """The names of attached files by key."""
    rows = connection.execute(select(_ATTACHMENT.c.key, _ATTACHMENT.c.title).where(_ATTACHMENT.c.key.in_(list(files))))
    return {key: title or "" for key, title in rows}


def attached_keys(connection: Connection, records: Sequence[str] | None = None) -> dict[str, str]:
    """Every attachment that records have or had, by path; only of these records where given."""
    rows = select(_ATTACHMENT.c.key, _ATTACHMENT.c.secret)
    log = select(_CHANGE.c.path, _CHANGE.c.before, _CHANGE.c.after).where(_CHANGE.c.path.like(f"{ATTACHMENTS.name}.%"))
    if records is not None:
        rows, log = rows.where(_ATTACHMENT.c.record.in_(records)), log.where(_CHANGE.c.record.in_(records))
    found = {f"{ATTACHMENTS.name}.{key}": secret for key, secret in connection.execute(rows)}
    for path, *values in connection.execute(log):
        for value in values:
            if kept := load(value):
                found[path] = kept["secret"]
    return found


def keys(connection: Connection, members: Sequence[str] | None = None) -> set[str]:
    """Every key that a photo has or had, so that it can be undone to; only of these members where given."""
    rows = select(_MEMBER.c.photo).where(_MEMBER.c.photo.is_not(None))
    log = select(_CHANGE.c.before, _CHANGE.c.after).where(_CHANGE.c.path == PHOTO)
    if members is not None:
        rows = rows.where(_MEMBER.c.id.in_(members))
        log = log.where(_CHANGE.c.record.in_(members))
    logged = [value for line in connection.execute(log) for value in line]
    return {*connection.execute(rows).scalars(), *(key for value in logged if (key := load(value)))}

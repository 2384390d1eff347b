"""A member's photo: put, taken off, shown."""

from __future__ import annotations

from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import attached as queries
from dangjian_desktop.storage.queries import listing

from . import attached, records
from .records import Saved


def put(office: Office, member: str, path: Path) -> Saved:
    """Keep the picture at `path` as the member's photo, in place of the one before; one undo brings that back.

    It is scaled to a two-inch print. Raises as `attached.take_photo`.
    """
    return records.edit_many(
        office, "member", {member: {"photo": str(path)}}, label=f"放上党员“{_name(office, member)}”的照片"
    )


def remove(office: Office, member: str) -> Saved:
    """Take the photo off; it can be undone, so the file stays until the photo is cleared."""
    return records.edit_many(
        office, "member", {member: {"photo": None}}, label=f"取下党员“{_name(office, member)}”的照片"
    )


def content(office: Office, member: str) -> bytes | None:
    """The photo as JPEG, None where there is none.

    Raises `UserError` (`not_found`, `out_of_scope`, `attachment_missing`, `attachment_damaged`).
    """
    office.actor.require(READ, "member")
    _name(office, member)
    with office.database.read() as connection:
        key = queries.photo_of(connection, member)
    return attached.content(office, key) if key else None


def _name(office: Office, member: str) -> str:
    """The name of a member whom this account may see."""
    with office.database.read() as connection:
        found = listing.rows(connection, "member", [member], ["name", "organisation"])
    if not found:
        raise UserError("not_found", f"没有找到这条党员记录（{member}）。")
    records.require_visible(office, "member", found[0])
    return str(found[0]["name"])

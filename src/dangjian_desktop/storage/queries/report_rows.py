"""Plain rows that reports print beside the census: posts on a day, details of members, units and meetings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from . import listing
from .spans import former_values, in_force_text

_MEMBER_COLUMNS = (
    "name",
    "sex",
    "ethnic_group",
    "birth_on",
    "native_place",
    "education",
    "joined_on",
    "confirmed_on",
    "employer",
    "id_number",
    "phone",
    "note",
)
_POSTS = (
    "SELECT p.organisation, p.member, coalesce(m.name, p.person_name, ''), coalesce(p.post, '')"
    " FROM post p LEFT JOIN member m ON m.id = p.member"
    f" WHERE NOT p.binned AND {in_force_text('p')}"
)
# So many are asked for by id; of more, everything is read.
_FEW = 900
_PIECE = 4500
_UNIT_COLUMNS = ("contact", "phone", "units", "note")


class PostRow(NamedTuple):
    """A post held on a day: by a member of this file, or by the person named."""

    organisation: str | None
    member: str | None
    name: str
    post: str


def posts_on(
    connection: Connection, day: date, *, members: Sequence[str] | None = None, units: Sequence[str] | None = None
) -> list[PostRow]:
    """Every post held on `day`, in the order of entry; with `members` or `units` at least all of theirs."""
    for column, wanted in (("member", members), ("organisation", units)):
        if wanted is not None and len(wanted) <= _FEW:
            found = text(f"{_POSTS} AND p.{column} IN :wanted ORDER BY p.rid")
            asked = found.bindparams(bindparam("wanted", list(wanted), expanding=True), day=day.isoformat())
            return [PostRow(*row) for row in connection.execute(asked)]
    rows = connection.execute(text(f"{_POSTS} ORDER BY p.rid"), {"day": day.isoformat()})
    return [PostRow(*row) for row in rows]


def member_details(connection: Connection, ids: Sequence[str], day: date) -> Iterator[dict[str, Any]]:
    """What a roster prints of these members, in their order; dated fields as of `day`; a piece at a time."""
    former = former_values(connection, day)
    for start in range(0, len(ids), _PIECE):
        for row in listing.rows(connection, "member", ids[start : start + _PIECE], _MEMBER_COLUMNS):
            yield row | former.get(row["id"], {})


def unit_details(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Contact, phone, units covered and note by organisation."""
    return {row["id"]: row for row in listing.rows(connection, "organisation", ids, _UNIT_COLUMNS)}

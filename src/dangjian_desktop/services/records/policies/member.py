"""Members: where they stay, what their own record says, whose number is whose."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing, people
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from .. import members
from ..printing import CATEGORY_JOINER
from .base import Policy, Row


class MemberPolicy(Policy):
    """A Party member."""

    kind = "member"

    def form_values(self, row: Row) -> dict[str, Any]:
        """The set of classifications and its derived summary share a name; a form shows the summary."""
        held = (c["category"] for c in row["categories"].values() if not c.get("to_on"))
        return dict(row) | {"categories": CATEGORY_JOINER.join(dict.fromkeys(held))}

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """A new member with the first stay; refused where the ID number is somebody's already."""
        refuse_same_number(office, values)
        with office.database.read() as connection:
            first = values["organisation"] not in people.units_with_history(connection)
        return members.creation(office, values, first_of_unit=first)

    def edits(self, current: Row, values: Row, since: str, *, named: bool = False) -> dict[str, Any]:  # noqa: ARG002
        """Fields of the stay and classifications go to their sets."""
        return members.edits(current, values, since)

    def settled(self, office: Office, work: UnitOfWork, row: Row) -> None:
        """Refuse an ID number that another member has (`duplicate_id`)."""
        refuse_same_number(office, row, work, row.get("id"))


def refuse_same_number(office: Office, values: Row, work: UnitOfWork | None = None, own: str | None = None) -> None:
    """Raise `UserError` (`duplicate_id`) for an ID number that another member has, the changes of `work` included."""
    number = values.get("id_number")
    if not number:
        return
    with nullcontext(work.connection) if work else office.database.read() as connection:
        same = people.by_id_numbers(connection, [number]).get(number, [])
        rows_of_same = listing.rows(connection, "member", [i for i in same if i != own], ["name", "organisation"])
    if rows_of_same:
        first = rows_of_same[0]
        seen = office.actor.scope is None or first["organisation"] in office.actor.scope
        whose = f"已有党员“{first['name']}”" if seen else "别的党组织的一名党员"
        raise UserError(
            "duplicate_id",
            f"公民身份号码与{whose}相同。",
            effect="没有保存，数据没有改动。",
            advice="请核对号码；转入的党员请让上级党组织办理。" if not seen else "请核对号码，或打开这名党员修改。",
        )

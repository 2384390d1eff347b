"""Organisations: the tree they stand in, whom they hold, who leads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.records.spans import OnDay
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of, listing

from .. import organisations
from ..printing import Printer
from .base import Extra, Policy, Printed, Row

HEAD = "书记"


class OrganisationPolicy(Policy):
    """A unit of the tree."""

    kind = "organisation"

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """A new unit stands below the account's own, or below the root."""
        if not values.get("parent"):
            values["parent"] = office.scope or organisations.root_id(office)
        return terms.creation(values)

    def edits(self, current: Row, values: Row, since: str, *, named: bool = False) -> dict[str, Any]:
        """What is said about the term goes to the history of terms."""
        return terms.edits(rules(), current, values, since if named else None)

    def before_removal(self, office: Office, ids: Sequence[str]) -> None:
        """Refuse a unit that has members, or units below it that are not removed with it (`not_empty`)."""
        nodes, gone = organisations.tree(office), set(ids)
        above = {n.parent_id for n in nodes if n.id not in gone}
        for node in nodes:
            if node.id in gone and (node.members or node.id in above):
                raise UserError(
                    "not_empty",
                    f"“{node.name}”还有下级组织或党员，不能删除。",
                    effect="没有删除，数据没有改动。",
                    advice="请先转出党员、移走下级组织；撤销的组织请填“撤销日期”，不要删除。",
                )

    def standing_on(self, office: Office, ids: Sequence[str], on: date) -> list[str]:
        """Units that were founded and not dissolved, in the order of the tree."""
        wanted = set(ids)
        with office.database.read() as connection:
            rows = listing.rows(connection, self.kind, ids, ["founded_on"])
        day = OnDay.of(on)
        begun = {r["id"] for r in rows if day.begun(r["founded_on"])}
        return [n.id for n in organisations.tree(office, on) if n.id in wanted and n.id in begun]

    def listed(self, office: Office, day: date) -> Extra:
        """Who leads the unit and how many members it has."""
        with office.database.read() as connection:
            heads = as_of.heads(connection, day, HEAD)
        nodes = {n.id: n for n in organisations.tree(office, day)}

        def extra(row: Row, _printer: Printer) -> Printed:
            node = nodes.get(row["id"])
            return {
                "secretary": heads.get(row["id"], ""),
                "members": node.members_total if node else 0,
                "members_own": node.members if node else 0,
            }

        return extra

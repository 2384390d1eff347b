"""Organisations: the tree they stand in, whom they hold, who leads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.records.spans import OnDay
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import as_of, guarding, listing
from dangjian_desktop.storage.shape import BINNED
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from ..printing import Printer
from .base import Extra, MakeRows, Policy, Printed, Row

HEAD = "书记"
_PARENT_ONCE = "former.parent@"


class OrganisationPolicy(Policy):
    """A unit of the tree."""

    kind = "organisation"

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """A new unit stands below the account's own, or below the root."""
        if not values.get("parent"):
            values["parent"] = office.scope or organisations.root_id(office)
        return terms.creation(values)

    def imported(self, office: Office, connection: Any, besides: str | None) -> MakeRows:  # noqa: ARG002
        """What a row says about the term becomes its first one."""
        return lambda rows: [terms.creation(row) for row in rows]

    def edits(self, current: Row, values: Row, since: str, *, named: bool = False) -> dict[str, Any]:
        """What is said about the term goes to the history of terms."""
        return terms.edits(rules(), current, values, since if named else None)

    def settle(self, office: Office, work: UnitOfWork) -> None:
        """Refuse a unit below itself (`ring`), and one that ends with members or units in it (`not_empty`)."""
        moved, created = work.moved(self.kind), work.created(self.kind)
        placed = [*created, *(record for record, paths in moved.items() if _placed(paths))]
        if placed:
            _refuse_ring(work, placed)
        ended = [record for record, paths in moved.items() if paths & {"dissolved_on", BINNED}]
        rows = work.read(self.kind, [*ended, *created])
        gone = {record: row for record, row in rows.items() if row[BINNED] or row["dissolved_on"]}
        if gone:
            _refuse_full(office, work, gone)

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


def _placed(paths: Collection[str]) -> bool:
    """Whether a unit stands elsewhere now, or stood elsewhere once."""
    return any(path in {"parent", BINNED} or path.startswith(_PARENT_ONCE) for path in paths)


def _refuse_ring(work: UnitOfWork, placed: Sequence[str]) -> None:
    """No unit stands below itself, today or on any day before."""
    for until, above in guarding.parents_ever(work.connection):
        for unit in placed:
            if not _below_itself(unit, above):
                continue
            name = work.read("organisation", [unit])[unit]["name"]
            when = f"{until}以前，" if until else ""
            raise UserError(
                "ring",
                f"{when}“{name}”不能放在它自己或它的下级组织下面。",
                effect="没有保存，数据没有改动。",
                advice="请另选上级组织，或者核对从哪天起；要互换上下级的，先把下级组织移到别处。",
            )


def _below_itself(unit: str, above: Mapping[str, str | None]) -> bool:
    step, met = above.get(unit), set()
    while step is not None and step not in met:
        if step == unit:
            return True
        met.add(step)
        step = above.get(step)
    return False


def _refuse_full(office: Office, work: UnitOfWork, gone: Mapping[str, Row]) -> None:
    """A unit ends only when its members are out and the units below it have ended too (`not_empty`)."""
    today = office.today()

    def outlasts(unit: str, until: str | None) -> bool:
        row = gone[unit]
        end = today if row[BINNED] else last_day(row["dissolved_on"])
        return until is None or last_day(until) > end

    inside = [s for s in guarding.stays_in(work.connection, gone) if outlasts(s.unit, s.to_on)]
    below = [b for b in guarding.below(work.connection, gone) if outlasts(b.unit, b.dissolved_on)]
    for unit in [*(s.unit for s in inside), *(b.unit for b in below)]:
        row = gone[unit]
        people = sum(1 for s in inside if s.unit == unit)
        units = sum(1 for b in below if b.unit == unit)
        what = "和".join([f"{people}名党员"] * bool(people) + [f"{units}个下级组织"] * bool(units))
        verb = "删除" if row[BINNED] else f"在{row['dissolved_on']}撤销"
        raise UserError(
            "not_empty",
            f"“{row['name']}”还有{what}，不能{verb}。",
            effect="没有保存，数据没有改动。",
            advice="请先转出党员、移走下级组织"
            + ("；撤销的组织请填“撤销日期”，不要删除。" if row[BINNED] else "，再填撤销日期。"),
        )

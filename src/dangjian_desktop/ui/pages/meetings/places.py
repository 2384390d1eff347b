"""Where a meeting is held: the unit and the group that the tree or the table of the year tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dangjian_desktop.domain.life.meeting_duty import RULES
from dangjian_desktop.domain.values.periods import parse_period

from ...widgets.record_model import ColumnFilter

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office
    from dangjian_desktop.services.units.organisations import OrgNode

    Place = dict[str, OrgNode]
    """The unit and the group of a meeting by the fields they stand in; what is not known is left out."""

GROUP_MEETING = "DXZH"


def place_of(office: Office, scope: str) -> Place:
    """The unit to which a meeting entered for `scope` belongs, and the group where one is chosen."""
    from dangjian_desktop.services.units import organisations

    found = zip(("organisation", "group"), organisations.unit_and_group(office, scope), strict=True)
    return {name: node for name, node in found if node is not None}


def held_there(place: Place, kind: str, period: str) -> list[ColumnFilter]:
    """Filters for the meetings of a kind that a unit, or a group, held in a period."""
    span = parse_period(period)
    label = next((rule.label for rule in RULES if rule.kind == kind), kind)
    name = "group" if "group" in place else "organisation"
    held = [ColumnFilter(name, "in", (place[name].id,), place[name].name)] if place else []
    return [
        *held,
        ColumnFilter("meeting_kind", "in", (kind,), label),
        ColumnFilter("started_at", "ge", span.start.isoformat(), f"{span.label}"),
        ColumnFilter("started_at", "le", span.end.isoformat(), f"到 {span.end}"),
    ]

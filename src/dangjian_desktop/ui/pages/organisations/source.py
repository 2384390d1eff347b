"""Organisations for a table: in the order of the tree, with the number of members."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import ORGANISATION
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

from ...records.source import ServiceSource
from ...widgets.record_model import ColumnFilter

MEMBERS, OWN = "members_total", "members_own"
COUNTS = (
    FieldSpec(MEMBERS, "党员数（含下级）", FieldType.INTEGER, table=True, editable=False),
    FieldSpec(OWN, "本级党员数", FieldType.INTEGER, editable=False),
)
_FIRST = 4


class OrganisationSource(ServiceSource):
    """Adds the two counts, and the order of the tree where nothing else was asked for."""

    def __init__(self, office: Office) -> None:
        fields = ORGANISATION.fields
        super().__init__(office, "organisation", (*fields[:_FIRST], *COUNTS, *fields[_FIRST:]))

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order; counts are sorted by here, since they are no columns of the file."""
        counted = [(name, down) for name, down in order if name in (MEMBERS, OWN)]
        plain = [pair for pair in order if pair not in counted]
        found = super().ids(plain, [item for item in filters if item.field not in (MEMBERS, OWN)], text)
        nodes = {node.id: node for node in organisations.tree(self.office)}
        found = [record for record in found if self._keeps(nodes.get(record), filters)]
        if not order:
            place = {record: at for at, record in enumerate(nodes)}
            return sorted(found, key=lambda record: place.get(record, len(place)))
        for name, down in reversed(counted):
            found.sort(key=lambda record: _count(nodes.get(record), name), reverse=down)
        return found

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values with the counts."""
        rows = super().rows(ids, fields)
        nodes = {node.id: node for node in organisations.tree(self.office)}
        for row in rows:
            for name in (MEMBERS, OWN):
                row[name] = str(_count(nodes.get(row["id"]), name))
        return rows

    @staticmethod
    def _keeps(node: organisations.OrgNode | None, filters: Sequence[ColumnFilter]) -> bool:
        for item in filters:
            if item.field not in (MEMBERS, OWN):
                continue
            count, bound = _count(node, item.field), str(item.value or "")
            if item.op == "empty" and count or item.op == "not_empty" and not count:
                return False
            if bound.isdigit() and (item.op == "ge" and count < int(bound) or item.op == "le" and count > int(bound)):
                return False
        return True


def _count(node: organisations.OrgNode | None, name: str) -> int:
    if node is None:
        return 0
    return node.members_total if name == MEMBERS else node.members

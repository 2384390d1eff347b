"""Look-ups of forms and filters, answered by an open office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.values import read_cell

from ..widgets.lookups import Choice, Reading, initials, matches

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office

LIMIT = 30


class ServiceLookups:
    """Implements `Lookups` over the services."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._choices: dict[str, list[Choice]] = {}

    def choices(self, codes: str) -> Sequence[Choice]:
        """All selectable entries of a code list, read once."""
        if codes not in self._choices:
            pairs = self._office.codes.choices(codes)
            self._choices[codes] = [Choice(code, name, initials(name)) for code, name in pairs]
        return self._choices[codes]

    def find(self, kind: FieldType, text: str) -> Sequence[Choice]:
        """Units by name, short name or initials; members by whatever finds them."""
        if kind is FieldType.MEMBER:
            from dangjian_desktop.services.records import search

            return [Choice(hit.id, hit.name, "", hit.detail) for hit in search.find(self._office, text, LIMIT)]
        from dangjian_desktop.services.units import organisations

        nodes, above = organisations.tree(self._office), organisations.superior_names(self._office)
        called = Counter(node.name for node in nodes)
        units = [
            Choice(
                node.id,
                node.name,
                initials(node.name) + " " + initials(node.short_name),
                # Units of one name are told apart by what stands above them.
                above.get(node.id, node.kind_name) if called[node.name] > 1 else node.kind_name,
            )
            for node in nodes
        ]
        return [unit for unit in units if matches(unit, text)][:LIMIT]

    def read(self, spec: FieldSpec, text: str) -> Reading:
        """Read office writing the way the import does."""
        result = read_cell(spec, text, self._office.codes, on=self._office.today())
        if result.error:
            return Reading(None, text, result.error)
        return Reading(result.value, text if result.value is None else str(result.value))

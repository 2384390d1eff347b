"""Look-ups of forms and filters, answered by an open office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dangjian_desktop.domain.figures.census import GROUP_KIND, INFORMAL
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.records.fields import ANY_UNIT, GROUPS, HOMES, FieldSpec, FieldType
from dangjian_desktop.domain.values.values import read_cell

from ..widgets.lookups import Choice, Reading, initials, matches

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office

LIMIT = 30


class ServiceLookups:
    """Implements `Lookups` over the services."""

    def __init__(self, office: Office, scope: Callable[[], str | None] = lambda: None) -> None:
        self._office, self._scope = office, scope
        self._choices: dict[str, list[Choice]] = {}

    def choices(self, codes: str) -> Sequence[Choice]:
        """All selectable entries of a code list, read once."""
        if codes not in self._choices:
            pairs = self._office.codes.choices(codes)
            self._choices[codes] = [Choice(code, name, initials(name)) for code, name in pairs]
        return self._choices[codes]

    def chosen(self) -> str | None:
        """The unit chosen in the tree."""
        return self._scope()

    def find(self, spec: FieldSpec, text: str, near: str | None = None) -> Sequence[Choice]:
        """Units by name, short name or initials; members by whatever finds them, with their unit and year of birth."""
        if spec.type is FieldType.ORGANISATION:
            return self._units(spec, text, near)
        if isinstance(spec, LedgerColumn) and spec.ledger:
            from dangjian_desktop.services.ledgers import ledgers

            return [Choice(entry, name) for entry, name in ledgers.search(self._office, spec.ledger, text, LIMIT)]
        from dangjian_desktop.services.records import search

        return [
            Choice(hit.id, hit.name, "", "　".join(part for part in (hit.detail, _born(hit.born)) if part))
            for hit in search.find(self._office, text, LIMIT, near=near)
        ]

    def _units(self, spec: FieldSpec, text: str, near: str | None) -> Sequence[Choice]:
        from dangjian_desktop.services.units import organisations

        nodes, above = organisations.tree(self._office), organisations.superior_names(self._office)
        called = Counter(node.name for node in nodes)
        meant = [node for node in nodes if _is_meant(node.kind, spec.units)]
        if spec.units == GROUPS:
            # Of a branch that is known only its own groups can be meant.
            meant = [node for node in meant if node.parent_id == near] or meant
        within = organisations.subtree(self._office, near) if near else frozenset[str]()
        units = [
            Choice(
                node.id,
                node.name,
                initials(node.name) + " " + initials(node.short_name),
                # Units of one name are told apart by what stands above them.
                above.get(node.id, node.kind_name) if called[node.name] > 1 else node.kind_name,
            )
            for node in sorted(meant, key=lambda node: (node.id != near, node.id not in within))
        ]
        return [unit for unit in units if matches(unit, text)][:LIMIT]

    def today(self) -> date:
        """The office's day."""
        return self._office.today()

    def read(self, spec: FieldSpec, text: str) -> Reading:
        """Read office writing the way the import does."""
        result = read_cell(spec, text, self._office.codes, on=self._office.today())
        if result.error:
            return Reading(None, text, result.error)
        shown = text if result.value is None else str(result.value)
        return Reading(result.value, shown, until=result.until or "")


def _is_meant(kind: str, units: str) -> bool:
    if units == HOMES:
        return kind != GROUP_KIND and kind not in INFORMAL
    return units == ANY_UNIT or (kind == GROUP_KIND) == (units == GROUPS)


def _born(day: str | None) -> str:
    return f"{day[:4]}年生" if day else ""

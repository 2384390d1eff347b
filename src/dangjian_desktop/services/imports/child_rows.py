"""Matching child rows of ledger entries: each row of the sheet names its entry by number, and itself by its own number.

A row without a number of its own is new, unless its entry holds one that says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.ledgers.columns import RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import row_name, rows_of
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.ledgers import entry_states
from dangjian_desktop.services.ledgers.child_rows import OWN_NUMBER
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import referring
from dangjian_desktop.storage.queries import matching
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from .keyed import refuse_missing
from .plan import UNCHANGED, UPDATED, PlannedRow


class ChildRowMatcher:
    """Decides what becomes of each row about one list of child rows."""

    def __init__(self, office: Office, template: LedgerTemplate, rows: RowList) -> None:
        self._office, self._template, self._rows = office, template, rows
        self._entries: dict[str, dict[str, Any]] = {}

    def match(self, layout: SheetLayout, rows: Sequence[PlannedRow]) -> None:
        """Match the rows of one sheet."""
        headers = {name: header for header, name in layout.columns.items() if name}
        for row in rows:
            row.values.pop("originals", None)
            number, own = str(row.values.pop("number", None) or ""), row.values.pop(OWN_NUMBER, None)
            row.title = number
            kept = self._read(row, headers)
            entry = None if row.out else self._entry(row, number, headers)
            if entry is not None and not row.out:
                self._place(row, entry, str(own or ""), kept, headers)

    def _read(self, row: PlannedRow, headers: Mapping[str, str]) -> dict[str, Any]:
        """The values of a row as they are kept; what is required and not there keeps it out."""
        kept = {}
        for column in self._rows.columns:
            value = row.values.get(column.name)
            header = headers.get(column.name, column.label)
            if value is not None and column.type in referring.TYPES:
                try:
                    value = referring.resolve(self._office, column, value)
                except UserError as refused:
                    row.refuse(header, mask_numbers(str(row.values[column.name])), refused.message.removesuffix("。"))
            if value is None and column.required:
                refuse_missing(row, headers, column.name, column.label)
            if value is not None:
                kept[column.name] = value
        return kept

    def _entry(self, row: PlannedRow, number: str, headers: Mapping[str, str]) -> dict[str, Any] | None:
        with self._office.database.read() as connection:
            found = matching.meant(connection, self._template.key, number, self._office.actor.scope)
            if len(found) == 1 and found[0] not in self._entries:
                self._entries |= read_records(connection, SHAPES[LEDGER_ENTRY.name], found)
        if len(found) == 1:
            return self._entries[found[0]]
        why = f"有{len(found)}条编号相同" if found else f"“{self._template.title}”里没有这个编号"
        row.refuse(headers.get("number", "编号"), number, why)
        return None

    def _place(
        self, row: PlannedRow, entry: dict[str, Any], own: str, kept: dict[str, Any], headers: Mapping[str, str]
    ) -> None:
        values = entry["values"] or {}
        held = {each.key: dict(each.values) for each in rows_of(values, self._rows)}
        if own and own not in held:
            row.refuse(headers.get(OWN_NUMBER, "行号"), own, "这一条里没有这个行号；新加的行不填行号")
            return
        row.record = entry["id"]
        # A blank cell never erases.
        kept = held[own] | kept if own else kept
        if kept in ([held[own]] if own else list(held.values())):
            row.status = UNCHANGED
            return
        path = f"values.{row_name(self._rows.name, own or new_id())}"
        refusal = entry_states.refused(self._office, self._template, entry, {path: kept})
        if refusal:
            row.refuse("", row.title, refusal.message.removesuffix("。"))
            return
        row.moves, row.status = {path: kept}, UPDATED
        row.fields = {self._rows.label: ("改动" if own else "", "、".join(str(v) for v in kept.values())[:60])}
        # The next row of the sheet sees this one.
        entry["values"] = {**values, path.removeprefix("values."): kept}

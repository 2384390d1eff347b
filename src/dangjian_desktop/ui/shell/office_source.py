"""A list of records of an open office, as `RecordTable` wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from ..widgets.record_model import ColumnFilter

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office
    from dangjian_desktop.services.records.records import Filter

WITHIN = "id"
"""A filter on this name with op `in` keeps the list to certain records (those behind a figure)."""


class OfficeSource:
    """Implements `RecordSource` over the services.

    `scope` is asked each time the list is fetched. `base` limits the list to these records for good, in their
    own order while nothing is sorted or filtered.
    """

    def __init__(
        self,
        office: Office,
        kind: str,
        *,
        scope: Callable[[], str | None] = lambda: None,
        columns: Sequence[FieldSpec] | None = None,
        template: str | None = None,
        order: Sequence[tuple[str, bool]] = (),
        base: Sequence[str] | None = None,
    ) -> None:
        self.office, self.kind, self.scope, self.template = office, kind, scope, template
        self.columns: Sequence[FieldSpec] = columns or KINDS[kind].fields
        self.order, self.base = tuple(order), base

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order."""
        from dangjian_desktop.services.records import records

        if self.base is not None and not (order or filters or text):
            return list(self.base)
        found = records.query(
            self.office,
            self.kind,
            scope=self.scope(),
            filters=[self._filter(f) for f in filters if f.field != WITHIN],
            order=order or self.order,
            text=text,
            template=self.template,
        )
        limits = [self.base] if self.base is not None else []
        limits += [f.value for f in filters if f.field == WITHIN and isinstance(f.value, tuple)]
        for limit in limits:
            wanted = frozenset(limit)
            found = [record for record in found if record in wanted]
        return found

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values of some records."""
        from dangjian_desktop.services.records import records

        return records.rows(self.office, self.kind, ids, fields)

    def _filter(self, asked: ColumnFilter) -> Filter:
        """A condition as the services take it: yes and no as such, months and years as their bounds."""
        from dangjian_desktop.services.records import records

        kind = next((spec.type for spec in self.columns if spec.name == asked.field), FieldType.TEXT)
        value = asked.value
        if kind is FieldType.BOOLEAN and isinstance(value, tuple):
            return records.Filter(asked.field, "eq", value[0] == "1")
        if kind in (FieldType.DATE, FieldType.MOMENT) and asked.op in ("ge", "le"):
            return records.Filter(asked.field, asked.op, _bound(str(value), asked.op, kind))
        return records.Filter(asked.field, asked.op, value)


def _bound(partial: str, op: str, kind: FieldType) -> str:
    try:
        day = (first_day(partial[:10]) if op == "ge" else last_day(partial[:10])).isoformat()
    except ValueError:
        return partial
    if kind is FieldType.DATE:
        return day
    return partial if len(partial) > 10 else f"{day}T{'00:00' if op == 'ge' else '23:59'}"

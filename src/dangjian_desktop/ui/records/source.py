"""Records of one kind for a table, asked of the services in worker threads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records

from ..widgets.record_model import ColumnFilter

AGE = "age"
"""An extra `op` on a date of birth: the value is (lowest, highest) age in full years, None for open."""

WITHIN = "id"
"""A filter on this name with op `in` keeps the list to certain records (those behind a figure)."""


class ServiceSource:
    """Implements `RecordSource` over `services.records`; set `scope`, `on`, `fixed` or `only`, then reload the table.

    `fixed` holds filters that show no chip; `only` limits the list to some ids. `base` limits it for good (the list
    behind a figure), in its own order while nothing is sorted, filtered or sought. `order` stands in where the person
    asked for none.
    """

    def __init__(
        self,
        office: Office,
        kind: str,
        columns: Sequence[FieldSpec] | None = None,
        *,
        template: str | None = None,
        order: Sequence[tuple[str, bool]] = (),
        base: Sequence[str] | None = None,
    ) -> None:
        self.office, self.kind, self.template = office, kind, template
        self.columns: Sequence[FieldSpec] = tuple(columns or KINDS[kind].fields)
        self.order = tuple(order)
        self.scope: str | None = None
        self.on: date | None = None
        self.fixed: tuple[ColumnFilter, ...] = ()
        self.only: Collection[str] | None = None
        self.base = base

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order."""
        limits = [frozenset(f.value) for f in filters if f.field == WITHIN and isinstance(f.value, tuple)]
        wanted = [f for f in filters if f.field != WITHIN]
        if self.base is not None and not (order or filters or text):
            return list(self.base)
        found = records.query(
            self.office,
            self.kind,
            scope=self.scope,
            filters=self.filters(wanted),
            order=order or self.order,
            on=self.on,
            text=text,
            template=self.template,
        )
        limits += [frozenset(limit) for limit in (self.only, self.base) if limit is not None]
        return [record for record in found if all(record in limit for limit in limits)]

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values, masked; of the day that the list is of."""
        return records.rows(self.office, self.kind, ids, fields, on=self.on)

    def count(self, filters: Sequence[ColumnFilter], text: str, *more: ColumnFilter) -> int:
        """How many records of the present list fit further filters; called in a worker thread."""
        return len(self.ids((), (*filters, *more), text))

    def filters(self, chosen: Iterable[ColumnFilter]) -> list[records.Filter]:
        """Filters of the table as the services take them, the fixed ones included."""
        specs = {spec.name: spec for spec in self.columns}
        day = self.on or self.office.today()
        return [made for item in (*chosen, *self.fixed) for made in _translated(item, specs.get(item.field), day)]


def _translated(item: ColumnFilter, spec: FieldSpec | None, day: date) -> list[records.Filter]:
    name, value = item.field, item.value
    if item.op == AGE:
        assert isinstance(value, (tuple, list))
        return _born_between(name, day, value[0], value[1])
    if spec is None:
        return [records.Filter(name, item.op, value)]
    if spec.type is FieldType.BOOLEAN and item.op == "in":
        assert isinstance(value, (tuple, list))
        return [records.Filter(name, "eq", value[0] == "1")]
    if spec.type in (FieldType.DATE, FieldType.MOMENT) and item.op in ("ge", "le"):
        return [records.Filter(name, item.op, _bound(str(value), item.op, spec.type))]
    return [records.Filter(name, item.op, value)]


def _bound(partial: str, op: str, kind: FieldType) -> str:
    """A year, month or day as the day, or the minute, on which it begins or ends."""
    try:
        day = (first_day(partial[:10]) if op == "ge" else last_day(partial[:10])).isoformat()
    except ValueError:
        return partial
    if kind is FieldType.DATE:
        return day
    return partial if len(partial) > 10 else f"{day}T{'00:00' if op == 'ge' else '23:59'}"


def _born_between(name: str, day: date, lowest: int | None, highest: int | None) -> list[records.Filter]:
    """Full years of age on a day as bounds of the date of birth."""
    made = []
    if lowest is not None:
        made.append(records.Filter(name, "le", _years_before(day, lowest).isoformat()))
    if highest is not None:
        born_after = _years_before(day, highest + 1)
        made.append(records.Filter(name, "ge", date.fromordinal(born_after.toordinal() + 1).isoformat()))
    return made


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

"""Records of one kind for a table, asked of the services in worker threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records

from ..widgets.record_model import ColumnFilter

AGE = "age"
"""An extra `op` on a date of birth: the value is (lowest, highest) age in full years, None for open."""


class ServiceSource:
    """Implements `RecordSource` over `services.records`; set `scope`, `on`, `fixed` or `only`, then reload the table.

    `fixed` holds filters that show no chip; `only` limits the list to some ids (the list behind a figure).
    """

    def __init__(self, office: Office, kind: str, columns: Sequence[FieldSpec] | None = None) -> None:
        self.office, self.kind = office, kind
        self.columns: Sequence[FieldSpec] = tuple(columns or KINDS[kind].fields)
        self.scope: str | None = None
        self.on: date | None = None
        self.fixed: tuple[ColumnFilter, ...] = ()
        self.only: frozenset[str] | None = None

    def ids(self, order: Sequence[tuple[str, bool]], filters: Sequence[ColumnFilter], text: str) -> list[str]:
        """All ids in order."""
        found = records.query(
            self.office,
            self.kind,
            scope=self.scope,
            filters=self.filters(filters),
            order=order,
            on=self.on,
            text=text,
        )
        only = self.only
        return found if only is None else [record for record in found if record in only]

    def rows(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, str]]:
        """Printed values, masked."""
        return records.rows(self.office, self.kind, ids, fields)

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
    if spec.type is FieldType.DATE and item.op in ("ge", "le"):
        return [records.Filter(name, item.op, _bound(str(value), item.op))]
    return [records.Filter(name, item.op, value)]


def _bound(partial: str, op: str) -> str:
    """A year or month as the day on which it begins or ends."""
    try:
        return (first_day(partial) if op == "ge" else last_day(partial)).isoformat()
    except ValueError:
        return partial


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


def count_ids(source: ServiceSource, filters: Sequence[ColumnFilter], text: str, *more: records.Filter) -> int:
    """How many records of the present list fit further filters; called in a worker thread."""
    found = records.query(
        source.office,
        source.kind,
        scope=source.scope,
        filters=[*source.filters(filters), *more],
        on=source.on,
        text=text,
    )
    only = source.only
    return len(found) if only is None else sum(record in only for record in found)

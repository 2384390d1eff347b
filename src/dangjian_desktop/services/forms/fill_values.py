"""What a superior's form is filled with: figures of a unit, and lists, in the shape that each cell wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.unit_counts import unit_groups
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.figures.figures import FigureValue, figures_of, percent
from dangjian_desktop.domain.figures.survey import Survey, survey
from dangjian_desktop.domain.forms.form_looks import serial_of
from dangjian_desktop.domain.forms.form_mapping import (
    FILLED_ON,
    LEDGER,
    NAME,
    NUMBER,
    ORGANISATIONS,
    PERIOD,
    ROSTER,
    TEXTS,
    UNIT_NAME,
    UNITS,
)
from dangjian_desktop.domain.forms.form_period import LAST_YEAR, STARTS, TIMES, YEAR_AGO, YEAR_START, time_of
from dangjian_desktop.domain.forms.form_sheets import CellStyle, Value
from dangjian_desktop.domain.forms.form_suggest import Meaning, Vocabulary, load_aliases
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.partial_dates import first_day, format_date
from dangjian_desktop.domain.values.periods import a_year_before, year_of
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings
from dangjian_desktop.services.reports import report_data
from dangjian_desktop.services.reports.figures import survey_of
from dangjian_desktop.services.units import organisations

_UNIT_HEADERS = (
    "单位",
    "单位名称",
    "党组织",
    "党组织名称",
    "基层党组织名称",
    "所属党组织",
    "支部名称",
    "党支部名称",
    "社区",
    "社区名称",
    "村（社区）",
    "村(社区)名称",
)
_RUNNING = ("序号", "编号", "No.", "NO", "序")
_IN_PERCENT = re.compile("[%％]|百分比")
_TEN_THOUSAND = 10_000


class Unfillable(Exception):
    """A cell that stays empty; the words are the reason."""


@lru_cache(maxsize=1)
def _header_aliases() -> header_aliases.Aliases:
    return header_aliases.load(resource("codes"))


@lru_cache(maxsize=1)
def _figure_aliases() -> list[tuple[str, str]]:
    return load_aliases(resource("codes", "figure_aliases.csv"))


class FillValues:
    """The numbers and lists of one scope and period; other units' figures are counted from the same rows."""

    def __init__(
        self, office: Office, *, scope: str | None, period: str | None, on: date | None, masked: bool = True
    ) -> None:
        self._office = office
        self._scope = scope
        self._masked = masked
        self._earlier: dict[str, FillValues] = {}
        self._today = on or office.today()
        self.survey = survey_of(office, scope=scope, period=period, on=on)
        self._head = report_data.letterhead(office, self.survey, scope, self._today)
        self._printed: dict[str, Sequence[Mapping[str, object]]] = {}
        self._by_unit: dict[frozenset[str], Mapping[str, FigureValue]] = {}

    @cached_property
    def figures(self) -> Mapping[str, FigureValue]:
        """All figures of the scope."""
        return figures_of(self.survey)

    def vocabulary(self) -> Vocabulary:
        """What the labels of a form can mean here."""
        fields: dict[str, list[tuple[str, str]]] = {ROSTER: _headers("member"), ORGANISATIONS: _headers("organisation")}
        fields[ORGANISATIONS] += [("书记", "secretary"), ("党组织书记", "secretary"), ("党员数", "members")]
        fields[ORGANISATIONS] += [(word, NAME) for word in _UNIT_HEADERS]
        fields[UNITS] = [(word, NAME) for word in _UNIT_HEADERS]
        for pairs in fields.values():
            pairs += [(word, NUMBER) for word in _RUNNING]
        nodes = self.survey.tree.nodes.values()
        units = [(name, n.id) for n in nodes if self.survey.census.within(n.id) for name in (n.name, n.title)]
        known = [Meaning(f.key, f.label, f.topic) for f in self.figures.values()]
        return Vocabulary.of(known, _figure_aliases(), fields, units, self.survey.period.start.year)

    def label(self, key: str) -> str:
        """How a target is called."""
        name, _, unit = key.partition("@")
        if name in TEXTS:
            return TEXTS[name]
        name, when = time_of(name)
        base, _, part = name.partition(".")
        figure = self.figures.get(base)
        said = figure.label if figure else name
        said += {"numerator": "（分子）", "denominator": "（分母）"}.get(part, "")
        said += self.time_said(when) if when else ""
        row = self.survey.tree.nodes.get(unit)
        return f"{row.title if row else unit} {said}" if unit else said

    def time_said(self, when: str) -> str:
        """A time behind a figure's name; a day is named: （年初，2025年12月31日）."""
        if when not in STARTS:
            return TIMES[when]
        return f"（{STARTS[when]}，{format_date(self._eve(when).isoformat())}）"

    def _eve(self, when: str) -> date:
        """The last day before the year, or before the period."""
        start = self.survey.period.start
        return (start.replace(month=1, day=1) if when == YEAR_START else start) - timedelta(days=1)

    def said(self, key: str) -> str:
        """One of the texts as a plain cell would hold it, empty for any other key."""
        return str(self._text(key, CellStyle(), date1904=False)) if key in TEXTS else ""

    # -- single cells ---------------------------------------------------------------------------

    def value(self, key: str, style: CellStyle, label: str, *, date1904: bool = False) -> Value:
        """What belongs into a cell; raises `Unfillable`."""
        name, mark, unit = key.partition("@")
        if name in TEXTS:
            return self._text(name, style, date1904=date1904)
        name, when = time_of(name)
        if when:
            return self.earlier(when).value(f"{name}{mark}{unit}", style, label, date1904=date1904)
        base, _, part = name.partition(".")
        found = (self.of_unit(unit) if mark else self.figures).get(base)
        if found is None:
            raise Unfillable(f"没有“{name}”这个指标")
        if part in ("numerator", "denominator"):
            number = found.numerator if part == "numerator" else found.denominator
            if number is None:
                raise Unfillable(f"“{found.label}”不是比例，没有分子和分母")
            return number
        if part:
            raise Unfillable(f"没有“{name}”这个指标")
        return _shaped(found, style, label)

    def _text(self, name: str, style: CellStyle, *, date1904: bool) -> Value:
        if name == UNIT_NAME:
            return self._head.unit
        if name == PERIOD:
            return self.survey.period.label
        assert name == FILLED_ON
        if style.kind == "date":
            return serial_of(self._today, date1904=date1904)
        return format_date(self._today.isoformat())

    def earlier(self, when: str) -> FillValues:
        """The values of another of `TIMES`; raises `Unfillable` before 建账."""
        if when not in self._earlier:
            period, day = self.survey.period, self.survey.day
            if when in STARTS:
                on = self._eve(when)
                then = year_of(on)
            else:
                then = a_year_before(period) if when == YEAR_AGO else year_of(date(period.start.year - 1, 12, 31))
                on = then.end if when == LAST_YEAR or day == period.end else _a_year_before(day)
            if on < self._office.base_date:
                base, said = (format_date(each.isoformat()) for each in (self._office.base_date, on))
                raise Unfillable(f"{said if when in STARTS else then.label}在建账日（{base}）以前，没有数据")
            self._earlier[when] = FillValues(
                self._office, scope=self._scope, period=then.text, on=on, masked=self._masked
            )
        return self._earlier[when]

    def of_unit(self, unit: str) -> Mapping[str, FigureValue]:
        """All figures of one unit of the scope, by its id or name; raises `Unfillable` for any other."""
        if unit not in self.survey.tree.nodes:
            try:
                unit = organisations.resolve(self._office, unit)
            except UserError as error:
                raise Unfillable(error.message.rstrip("。")) from error
        if not self.survey.census.within(unit):
            raise Unfillable("这个党组织不在本次填报的范围内")
        return self._counted(frozenset(self.survey.tree.below(unit)))

    def _counted(self, ids: frozenset[str]) -> Mapping[str, FigureValue]:
        """The figures of some units, from the rows that were read once."""
        whole = self.survey
        scope = ids if whole.census.scope is None else ids & whole.census.scope
        if scope not in self._by_unit:
            part: Survey = survey(whole.snapshot, whole.reference, whole.period, whole.day, scope)
            self._by_unit[scope] = figures_of(part)
        return self._by_unit[scope]

    # -- lists ----------------------------------------------------------------------------------

    def rows(
        self, source: str, columns: Mapping[int, str], styles: Mapping[int, CellStyle], labels: Mapping[int, str]
    ) -> list[dict[int, Value]]:
        """The lines of a list by column; raises `Unfillable` for an unknown list or column."""
        if source == UNITS:
            return self._unit_rows(columns, styles, labels)
        kind, ids = self._listed(source)
        known = {"secretary", "members", "members_own"} if kind == "organisation" else set()
        types = {spec.name: spec.type for spec in KINDS[kind].fields}
        if source.startswith(LEDGER):
            types |= {c.name: c.type for c in ledgers.template(self._office, source.removeprefix(LEDGER)).columns}
        for key in columns.values():
            if key not in types and key not in known and key != NUMBER:
                raise Unfillable(f"这个名册没有“{key}”这一列")
        if source not in self._printed:
            # All fields come printed; a form on the screen asks for its list again with every cell pointed at.
            found = listings.records_on(self._office, kind, ids, on=self.survey.day, masked=self._masked)
            self._printed[source] = found
        printed = self._printed[source]
        return [
            {
                column: number
                if key == NUMBER
                else _field(row.get(key), types.get(key), styles[column], labels[column])
                for column, key in columns.items()
            }
            for number, row in enumerate(printed, 1)
        ]

    def _listed(self, source: str) -> tuple[str, Sequence[str]]:
        census, tree = self.survey.census, self.survey.tree
        if source == ROSTER:
            order = [unit for unit in tree.ordered if unit in census.by_branch]
            order += [unit for unit in census.by_branch if unit is not None and unit not in tree.nodes]
            people = [p for unit in order for p in census.by_branch[unit]] + census.by_branch.get(None, [])
            return "member", [person.id for person in people]
        if source == ORGANISATIONS:
            return "organisation", [unit.id for unit in self.survey.organisations if unit.kind != GROUP_KIND]
        if source.startswith(LEDGER):
            template = ledgers.template(self._office, source.removeprefix(LEDGER))
            return "ledger_entry", [entry.id for entry in self.survey.entries(template.key)]
        raise Unfillable(f"没有“{source}”这种名册")

    def _unit_rows(
        self, columns: Mapping[int, str], styles: Mapping[int, CellStyle], labels: Mapping[int, str]
    ) -> list[dict[int, Value]]:
        names = report_data.labels(self._office, self.survey)
        times = {column: time_of(key) for column, key in columns.items()}
        for when in {when for _, when in times.values() if when}:
            self.earlier(when)
        lines = [line for group in unit_groups(self.survey, names.fields) for line in group.lines]
        heads = {unit for line in lines if (unit := line.unit)}
        rows = []
        for number, line in enumerate(lines, 1):
            below = frozenset(self.survey.tree.below(line.unit)) if line.unit else frozenset()
            # The line of those directly below the top has the top's id: the other lines are not part of it.
            own = len(heads) > 1 and bool(heads - {line.unit} & below)
            ids = frozenset({line.unit}) if own and line.unit else below
            row: dict[int, Value] = {}
            for column, (key, when) in times.items():
                if key in (NUMBER, NAME):
                    row[column] = number if key == NUMBER else line.name
                    continue
                found = (self.earlier(when) if when else self)._counted(ids).get(key)
                if found is None:
                    raise Unfillable(f"没有“{key}”这个指标")
                row[column] = _shaped_or_none(found, styles[column], labels[column])
            rows.append(row)
        return rows


def _a_year_before(day: date) -> date:
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def _headers(kind: str) -> list[tuple[str, str]]:
    known = header_aliases.with_aliases(KINDS[kind], _header_aliases())
    # A picture cannot be written into a cell.
    fields = [spec for spec in known.fields if spec.type is not FieldType.PICTURE]
    return [(word, spec.name) for spec in fields for word in (spec.label, *spec.aliases)]


def _shaped(found: FigureValue, style: CellStyle, label: str) -> Value:
    """A figure as its cell wants it: a share as a fraction where the cell shows percents, money as a number."""
    if found.value is None:
        raise Unfillable(f"“{found.label}”没有可算的数（分母为0）" if found.is_share else f"“{found.label}”没有数")
    if found.is_share:
        if style.kind == "percent":
            return float(found.value)
        if found.numerator is None or not found.denominator:
            raise Unfillable(f"“{found.label}”没有可算的数")
        said = percent(found.numerator, found.denominator)
        return float(said.rstrip("%")) if _IN_PERCENT.search(label) else said
    if isinstance(found.value, str):
        amount = float(found.value)
        return amount / _TEN_THOUSAND if "万元" in label else amount
    return found.value


def _shaped_or_none(found: FigureValue, style: CellStyle, label: str) -> Value:
    try:
        return _shaped(found, style, label)
    except Unfillable:
        return None


def _field(value: object, kind: FieldType | None, style: CellStyle, label: str) -> Value:
    """One printed field: dates as the header asks (年月) or as a date where the cell shows dates."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        return value
    text = str(value)
    if kind is FieldType.DATE:
        if style.kind == "date" and len(text) == len("2026-09-30"):
            return serial_of(first_day(text), date1904=False)
        return format_date(text, "month" if "年月" in label and "日" not in label else "dotted")
    if kind is FieldType.MONEY:
        return float(text)
    return text


def choices(figures: Iterable[FigureValue], *, text: Callable[[str], str] = lambda key: TEXTS[key]) -> list[Meaning]:
    """Everything that a single cell can be filled with, for a person to choose from."""
    parts = [Meaning(key, text(key), "表头") for key in TEXTS]
    for figure in figures:
        parts.append(Meaning(figure.key, figure.label, figure.topic))
        if figure.is_share:
            parts.append(Meaning(f"{figure.key}.numerator", f"{figure.label}（分子）", figure.topic))
            parts.append(Meaning(f"{figure.key}.denominator", f"{figure.label}（分母）", figure.topic))
    return parts

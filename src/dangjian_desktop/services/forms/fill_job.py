"""One filling of a form: what is written into which cell, what stays empty and why, and what the totals come to."""

from __future__ import annotations

from dataclasses import dataclass, field

from dangjian_desktop.domain.forms.form_formulas import Calculator, FormulaError, Unsupported, dependents
from dangjian_desktop.domain.forms.form_looks import displayed
from dangjian_desktop.domain.forms.form_mapping import TEXTS, FormMapping, ListTarget, last_row
from dangjian_desktop.domain.forms.form_sheets import Form, FormSheet, Place, Value, address, column_name, shown
from dangjian_desktop.domain.values.cell_text import BLANK_MARKS

from .fill_values import FillValues, Unfillable

AGREES, DIFFERS, UNCHECKED, COMPUTED = "agrees", "differs", "unchecked", "computed"
"""What became of a formula: as the figures say, not so, not understood, computed with nothing to compare."""

CHECK_NAMES = {AGREES: "一致", DIFFERS: "不一致", UNCHECKED: "未核对", COMPUTED: "已计算"}
_NEAR, _NEAR_SHARE = 0.006, 0.0006
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Filled:
    """One cell that was filled, or one list (`cell` is then a range and `value` how many rows)."""

    cell: str
    label: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Unfilled:
    """What stayed empty and why; `mapped` when somebody (or the suggestion) had said what belongs there."""

    cell: str
    label: str
    key: str
    reason: str
    mapped: bool = True


@dataclass(frozen=True, slots=True)
class FormulaCheck:
    """One formula: what it comes to with the filled cells, and what the figures say it should."""

    cell: str
    label: str
    formula: str
    status: str
    computed: Value = None
    expected: Value = None
    key: str = ""
    reason: str = ""


@dataclass
class FillJob:
    """One filling in progress: what is written where, and what is told about it."""

    form: Form
    values: FillValues
    writes: dict[tuple[str, Place], Value] = field(default_factory=dict)
    results: dict[tuple[str, Place], Value] = field(default_factory=dict)
    stale: set[tuple[str, Place]] = field(default_factory=set)
    filled: list[Filled] = field(default_factory=list)
    unfilled: list[Unfilled] = field(default_factory=list)
    expected: dict[tuple[str, Place], str] = field(default_factory=dict)

    def everything(self, mapping: FormMapping) -> None:
        """Fill all that a mapping names."""
        for where, key in mapping.cells.items():
            self.cell(where, key)
        for target in mapping.lists:
            self.table(target)

    def cell(self, where: str, key: str) -> None:
        """Fill one cell, or remember what its formula should come to."""
        found = self.form.find(where)
        if found is None:
            self.unfilled.append(Unfilled(where, "", key, "表里没有这个格子"))
            return
        sheet, place = found
        cell, label = sheet.cell(place), sheet.label(place)
        where = address(sheet.name, place)
        if cell.formula:
            self.expected[sheet.name, place] = key
            return
        try:
            value = self.values.value(key, cell.style, label, date1904=self.form.date1904)
            value = self._completed(sheet, place, key, value)
        except Unfillable as problem:
            self.unfilled.append(Unfilled(where, label, key, str(problem)))
            return
        self.writes[sheet.name, place] = value
        self.filled.append(Filled(where, label, key, displayed(value, cell.style, date1904=self.form.date1904)))

    def _completed(self, sheet: FormSheet, place: Place, key: str, value: Value) -> Value:
        """The value, behind the label where the cell holds one; refuses what must not be touched."""
        text = sheet.cell(place).text
        if sheet.closed(place):
            raise Unfillable("这一格被上级锁定，不能填")
        if not text or text in BLANK_MARKS:
            return value
        if key in TEXTS and text.endswith((":", "：")):
            return f"{text}{shown(value)}"
        raise Unfillable(f"这一格里已有文字“{text[:12]}”，没有覆盖")

    def table(self, target: ListTarget) -> None:
        """Fill a list downward from its first row as far as the form lets it."""
        sheet = self.form.sheet(target.sheet)
        first = address(target.sheet, (target.first, min(target.columns, default=1)))
        if sheet is None or not target.columns:
            self.unfilled.append(Unfilled(first, "", target.source, "表里没有这个工作表"))
            return
        labels = {c: "／".join(reversed(sheet.above_labels((target.first, c))[:2])) for c in target.columns}
        styles = {c: sheet.cell((target.first, c)).style for c in target.columns}
        try:
            rows = self.values.rows(target.source, target.columns, styles, labels)
        except Unfillable as problem:
            self.unfilled.append(Unfilled(first, "", target.source, str(problem)))
            return
        room = max(0, last_row(sheet, target) - target.first + 1)
        for index, row in enumerate(rows[:room]):
            for column, value in row.items():
                if value is not None:
                    self.writes[sheet.name, (target.first + index, column)] = value
        label = _few([labels[c] for c in sorted(labels)])
        written = min(room, len(rows))
        if written:
            where = f"{first}:{column_name(max(target.columns))}{target.first + written - 1}"
            self.filled.append(Filled(where, label, target.source, f"{written}行"))
        if room == 0:
            self.unfilled.append(Unfilled(first, label, target.source, "起始行不是空行，没有填"))
        elif len(rows) > room:
            reason = f"共{len(rows)}行，表里只放得下{room}行，还有{len(rows) - room}行没有填，请在表里加行后再填"
            self.unfilled.append(Unfilled(first, label, target.source, reason))

    def checks(self) -> list[FormulaCheck]:
        """Compute again every formula that follows from what was filled, and compare it where a figure is known."""
        calculator = Calculator(self.form, self.writes)
        touched = dependents(self.form, set(self.writes))
        found = []
        for sheet in self.form.sheets:
            for place in sorted(sheet.cells):
                spot = (sheet.name, place)
                if spot in touched or spot in self.expected:
                    found.append(self._check(calculator, sheet, place, touched=spot in touched))
        return found

    def _check(self, calculator: Calculator, sheet: FormSheet, place: Place, *, touched: bool) -> FormulaCheck:
        spot, cell = (sheet.name, place), sheet.cell(place)
        where, label, key = address(sheet.name, place), sheet.label(place), self.expected.get(spot, "")
        try:
            computed = calculator.value(sheet.name, place)
        except (Unsupported, FormulaError) as problem:
            if touched:
                self.stale.add(spot)
            why = f"公式结果是{problem}" if isinstance(problem, FormulaError) else str(problem)
            return FormulaCheck(where, label, cell.formula, UNCHECKED, key=key, reason=why)
        if touched:
            self.results[spot] = computed
        if not key:
            return FormulaCheck(where, label, cell.formula, COMPUTED, computed)
        try:
            expected = self.values.value(key, cell.style, label)
        except Unfillable as problem:
            return FormulaCheck(where, label, cell.formula, UNCHECKED, computed, key=key, reason=str(problem))
        same = _same(computed, expected, share=cell.style.kind == "percent")
        why = "" if same else f"公式算得{shown(computed)}，指标“{self.values.label(key)}”是{shown(expected)}"
        return FormulaCheck(where, label, cell.formula, AGREES if same else DIFFERS, computed, expected, key, why)


def _few(labels: list[str]) -> str:
    """The headers of a list in the room of a line."""
    return "、".join(labels) if len(labels) <= _MOST_NAMED else f"{'、'.join(labels[:2])}等{len(labels)}列"


def _same(computed: Value, expected: Value, *, share: bool) -> bool:
    if isinstance(computed, int | float) and isinstance(expected, int | float):
        if isinstance(computed, int) and isinstance(expected, int):
            return computed == expected
        return abs(computed - expected) <= (_NEAR_SHARE if share else _NEAR)
    return computed == expected

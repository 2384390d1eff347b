"""What is asked before a report is made: period, as-of day, paper, masked or in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.periods import Period, parse_period, recent_quarters, year_of
from dangjian_desktop.services.reports.request import ReportRequest

from ... import theme
from ...shell.context import PageContext
from ...widgets.date_editor import DateEditor
from ...widgets.labels import label
from ...widgets.search_field import make_clearable

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.reports import ReportSpec

_QUARTERS, _YEARS = 8, 3
PAPERS = ("A4竖", "A4横", "A3竖", "A3横")
_ON = FieldSpec("on", "截至日期", FieldType.DATE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers; None means: as usual, today."""

    period: str | None
    on: date | None
    masked: bool
    reason: str | None
    paper: str | None = None

    def request(self, name: str, scope: str | None = None) -> ReportRequest:
        """The report `name` of a part of the tree, as the answers say."""
        return ReportRequest(
            name, scope, self.period, self.on, masked=self.masked, reason=self.reason, paper=self.paper
        )


class Choices(QWidget):
    """The questions of one report under each other; `changed` when an answer moved."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self._reason: str | None = None
        self._on: date | None = None
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        # Words beside their fields: the list of reports above needs the height.
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        box.addLayout(grid)
        self.scope = label("", "", wrap=True)
        self.scope.setToolTip("范围在左边的组织树里选")
        grid.addWidget(label("范围", "small"), 0, 0)
        grid.addWidget(self.scope, 0, 1)
        self._period_words = label("期间", "small")
        self.period = QComboBox()
        self.period.setAccessibleName("期间")
        self._fill_periods(context.office.today())
        grid.addWidget(self._period_words, 1, 0)
        grid.addWidget(self.period, 1, 1)
        grid.addWidget(label("截至", "small"), 2, 0)
        self.on = DateEditor(_ON, context.lookups)
        self.on.setPlaceholderText(f"{context.office.today()}")
        self.on.setAccessibleName("截至日期")
        self.on.setToolTip("截至哪一天，不填就是今天")
        make_clearable(self.on)
        grid.addWidget(self.on, 2, 1)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        box.addWidget(self.fault)
        self._paper_words = label("纸张", "small")
        self.paper = QComboBox()
        self.paper.addItem("按报表原样", None)
        for name in PAPERS:
            self.paper.addItem(name, name)
        self.paper.setAccessibleName("纸张")
        grid.addWidget(self._paper_words, 3, 0)
        grid.addWidget(self.paper, 3, 1)
        self.full = QCheckBox("显示完整证件号和电话")
        self.full.setToolTip("默认隐去中间几位；要显示完整的，会请您写明用途。")
        box.addWidget(self.full)
        self.period.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.paper.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.on.editingFinished.connect(self._day_typed)
        self.on.textChanged.connect(lambda text: None if text else self._day_typed())
        self.full.clicked.connect(self._full_clicked)

    def show_for(self, spec: ReportSpec | None, *, usual: str = "year", masks: bool = False) -> None:
        """Ask what this report needs; without one for the period `usual`, and about full numbers if it `masks`."""
        wants_period = spec is None or spec.needs_period
        self._period_words.setVisible(wants_period)
        self.period.setVisible(wants_period)
        # Figures and forms have no paper of ours, and official papers are always on A4 upright.
        has_paper = spec is not None and "xlsx" in spec.formats
        self._paper_words.setVisible(has_paper)
        self.paper.setVisible(has_paper)
        self.full.setVisible(spec.masks if spec else masks)
        self._forget_reason()
        place = self.period.findData(self._usual(spec.period if spec else usual).text)
        if place >= 0 and self.period.currentIndex() != place:
            was = self.period.blockSignals(True)
            self.period.setCurrentIndex(place)
            self.period.blockSignals(was)

    def show_scope(self, name: str) -> None:
        """Name the chosen part of the tree."""
        self.scope.setText(name)

    def asked(self) -> Asked:
        """The answers as they stand."""
        period = self.period.currentData() if not self.period.isHidden() else None
        masked = self.full.isHidden() or not self.full.isChecked()
        paper = self.paper.currentData() if not self.paper.isHidden() else None
        return Asked(period, self._on, masked, None if masked else self._reason, paper)

    def _usual(self, kind: str) -> Period:
        today = self.context.office.today()
        if kind == "month":
            return parse_period(f"{today:%Y-%m}")
        if kind != "quarter":
            return year_of(today)
        # In a quarter's first weeks the report of the one before is what is due.
        this, before = recent_quarters(today, 2)
        return before if (today - this.start).days < 30 else this

    def _fill_periods(self, today: date) -> None:
        for period in recent_quarters(today, _QUARTERS):
            self.period.addItem(period.label, period.text)
        self.period.insertSeparator(self.period.count())
        for back in range(_YEARS):
            year = parse_period(str(today.year - back))
            self.period.addItem(f"{year.label}（全年）", year.text)
        self.period.insertSeparator(self.period.count())
        for month in reversed(year_of(today).months()):
            if month.start <= today:
                self.period.addItem(month.label, month.text)

    def _day_typed(self) -> None:
        text = self.on.text().strip()
        self.fault.hide()
        before = self._on
        try:
            self._on = self._day(text)
        except ValueError:
            self.fault.setText(f"× “{text}”不是具体的一天，请写成 2026-09-30，并且不晚于今天。")
            self.fault.show()
            return
        if self._on != before:
            self.changed.emit()

    def _day(self, text: str) -> date | None:
        if not text:
            return None
        reading = self.context.lookups.read(_ON, text)
        day = date.fromisoformat(reading.shown)
        if reading.problem or day > self.context.office.today():
            raise ValueError(text)
        return day

    def _full_clicked(self, on: bool) -> None:
        if on:
            self._reason = self.context.dialogs.reason("在报表里显示完整证件号和电话")
            if not self._reason:
                self._forget_reason()
                return
        else:
            self._reason = None
        self.changed.emit()

    def _forget_reason(self) -> None:
        self._reason = None
        self.full.setChecked(False)

"""逐个选: how each new person of a later roster came, and since when."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.values.partial_dates import format_date
from dangjian_desktop.services.imports.importing import ARRIVALS as WAYS
from dangjian_desktop.services.imports.importing import LEFT_OUT, Answers, Arrival, PlannedRow, way_of

from ... import theme
from ...widgets.labels import label
from .rows import tune

SHOWN = 300
_HEADS = ("工作表", "行", "姓名", "入党日期", "怎么来的", "哪一天进入支部")
_WIDTHS = (104, 52, 96, 130, 150, 200)


class EachArrival(QWidget):
    """A line for each row; `moved` at each choice."""

    moved = Signal()

    def __init__(self, rows: Sequence[PlannedRow], answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._rows = rows[:SHOWN]
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, 0)
        self.table = QTableWidget(len(self._rows), len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.setAccessibleName("每个人怎么来的")
        tune(self.table, _WIDTHS)
        self.table.verticalHeader().setDefaultSectionSize(px(42))
        self.ways: list[QComboBox] = []
        self.days: list[QLineEdit] = []
        for at, row in enumerate(self._rows):
            self._add(at, row, answers)
        box.addWidget(self.table, 1)
        if len(rows) > SHOWN:
            rest = f"另有 {len(rows) - SHOWN} 人没有列出，按“建账时漏录”收下；要逐个选的，请分成几张表导入。"
            box.addWidget(label(rest, "warning", wrap=True))

    def answers(self) -> dict[tuple[str, int], Arrival]:
        """What is chosen for each row now."""
        found = {}
        for row, way, day in zip(self._rows, self.ways, self.days, strict=True):
            since = day.text().strip() if way.currentData() != LEFT_OUT else ""
            found[row.sheet, row.row] = Arrival(str(way.currentData()), since or None)
        return found

    def _add(self, at: int, row: PlannedRow, answers: Answers) -> None:
        joined = str(row.values.get("joined_on") or "")
        texts = (row.sheet, str(row.row), row.title, format_date(joined) if joined else "")
        for column, text in enumerate(texts):
            self.table.setItem(at, column, QTableWidgetItem(text))
        way, day = QComboBox(), QLineEdit()
        for key, words in WAYS.items():
            way.addItem(words, key)
        # What is done with the row as it was read stands there.
        since = answers.of(row)[1] or str(row.values.get("entered_on") or "")
        way.setCurrentIndex(max(way.findData(way_of(row)), 0))
        way.setAccessibleName(f"{row.title}怎么来的")
        way.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        way.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        way.activated.connect(lambda _index, at=at: self._moved(at))
        day.setText(since if len(since) == len("2026-09-01") and way.currentData() != LEFT_OUT else "")
        day.setPlaceholderText("如 2026-09-01")
        day.setAccessibleName(f"{row.title}哪一天进入支部")
        day.setEnabled(way.currentData() != LEFT_OUT)
        day.textEdited.connect(lambda _text: self.moved.emit())
        self.table.setCellWidget(at, 4, way)
        self.table.setCellWidget(at, 5, day)
        self.ways.append(way)
        self.days.append(day)

    def _moved(self, at: int) -> None:
        self.days[at].setEnabled(self.ways[at].currentData() != LEFT_OUT)
        self.moved.emit()

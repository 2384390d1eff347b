"""Units that the sheet names and the file does not have: made, taken for an existing one, or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.services.imports.importing import MAKE_UNIT, REFUSE_UNIT, UnitChoice

from ... import theme
from ...widgets.labels import button, label

SHOWN = 200
OTHER = "other"
Picked = tuple[str, str]
"""A unit as key and name."""


class UnitChoicesPane(QWidget):
    """A line for every such unit; `decided` when the person wants the sheet read anew, `moved` at each choice.

    `pick` asks for any other unit and returns it, or None.
    """

    decided = Signal(dict)
    moved = Signal()

    def __init__(
        self,
        units: Sequence[UnitChoice],
        rows: Mapping[str, int],
        under: str,
        pick: Callable[[str], Picked | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pick, self._under = pick, under
        self._boxes: dict[str, QComboBox] = {}
        self._last: dict[str, int] = {}
        self._rest = {unit.name: unit.chosen for unit in units[SHOWN:]}
        px = theme.current().px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, px(8), 0, 0)
        outer.setSpacing(px(8))
        row = QHBoxLayout()
        hint = "左边是表里写的党组织，本文件里还没有。请逐个看一看：是新的就新建；只是写法不同，就选现有的那一个。"
        row.addWidget(label(hint, "soft", wrap=True), 1)
        self.again = button("按选择重新核对", self._tell, role="primary")
        self.again.setEnabled(False)
        row.addWidget(self.again)
        outer.addLayout(row)
        body = QWidget()
        body.setObjectName("paper")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, px(12), 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(3, 1)
        for at, unit in enumerate(units[:SHOWN]):
            self._add(grid, at, unit, rows.get(unit.name, unit.rows))
        if self._rest:
            rest = f"另有 {len(self._rest)} 个没有列出，照现在的办法处理。"
            grid.addWidget(label(rest, "soft", wrap=True), grid.rowCount(), 0, 1, 4)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(body)
        outer.addWidget(area, 1)

    def decisions(self) -> dict[str, str]:
        """What is done with each unit, by its name in the sheet."""
        return self._rest | {name: str(box.currentData()) for name, box in self._boxes.items()}

    def choose(self, name: str, decision: str) -> None:
        """Choose for one unit, as a click in its list would."""
        box = self._boxes[name]
        box.setCurrentIndex(box.findData(decision))
        self._activated(name)

    def _add(self, grid: QGridLayout, at: int, unit: UnitChoice, rows: int) -> None:
        caption = label(unit.name, wrap=True)
        caption.setMinimumWidth(theme.current().px(220))
        grid.addWidget(caption, at, 0)
        grid.addWidget(label(f"{rows} 行" if rows else "", "soft"), at, 1)
        box = QComboBox()
        box.setMinimumWidth(theme.current().px(360))
        box.addItem(f"新建，建在“{self._under}”下面" if self._under else "新建", MAKE_UNIT)
        for key, name, above in unit.offered:
            # A unit that is made too has no id yet and goes by its name.
            known = f"用现有的：{name}" + (f"（{above}）" if above else "")
            box.addItem(f"与“{name}”算一个（也是新建的）" if key == name else known, key)
        box.addItem("用别的党组织…", OTHER)
        box.addItem("这些行不导入", REFUSE_UNIT)
        box.setCurrentIndex(max(box.findData(unit.chosen), 0))
        box.setAccessibleName(f"“{unit.name}”怎么处理")
        # A wheel meant for the page must not change a choice.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        box.activated.connect(lambda _index, name=unit.name: self._activated(name))
        grid.addWidget(box, at, 2)
        told = unit.same and unit.chosen == MAKE_UNIT
        grid.addWidget(label(f"▲ 像是“{unit.offered[0][1]}”，请核对" if told else "", "warning", wrap=True), at, 3)
        self._boxes[unit.name], self._last[unit.name] = box, box.currentIndex()

    def _activated(self, name: str) -> None:
        box = self._boxes[name]
        if box.currentData() == OTHER:
            found = self._pick(name)
            if found is None:
                box.setCurrentIndex(self._last[name])
                return
            if box.findData(found[0]) < 0:
                box.insertItem(box.count() - 2, f"用现有的：{found[1]}", found[0])
            box.setCurrentIndex(box.findData(found[0]))
        self._moved(name)

    def _moved(self, name: str) -> None:
        self._last[name] = self._boxes[name].currentIndex()
        self.again.setEnabled(True)
        self.moved.emit()

    def _tell(self) -> None:
        self.again.setEnabled(False)
        self.decided.emit(self.decisions())

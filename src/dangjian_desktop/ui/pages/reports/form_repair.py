"""A form that the superior changed: where each cell is now, and those not found again with the likeliest place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dangjian_desktop.domain.forms.form_mapping import Repair

from ... import theme
from ...widgets.labels import button
from .form_report import CellTable


@dataclass
class MovedCell:
    """One cell of the old form: what filled it, and where that goes now (empty for nowhere yet)."""

    old: str
    key: str
    new: str
    near: str = ""
    known: bool = False
    """Whether its words were found again, or the person has said where it goes."""


class RepairPanel(QWidget):
    """`went(address)` to look at a cell; `placed(Moved, address)` when a lost one is given a cell."""

    went = Signal(str)
    placed = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Its owner shows it as a tab only while there is something to repair.
        self.hide()
        self.lines: list[MovedCell] = []
        self._name: Callable[[str], str] = str
        self._here = ""
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        self.table = CellTable(("原来", "填的是", "现在"))
        self.table.table.setColumnWidth(0, px(52))
        self.table.table.setColumnWidth(1, px(120))
        self.table.went.connect(self.went)
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        self.near_button = button("放到相近的格子", self._take_near)
        self.here_button = button("放到表里选中的格子", self._take_here)
        row.addWidget(self.near_button)
        row.addWidget(self.here_button)
        row.addStretch(1)
        box.addLayout(row)
        self.table.table.itemSelectionChanged.connect(self._show_buttons)
        self._show_buttons()

    def open(self, repair: Repair, keys: Sequence[str], name: Callable[[str], str]) -> None:
        """List the lost first, then the moved; `keys` are what the moved are filled with."""
        self._name = name
        lost = [MovedCell(old, key, "", repair.near.get(old, "")) for old, key in repair.lost]
        moved = [MovedCell(old, key, new, known=True) for (old, new), key in zip(repair.moved, keys, strict=True)]
        self.lines = [*lost, *moved]
        self._fill()

    def point(self, where: str) -> None:
        """The cell that is chosen on the sheet now."""
        self._here = where
        self._show_buttons()

    def left_over(self) -> int:
        """How many are still nowhere."""
        return sum(not line.known for line in self.lines)

    def settle(self, line: MovedCell, where: str) -> None:
        """A lost one has its place."""
        line.new, line.known = where, True
        self._fill()

    def _fill(self) -> None:
        rows = []
        for line in self.lines:
            now = _ref(line.new) if line.known else f"▲ 没有找到{'，相近 ' + _ref(line.near) if line.near else ''}"
            rows.append((line.new or line.near or line.old, [_ref(line.old), self._name(line.key), now]))
        self.table.put(self._said(), rows)
        self._show_buttons()

    def _said(self) -> str:
        lost, moved = self.left_over(), sum(line.known for line in self.lines)
        parts = [
            f"▲ {lost} 格没有找到，请选中一行，再说放到哪一格" if lost else "",
            f"{moved} 格换了位置" if moved else "",
        ]
        told = "；".join(part for part in parts if part) or "格子的位置都没有变，只是表上的文字或公式改了"
        return f"{told}。核对后点“记住填法”，下次就按新的。"

    def _line(self) -> MovedCell | None:
        row = self.table.current()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _show_buttons(self) -> None:
        line = self._line()
        self.near_button.setVisible(any(each.near for each in self.lines))
        self.near_button.setEnabled(line is not None and not line.known and bool(line.near))
        self.here_button.setEnabled(line is not None and not line.known and bool(self._here))
        self.here_button.setText(f"放到选中的 {_ref(self._here)}" if self._here else "放到表里选中的格子")

    def _take_near(self) -> None:
        line = self._line()
        if line is not None and line.near:
            self.placed.emit(line, line.near)

    def _take_here(self) -> None:
        line = self._line()
        if line is not None and self._here:
            self.placed.emit(line, self._here)


def _ref(where: str) -> str:
    return where.rpartition("!")[2]

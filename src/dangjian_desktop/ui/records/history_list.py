"""What happened to one record, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from dangjian_desktop.services.history.history import ChangeRow

from ...base.clock import local_time
from .. import theme


class HistoryList(QListWidget):
    """A line for every change: when, who, which field, from what to what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setSpacing(theme.current().px(2))
        self.setAccessibleName("修改记录")

    def fill(self, rows: Sequence[ChangeRow]) -> None:
        """Show these changes, given oldest first."""
        self.clear()
        created: set[int] = set()
        for row in reversed(rows):
            if row.field:
                self.addItem(
                    QListWidgetItem(f"{row.label}：{row.before or '（空）'} → {row.after or '（空）'}\n{_when(row)}")
                )
            elif row.operation not in created:
                created.add(row.operation)
                self.addItem(QListWidgetItem(f"{row.operation_label}\n{_when(row)}"))
        if not rows:
            self.addItem("还没有修改记录。")


def _when(row: ChangeRow) -> str:
    return f"{local_time(row.at)}　{row.by}　{row.device}"

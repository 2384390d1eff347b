"""The head of a page: its title with the count at the left, its buttons at the right, filters on a line below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from .. import theme
from ..widgets.flow import FlowLayout
from ..widgets.labels import button, label
from ..widgets.page_parts import menu_button
from ..widgets.record_table import RecordTable


class PageHead(QWidget):
    """Title and buttons; `tools` is a line below that wraps, hidden until something is added to it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(8))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.title = label(title, "title")
        row.addWidget(self.title)
        row.addStretch(1)
        self._buttons = row
        box.addLayout(row)
        self._line = QWidget()
        self.tools = FlowLayout(self._line, px(8))
        self._line.hide()
        box.addWidget(self._line)

    def lend_place(self, table: RecordTable, *, low: bool) -> None:
        """In a low window the search field stands in the place of the title, whose count the list says too."""
        self.title.setVisible(not low)
        if low:
            table.lend_search(self._buttons, 0)
        else:
            table.take_search_back()
        self.layout().setSpacing(theme.current().px(4 if low else 8))  # type: ignore[union-attr]

    def set_title(self, text: str) -> None:
        """Change the title."""
        self.title.setText(text)

    def add_button(
        self, text: str, clicked: Callable[[], object], *, role: str = "", icon_name: str = "", tip: str = ""
    ) -> QPushButton:
        """Add a button at the right end."""
        made = button(text, clicked, role=role, icon_name=icon_name, tip=tip)
        self._buttons.addWidget(made)
        return made

    def add_menu(self, text: str, *, icon_name: str = "") -> tuple[QPushButton, QMenu]:
        """Add a button that opens a menu; fill the menu when it is `aboutToShow` or at once."""
        made = menu_button(text, icon_name=icon_name)
        self._buttons.addWidget(made)
        return made, made.menu()

    def add_tool(self, widget: QWidget) -> None:
        """Put a filter or switch on the line below."""
        self.tools.addWidget(widget)
        self._line.show()

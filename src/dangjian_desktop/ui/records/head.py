"""The head of a page: its title with the count at the left, its buttons at the right, filters on a line below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from .. import theme
from ..widgets.flow import FlowLayout
from ..widgets.labels import button, label
from ..widgets.page_parts import menu_button
from ..widgets.record_table import RecordTable

_WIDE = 840
_BESIDE, _INSTEAD, _WITH_LIST = "beside", "instead", "list"
"""Where the search field stands: beside the title, in its place, above the list."""


class PageHead(QWidget):
    """Title and buttons; `tools` is a line below that wraps, hidden until something is added to it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: RecordTable | None = None
        self._low, self._place = False, _WITH_LIST
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
        """Let the search field stand beside the title where there is room, and in its place in a low window."""
        self._table, self._low = table, low
        self.layout().setSpacing(theme.current().px(4 if low else 8))  # type: ignore[union-attr]
        self._lay_search()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow head gives the search field back to the list."""
        super().resizeEvent(event)
        self._lay_search()

    def minimumSizeHint(self) -> QSize:
        """Without the search field beside the title, which goes before the window has to be wider."""
        hint = super().minimumSizeHint()
        if self._table is not None and self._place == _BESIDE:
            hint.setWidth(hint.width() - self._table.search.width() - theme.current().px(40))
        return hint

    def _lay_search(self) -> None:
        if self._table is None:
            return
        # The list says the count too, which the title has otherwise.
        wide = self.width() >= theme.current().px(_WIDE)
        place = _INSTEAD if self._low else _BESIDE if wide else _WITH_LIST
        if place == self._place:
            return
        self._place = place
        self.title.setVisible(place != _INSTEAD)
        if place == _WITH_LIST:
            self._table.take_search_back()
        else:
            self._table.lend_search(self._buttons, 0 if place == _INSTEAD else 1, columns=place == _BESIDE)

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

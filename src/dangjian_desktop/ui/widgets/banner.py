"""A line across the page that stays until the matter is dealt with, e.g. a failed backup."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from .. import theme
from .icons import pixmap
from .labels import button, label, restyle, tool

_ICONS = {
    "info": ("info", "ink_soft"),
    "good": ("good", "good"),
    "warning": ("warning", "amber"),
    "error": ("error", "danger"),
}


class Banner(QWidget):
    """Shows one sentence with a mark and up to two buttons; hidden until `tell`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(16), px(6), px(8), px(6))
        self._row.setSpacing(px(8))
        self._mark = QLabel()
        self.text = label("", wrap=True)
        self._row.addWidget(self._mark)
        self._row.addWidget(self.text, 1)
        self._buttons: list[QWidget] = []
        self.hide()

    def tell(
        self,
        text: str,
        level: str = "info",
        actions: tuple[tuple[str, Callable[[], object]], ...] = (),
        *,
        closable: bool = True,
    ) -> None:
        """Show a sentence; `level` is `info`, `good`, `warning` or `error`; each action is (words, what it does)."""
        for old in self._buttons:
            old.deleteLater()
        self._buttons = [button(words, done) for words, done in actions]
        if closable:
            self._buttons.append(tool("close", "收起", self.hide))
        for made in self._buttons:
            self._row.addWidget(made)
        name, colour = _ICONS[level]
        self._mark.setPixmap(pixmap(name, colour, 18, self.devicePixelRatioF()))
        restyle(self, "level", level)
        self.text.setText(text)
        # A rule of the sheet looks at the parent's level, so the sentence is polished again with it.
        self.text.style().unpolish(self.text)
        self.text.style().polish(self.text)
        self.show()

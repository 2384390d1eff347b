"""The list of pages at the left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from .. import theme
from ..widgets.icons import icon
from .page_registry import PageSpec


class Navigation(QWidget):
    """One button a page, the current one marked; `chosen(key)`."""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(8), px(12), px(8), px(12))
        box.setSpacing(px(2))
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for spec in pages:
            made = QToolButton()
            made.setText(f" {spec.title}")
            made.setToolTip(spec.title)
            made.setAccessibleName(spec.title)
            made.setIcon(icon(spec.icon))
            made.setIconSize(QSize(px(20), px(20)))
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setCheckable(True)
            made.setProperty("role", "nav")
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.setMinimumHeight(px(38))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _checked=False, key=spec.key: self.chosen.emit(key))
            self._group.addButton(made)
            box.addWidget(made)
            self.buttons[spec.key] = made
        box.addStretch(1)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Show icons only, where the window is narrow."""
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setFixedWidth(theme.current().px(60 if compact else 128))
        for made in self.buttons.values():
            made.setToolButtonStyle(alone if compact else beside)

    def mark(self, key: str) -> None:
        """Show which page is in front."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

"""The list of pages at the left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from .. import theme
from ..widgets.icons import icon
from ..widgets.labels import ToolButton, restyle
from .page_registry import PageSpec

_NARROW, _WIDE = 72, 128


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
            made = ToolButton()
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
        """Put the words small under the icons, where the window is narrow."""
        beside, under = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        self.setFixedWidth(theme.current().px(_NARROW if compact else _WIDE))
        for made in self.buttons.values():
            made.setText(made.toolTip() if compact else f" {made.toolTip()}")
            made.setToolButtonStyle(under if compact else beside)
            restyle(made, "compact", "true" if compact else "false")

    def mark(self, key: str) -> None:
        """Show which page is in front."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

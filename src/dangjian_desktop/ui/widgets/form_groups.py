"""The groups of a form: their heads, which may fold what stands below, and the links that lead to them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme
from .flow import FlowLayout
from .icons import icon
from .labels import PushButton, button, label

FEWEST_LINKS = 4  # a form of fewer groups is seen at a glance


class FieldGroup:
    """One group: its head, and the widgets that stand under it."""

    def __init__(self, title: str, *, folds: bool) -> None:
        self.title, self.folds = title, folds
        self.open = not folds
        self.parts: list[QWidget] = []
        self.names: list[str] = []
        self.head: QWidget = self._folding_head() if folds else label(title, "heading")

    def add(self, name: str, *parts: QWidget) -> None:
        """Take the widgets of a field in."""
        self.names.append(name)
        self.parts += parts
        for part in parts:
            part.setVisible(self.open)

    def show(self, *, wanted: bool) -> None:
        """Unfold or fold the group; one that does not fold stays as it is."""
        if not self.folds:
            return
        self.open = wanted
        for part in self.parts:
            part.setVisible(wanted)
        assert isinstance(self.head, PushButton)
        self.head.setIcon(icon("chevron-down" if wanted else "chevron-right", "ink_soft", 14))
        state = "已展开" if wanted else "已折起"
        self.head.setAccessibleName(f"{self.title}，{len(self.names)}项，{state}，按回车{'折起' if wanted else '展开'}")

    def tell_filled(self, count: int) -> None:
        """Say on the head of a group that folds how many of its fields hold something."""
        if isinstance(self.head, PushButton):
            self.head.setText(self.title + (f"（已填 {count} 项）" if count else ""))

    def _folding_head(self) -> PushButton:
        made = PushButton(self.title)
        made.setProperty("role", "fold")
        side = theme.current().px(14)
        made.setIconSize(QSize(side, side))
        made.setAutoDefault(False)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(lambda _checked=False: self.show(wanted=not self.open))
        return made


class JumpBar(QWidget):
    """A line of links to the groups of a form; `wanted(title)`."""

    wanted = Signal(str)

    def __init__(self, titles: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        self._row = FlowLayout(self, 0)
        self._row.setContentsMargins(px(11), px(2), px(4), px(2))
        for title in titles:
            link = button(title, partial(self.wanted.emit, title), role="link")
            link.setAccessibleName(f"到“{title}”")
            # Tab goes through the fields; the links are for the mouse, the heads below for the keyboard.
            link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._row.addWidget(link)

    def needed(self, width: int) -> int:
        """The height that its links take at a width."""
        margins = self._row.contentsMargins()
        inner = width - margins.left() - margins.right()
        return self._row.heightForWidth(inner) + margins.top() + margins.bottom()

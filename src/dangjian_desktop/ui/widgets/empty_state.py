"""What an empty list says: that nothing is here yet, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from .. import theme
from .icons import pixmap
from .labels import button, label


class EmptyState(QWidget):
    """A quiet mark, a sentence, a hint, and the buttons that lead on; the first is the primary one."""

    def __init__(
        self,
        title: str,
        hint: str = "",
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        *,
        icon_name: str = "list",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setSpacing(px(8))
        box.addStretch(2)
        mark = QLabel()
        mark.setPixmap(pixmap(icon_name, "line_strong", 48, 2.0))
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(mark)
        self.hint = label(hint, "soft", wrap=True)
        for made in (label(title, "heading", wrap=True), self.hint):
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(made)
            if not made.text():
                made.hide()
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addStretch(1)
        self.buttons = [
            button(words, done, role="" if place else "primary") for place, (words, done) in enumerate(actions)
        ]
        for each in self.buttons:
            row.addWidget(each)
        row.addStretch(1)
        box.addSpacing(px(8))
        box.addLayout(row)
        box.addStretch(3)

    def only_read(self, why: str) -> None:
        """For an account that may only read: say so, and who can help, in the place of buttons it cannot press."""
        self.hint.setText(f"{why}要添加的话，请有权限的同事来做。")
        self.hint.show()
        for each in self.buttons:
            each.setEnabled(False)
            each.hide()

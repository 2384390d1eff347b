"""The first view of 填上级表格: pick the superior's workbook, or one that is known already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.permissions import EXPORT, WRITE

from ... import theme
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.file_kinds import OPEN_FORMS
from ...widgets.labels import button, label

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.filling import KeptForm

_SHEETS = "给没有这个程序的书记：发一张更正表，改好交回来，导入党员时自动认出。"
_STEPS = (
    "打开（或拖进来）上级发来的表，点格子，选填什么，数马上显示。",
    "标题清楚的格子先替您指好，您核对；指过一次，下次就认得。",
    "填好的另存一份。上级的公式、锁定、格式和原来那份都不动。",
)


class FormHome(QWidget):
    """`opened(Path or fingerprint)`; `forgotten(KeptForm)`; `sheets_wanted()` for the correction sheets."""

    opened = Signal(object)
    forgotten = Signal(object)
    sheets_wanted = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.setAcceptDrops(True)
        actor = context.office.actor
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(24), px(12), px(24), px(12))
        box.setSpacing(px(10))
        box.addWidget(label("填上级表格", "title"))
        for place, words in enumerate(_STEPS, 1):
            box.addWidget(label(f"{place}. {words}", "soft", wrap=True))
        row = QHBoxLayout()
        self.pick = allowed(button("打开上级的表格…", self._pick, role="primary"), actor, EXPORT, "member")
        row.addWidget(self.pick)
        row.addStretch(1)
        send = button("发放更正表…", self.sheets_wanted.emit, tip=_SHEETS)
        row.addWidget(allowed(send, actor, EXPORT, "member"))
        box.addLayout(row)
        box.addSpacing(px(6))
        box.addWidget(label("认得的表", "heading"))
        self.none = label("还没有。第一次填好一张表，它就记在这里，下次不用再指。", "soft", wrap=True)
        box.addWidget(self.none)
        self.list = _Known()
        self.list.setAccessibleName("认得的表")
        self.list.setMinimumHeight(px(40))
        self.list.wanted.connect(self._open)
        self.list.itemDoubleClicked.connect(lambda _item: self._open())
        box.addWidget(self.list, 100)
        foot = QHBoxLayout()
        self.open_button = button("打开选中的表", self._open)
        self.forget_button = allowed(button("不再记这张表…", self._forget), actor, WRITE, "member")
        foot.addWidget(self.open_button)
        foot.addWidget(self.forget_button)
        foot.addStretch(1)
        box.addLayout(foot)
        # Takes the room where there is no list yet.
        box.addStretch(1)
        self.put([])

    def put(self, kept: Sequence[KeptForm]) -> None:
        """List the known forms, the last used first."""
        self.list.clear()
        for form in reversed(kept):
            item = QListWidgetItem(Path(form.name).stem)
            item.setData(Qt.ItemDataRole.UserRole, form)
            item.setToolTip(form.name)
            item.setSizeHint(QSize(0, theme.current().px(34)))
            self.list.addItem(item)
        self.none.setVisible(not kept)
        for each in (self.list, self.open_button, self.forget_button):
            each.setVisible(bool(kept))
        if kept:
            self.list.setCurrentRow(0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a workbook."""
        if _workbook(event.mimeData().urls()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped workbook."""
        path = _workbook(event.mimeData().urls())
        if path is not None and self.pick.isEnabled():
            event.acceptProposedAction()
            self.opened.emit(path)

    def _pick(self) -> None:
        path = self.context.dialogs.open_file("打开上级的表格", OPEN_FORMS)
        if path is not None:
            self.opened.emit(path)

    def _chosen(self) -> KeptForm | None:
        item = self.list.currentItem()
        found: KeptForm | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return found

    def _open(self) -> None:
        form = self._chosen()
        if form is not None:
            self.opened.emit(form.fingerprint)

    def _forget(self) -> None:
        form = self._chosen()
        if form is not None:
            self.forgotten.emit(form)


class _Known(QListWidget):
    """The list of known forms; `wanted()` on Enter."""

    wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit()
        else:
            super().keyPressEvent(event)


def _workbook(urls: list) -> Path | None:  # type: ignore[type-arg]
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    fitting = [path for path in paths if path.suffix.lower() in (".xlsx", ".xlsm", ".xls")]
    return fitting[0] if len(fitting) == 1 else None

"""What is to be attached, looked over before: which of the files show certificates is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..widgets.fitting import resize_within
from ..widgets.labels import button, label, rule

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

    from dangjian_desktop.services.records.attachments import AttachedFile

NO_BALLOTS = "选票、表决票、测评票不附，请按规定密封保存；可以附结果报告单。"
_NAME, _CLOSED = range(2)


class AttachingDialog(QDialog):
    """Lists the chosen files with a tick 含证件 for each; `answer()` holds (path, shows certificates)."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self.setWindowTitle("加附件")
        self._paths = list(paths)
        px = theme.current().px
        resize_within(self, 520, 360)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(16))
        box.setSpacing(px(8))
        box.addWidget(label(f"附上 {len(paths)} 个文件", "heading"))
        words = "看得见身份证、户口簿、银行卡等证件的，请在“含证件”一栏打勾：打开要写明用途并留下记录，不随记录打印。"
        box.addWidget(label(words, "soft", wrap=True))
        box.addWidget(self._build_list(), 1)
        box.addWidget(label(f"照片会缩小，不留拍摄地点和时间。{NO_BALLOTS}", "small", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("全部含证件", lambda: self._tick(True), role="link"))
        row.addStretch(1)
        row.addWidget(button("取消", self.reject))
        go = button("附上", self.accept, role="primary")
        go.setDefault(True)
        row.addWidget(go)
        box.addLayout(row)

    def answer(self) -> list[tuple[Path, bool]]:
        """Each file with whether it was said to show certificates."""
        ticked = Qt.CheckState.Checked
        return [(path, item.checkState(_CLOSED) == ticked) for path, item in zip(self._paths, self._items, strict=True)]

    def _build_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName("要附的文件")
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setHeaderLabels(("文件", "含证件"))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = made.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_CLOSED, QHeaderView.ResizeMode.ResizeToContents)
        self._items = [QTreeWidgetItem((path.name, "")) for path in self._paths]
        for item in self._items:
            item.setCheckState(_CLOSED, Qt.CheckState.Unchecked)
            item.setSizeHint(_NAME, QSize(0, theme.current().px(28)))
        made.addTopLevelItems(self._items)
        return made

    def _tick(self, on: bool) -> None:
        for item in self._items:
            item.setCheckState(_CLOSED, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def with_files(form: QWidget, strip: QWidget) -> QWidget:
    """A form with its strip of attachments under it."""
    made = QWidget()
    box = QVBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    box.addWidget(form, 1)
    box.addWidget(rule())
    box.addWidget(strip)
    return made


def files_of(event: QDropEvent) -> list[Path]:
    """The files on disk that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def size_words(size: int) -> str:
    """How large a file is, in bytes told as KB or MB."""
    return f"{size / (1 << 20):.1f}MB" if size >= 1 << 20 else f"{max(1, size >> 10)}KB"


def told_of(file: AttachedFile) -> str:
    """What a file is: its name, size, when it came and from whom."""
    came = "　".join(part for part in (file.at[:10], file.by) if part)
    closed = "\n含证件：打开要写明用途" if file.restricted else ""
    return f"{file.title}\n{size_words(file.size)}　{came}{closed}"

"""The first step of an import: where the rows come from, and how strict to be."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ... import theme
from ...widgets.clipboard import clipboard_text
from ...widgets.dialogs import DialogService
from ...widgets.file_kinds import OPEN_TABLES, SAVE_WORKBOOK, TABLE_SUFFIXES
from ...widgets.icons import pixmap
from ...widgets.labels import button, label


class ImportStart(QWidget):
    """Asks for a file, a copied block, or an empty sheet; a file can be dropped too."""

    chosen = Signal(object)
    sheet_wanted = Signal(object)

    def __init__(self, dialogs: DialogService, words: str, *, people: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialogs, self._words = dialogs, words
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setSpacing(px(10))
        box.addStretch(1)
        mark = QLabel()
        mark.setPixmap(pixmap("import", "line_strong", 48, 2.0))
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(mark)
        lines: tuple[tuple[str, str], ...] = (
            ("把手头的表格原样拿来就行。", "heading"),
            ("Excel、WPS 的表格都能读；标题、合计、签名行会自动跳过，每个支部一张表也可以。", "soft"),
            ("先给您看每一行会怎样，点“确认导入”以后才写入，写入后可以一次撤销。", "soft"),
        )
        if people:
            lines += (("书记交回的更正表也在这里选，会自动认出，只写入改过的格子。", "soft"),)
        for text, role in lines:
            made = label(text, role, wrap=True)
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(made)
        row = QHBoxLayout()
        row.addStretch(1)
        self.open = button("选择文件…", self._choose, role="primary")
        self.folder = button("交回的更正表…", self._choose_folder, tip="选放着交回的更正表的文件夹，一次核对")
        self.folder.setVisible(people)
        self.setFocusProxy(self.open)
        row.addWidget(self.open)
        row.addWidget(self.folder)
        row.addWidget(button("粘贴从表格复制的内容", self._paste))
        row.addWidget(button("要一张空表…", self._empty))
        row.addStretch(1)
        box.addSpacing(px(6))
        box.addLayout(row)
        self.without_number = QCheckBox("没有公民身份号码的人也收下")
        self.new_units = QCheckBox("表里没建过的党支部，自动建在当前党组织下面")
        for check in (self.without_number, self.new_units):
            check.setVisible(people)
            box.addWidget(check, 0, Qt.AlignmentFlag.AlignCenter)
        box.addWidget(label("也可以把文件拖到这里。", "small"), 0, Qt.AlignmentFlag.AlignCenter)
        box.addStretch(2)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a table file."""
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the dropped file."""
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.chosen.emit(path)

    def _dropped(self, event: QDropEvent) -> Path | None:
        """One table, or of people a folder of returned sheets."""
        return _dropped(event.mimeData().urls(), folders=not self.folder.isHidden())

    def _choose(self) -> None:
        path = self._dialogs.open_file(f"选择要导入的{self._words}表格", OPEN_TABLES)
        if path is not None:
            self.chosen.emit(path)

    def _choose_folder(self) -> None:
        path = self._dialogs.folder("选择放着交回的更正表的文件夹")
        if path is not None:
            self.chosen.emit(path)

    def _paste(self) -> None:
        text = clipboard_text()
        if "\t" not in text and "\n" not in text.strip():
            self._dialogs.message(
                "剪贴板里没有表格内容。", "没有导入任何内容。", "请在表格软件里连同表头一起选中、复制，再点这里。"
            )
            return
        self.chosen.emit(text)

    def _empty(self) -> None:
        path = self._dialogs.save_file("空表存到", f"{self._words}空表.xlsx", SAVE_WORKBOOK)
        if path is not None:
            self.sheet_wanted.emit(path if path.suffix else path.with_name(path.name + ".xlsx"))


def _dropped(urls: list, *, folders: bool) -> Path | None:  # type: ignore[type-arg]
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    fitting = [path for path in paths if path.suffix.lower() in TABLE_SUFFIXES or (folders and path.is_dir())]
    return fitting[0] if len(fitting) == 1 else None

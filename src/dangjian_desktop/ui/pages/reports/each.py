"""One report for each of many organisations: which ones, in which formats, into which folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....base.progress import Progress
from ... import theme
from ...shell.context import Page
from ...widgets.fitting import resize_within
from ...widgets.labels import button, label
from ...widgets.lookups import initials
from ...widgets.search_field import search_field

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.report_batches import Batch, BatchUnit
    from dangjian_desktop.services.reports.reports import ReportSpec

    from .choices import Asked

_FORMATS = (("pdf", "PDF（打印、发送）"), ("xlsx", "Excel（可以再改）"))
_UNIT = Qt.ItemDataRole.UserRole


class EachDialog(QDialog):
    """Ticks organisations and formats; `units()` and `formats()` are the answer after it was accepted."""

    def __init__(self, title: str, units: Sequence[BatchUnit], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("每个党组织一份")
        px = theme.current().px
        resize_within(self, 520, 600)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(16))
        box.setSpacing(px(8))
        box.addWidget(label(f"{title}：勾选的党组织，每个一份", "heading", wrap=True))
        box.addWidget(label("上级党组织的那一份，包含它下面各支部的人。", "soft", wrap=True))
        self.search = search_field("查找党组织：文字或拼音首字母")
        self.search.textChanged.connect(self._narrow)
        box.addWidget(self.search)
        box.addWidget(self._build_list(units), 1)
        box.addLayout(self._build_quick())
        box.addLayout(self._build_formats())
        self.count = label("", "soft")
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        row.addWidget(button("取消", self.reject))
        self.go = button("选文件夹，开始生成…", self.accept, role="primary")
        self.go.setDefault(True)
        row.addWidget(self.go)
        box.addLayout(row)
        self._tell()

    def units(self) -> list[str]:
        """Ids of the ticked organisations, top to bottom."""
        return [str(item.data(0, _UNIT).id) for item in self._items() if _ticked(item)]

    def formats(self) -> list[str]:
        """`pdf`, `xlsx` or both."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def _build_list(self, units: Sequence[BatchUnit]) -> QTreeWidget:
        self.list = QTreeWidget()
        self.list.setAccessibleName("党组织")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(("党组织", "党员"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for unit in units:
            item = QTreeWidgetItem(("　" * unit.depth + unit.name, f"{unit.members} 人"))
            item.setData(0, _UNIT, unit)
            item.setTextAlignment(1, right)
            item.setCheckState(0, _state(bool(unit.own)))
            item.setSizeHint(0, QSize(0, theme.current().px(28)))
            self.list.addTopLevelItem(item)
        self.list.itemChanged.connect(lambda _item, _column: self._tell())
        return self.list

    def _build_quick(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        row.addWidget(button("有本级党员的", lambda: self._tick(lambda unit: bool(unit.own)), role="link"))
        row.addWidget(button("全部", lambda: self._tick(lambda _unit: True), role="link"))
        row.addWidget(button("都不选", lambda: self._tick(lambda _unit: False), role="link"))
        row.addStretch(1)
        return row

    def _build_formats(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(16))
        row.addWidget(label("格式", "soft"))
        self.boxes = {name: QCheckBox(words) for name, words in _FORMATS}
        for box in self.boxes.values():
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._tell())
            row.addWidget(box)
        row.addStretch(1)
        return row

    def _items(self) -> list[QTreeWidgetItem]:
        rows = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [item for item in rows if item is not None]

    def _tick(self, wanted: Callable[[BatchUnit], bool]) -> None:
        """Tick what fits, of what the search shows; what it hides stays as it was."""
        was = self.list.blockSignals(True)
        for item in self._items():
            if not item.isHidden():
                item.setCheckState(0, _state(wanted(item.data(0, _UNIT))))
        self.list.blockSignals(was)
        self.list.viewport().update()
        self._tell()

    def _narrow(self, text: str) -> None:
        typed = text.strip().lower()
        for item in self._items():
            name = item.data(0, _UNIT).name
            item.setHidden(typed not in name.lower() and typed not in initials(name))

    def _tell(self) -> None:
        units, formats = len(self.units()), len(self.formats())
        self.count.setText(f"已选 {units} 个党组织，共 {units * formats} 个文件")
        self.go.setEnabled(bool(units and formats))


def save_each(page: Page, spec: ReportSpec | None, asked: Asked) -> None:
    """Ask which organisations of the scope get the report `spec`, and make them as one job that can be stopped."""
    context = page.context
    scope = context.shell.scope()

    def offer() -> tuple[bool, list[BatchUnit]]:
        from dangjian_desktop.services.reports import report_batches

        fits = spec is not None and report_batches.can_be_batched(spec)
        return fits, report_batches.choices(context.office, scope, asked.on) if fits else []

    def ask(found: tuple[bool, list[BatchUnit]]) -> None:
        fits, units = found
        if spec is None or not fits:
            context.dialogs.message(
                "这一项不能一次出许多份。", "", "请选花名册、季报等报表；工作总结里有要您写的话，请一份一份出。"
            )
        elif not units:
            context.dialogs.message("这个范围里没有党员。", "", "请在左边的组织树里另选一个范围。")
        else:
            _ask(page, spec, asked, units)

    context.runner.fetch(offer, ask, failed=context.dialogs.error, owner=page)


def _ask(page: Page, spec: ReportSpec, asked: Asked, units: Sequence[BatchUnit]) -> None:
    context = page.context
    dialog = EachDialog(spec.title, units, page)
    accepted = context.dialogs.run(dialog)
    chosen, formats = dialog.units(), dialog.formats()
    dialog.deleteLater()
    folder = context.dialogs.folder("保存到哪个文件夹") if accepted else None
    if folder is None:
        return

    def write(progress: Progress) -> Batch:
        from dangjian_desktop.services.reports import report_batches

        beside = folder / report_batches.folder_name(context.office, spec, asked.period, asked.on)
        request = asked.request(spec.name)
        return report_batches.make_each(context.office, request, beside, chosen, formats=formats, progress=progress)

    context.runner.start(
        f"{spec.title}，每个党组织一份",
        write,
        lambda batch: _made(page, batch),
        failed=context.dialogs.error,
        owner=page,
        writes=False,
    )


def _made(page: Page, batch: Batch) -> None:
    if batch.warnings:
        page.context.dialogs.message(batch.sentence, "", "\n".join(batch.warnings), level="warning")
    folder = batch.folder
    offers = [("打开文件夹", lambda: _open(folder))] if batch.paths else []
    page.context.shell.done(batch.sentence.removesuffix("。"), undo=False, offers=offers)


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def _ticked(item: QTreeWidgetItem) -> bool:
    return item.checkState(0) == Qt.CheckState.Checked

"""A pasted block: what it would change cell by cell, shown before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.typing_in import read_one

from ...base.errors import UserError
from .. import theme
from ..shell.context import PageContext
from ..widgets.clipboard import PasteBlock
from ..widgets.labels import button, label
from .source import ServiceSource

SHOWN = 1_000
_HEADS = ("记录", "栏目", "原来", "改为", "说明")


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One cell of the block: where it lands, what stands there, what comes, and why it cannot (or nothing)."""

    record: str
    title: str
    spec: FieldSpec
    before: str
    after: str
    problem: str = ""


def read_pasted(source: ServiceSource, block: PasteBlock) -> list[PastedCell]:
    """The cells of a block that would change something or cannot be taken; called in a worker thread."""
    specs = {spec.name: spec for spec in KINDS[source.kind].fields}
    names = [name for name in block.fields if name in specs]
    title = "name" if "name" in specs else names[0] if names else ""
    now = {row["id"]: row for row in source.rows(block.ids, [*names, title])}
    found = []
    for record, typed in block.edits().items():
        for name, text in typed.items():
            if name not in specs:
                continue
            row = now.get(record, {})
            cell = _read(source.office, specs[name], record, row.get(title, ""), row.get(name, ""), text)
            if cell is not None:
                found.append(cell)
    return found


def _read(office: Office, spec: FieldSpec, record: str, title: str, before: str, text: str) -> PastedCell | None:
    if text == before:
        return None
    if not spec.editable or spec.type is FieldType.PICTURE:
        return PastedCell(record, title, spec, before, text, "这一栏不能直接改。")
    if "*" in text and spec.sensitive:
        return PastedCell(record, title, spec, before, text, "粘贴的是隐去中间位的号码，不能写入。")
    try:
        read_one(office, spec, text)
    except UserError as error:
        return PastedCell(record, title, spec, before, text, error.message)
    return PastedCell(record, title, spec, before, text)


class PastePreview(QDialog):
    """Shows the cells; accepted means: write those without a problem."""

    def __init__(self, cells: Sequence[PastedCell], block: PasteBlock, today: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle("粘贴预览")
        px = theme.current().px
        self.resize(px(860), px(520))
        self._good = [cell for cell in cells if not cell.problem]
        faulty = len(cells) - len(self._good)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(16))
        box.setSpacing(px(10))
        box.addWidget(label(_summary(len(self._good), faulty, block), "heading", wrap=True))
        box.addWidget(label("空白格不会清掉已有内容。写入后可以一次撤销。", "soft", wrap=True))
        box.addWidget(_table(sorted(cells, key=lambda cell: not cell.problem)), 1)
        self.since = QLineEdit(today)
        self.since.setFixedWidth(px(140))
        row = QHBoxLayout()
        if any(cell.spec.dated or cell.spec.name == "organisation" for cell in self._good):
            row.addWidget(label("从哪天起改变"))
            row.addWidget(self.since)
        row.addStretch(1)
        row.addWidget(button("取消", self.reject))
        write = button(f"写入 {len(self._good)} 处", self.accept, role="primary")
        write.setEnabled(bool(self._good))
        row.addWidget(write)
        box.addLayout(row)

    def edits(self) -> dict[str, dict[str, str]]:
        """The good cells as `edit_many` takes them."""
        made: dict[str, dict[str, str]] = {}
        for cell in self._good:
            made.setdefault(cell.record, {})[cell.spec.name] = cell.after
        return made


def _summary(good: int, faulty: int, block: PasteBlock) -> str:
    parts = [f"将改动 {good} 处"]
    parts += [f"{faulty} 处不能写入"] if faulty else []
    parts += [f"右边多出 {block.dropped_columns} 列没有对应的栏目"] if block.dropped_columns else []
    parts += [f"下面多出 {len(block.overflow)} 行，不会新增，请用“导入”"] if block.overflow else []
    return "，".join(parts) + "。"


def _table(cells: Sequence[PastedCell]) -> QTableWidget:
    table = QTableWidget(min(len(cells), SHOWN), len(_HEADS))
    table.setHorizontalHeaderLabels(list(_HEADS))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    danger: QColor = theme.current().colour("danger")
    for at, cell in enumerate(cells[:SHOWN]):
        note = f"✕ {cell.problem}" if cell.problem else ""
        for column, text in enumerate((cell.title, cell.spec.label, cell.before or "（空）", cell.after, note)):
            item = QTableWidgetItem(text)
            item.setToolTip(text if len(text) > 10 else "")
            if cell.problem:
                item.setForeground(danger)
            table.setItem(at, column, item)
    px = theme.current().px
    for column, width in enumerate((96, 112, 144, 144)):
        table.setColumnWidth(column, px(width))
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    return table


def paste_block(context: PageContext, source: ServiceSource, block: PasteBlock) -> None:
    """Preview a pasted block and write what the person agrees to, as one operation."""

    def show(cells: list[PastedCell]) -> None:
        if not cells:
            context.dialogs.message("粘贴的内容与表里相同。", "没有改动。")
            return
        preview = PastePreview(cells, block, context.office.today().isoformat())
        accepted, edits, since = context.dialogs.run(preview), preview.edits(), preview.since.text().strip()
        preview.deleteLater()
        if accepted:
            _write(context, source.kind, edits, since)

    context.runner.fetch(lambda: read_pasted(source, block), show, failed=context.dialogs.error)


def _write(context: PageContext, kind: str, edits: dict[str, dict[str, str]], since: str) -> None:
    def done(saved: records.Saved) -> None:
        if saved.change_set is not None:
            context.shell.done(saved.change_set.label)

    label_text = f"粘贴修改{len(edits)}条{KINDS[kind].label}记录"
    context.runner.start(
        "写入粘贴的内容",
        lambda _progress: records.edit_many(context.office, kind, edits, label=label_text, since=since or None),
        done,
        failed=context.dialogs.error,
    )

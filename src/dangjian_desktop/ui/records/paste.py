"""A block for the cells of a list: what it would change cell by cell, shown before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.records import cells as cell_rules
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.typing_in import field_specs

from .. import theme
from ..shell.context import PageContext
from ..widgets.labels import button, label
from .source import ServiceSource

SHOWN = 1_000
FEW = 5
"""Up to so many cells are written at once, where none is refused and no day is asked."""
_HEADS = ("记录", "栏目", "原来", "改为", "说明")
_NOTHING = "（空）"
_WHICH = ("name", "title", "number")


class TypedCell(NamedTuple):
    """What comes into a cell: as it is typed in, and as it reads."""

    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Cells to be written as one operation, by record and field; `erases` where they are emptied."""

    verb: str
    cells: Mapping[str, Mapping[str, TypedCell]]
    erases: bool = False

    def label(self, kind: str, edits: Mapping[str, Mapping[str, Any]]) -> str:
        """The operation in words, by what of the block is written."""
        if self.erases:
            return f"{self.verb}{sum(map(len, edits.values()))}格{KINDS[kind].label}资料"
        return f"{self.verb}修改{len(edits)}条{KINDS[kind].label}记录"


@dataclass(frozen=True, slots=True)
class PastedCell:
    """One cell of the block: where it lands, what stands there, what comes, and why it cannot (or nothing)."""

    record: str
    title: str
    spec: FieldSpec
    before: str
    after: str
    value: Any
    problem: str = ""


def read_block(source: ServiceSource, block: CellBlock) -> list[PastedCell]:
    """The cells of a block that would change something or cannot be taken; called in a worker thread."""
    office, kind = source.office, source.kind
    columns = {spec.name: spec for spec in source.columns}
    specs = columns | {spec.name: spec for spec in field_specs(office, kind, source.template)}
    names = list(dict.fromkeys(name for typed in block.cells.values() for name in typed if name in specs))
    title = next((name for name in (*_WHICH, *columns) if name in columns), "")
    now = {row["id"]: row for row in source.rows(list(block.cells), list(dict.fromkeys([*names, title])))}
    found = []
    for record, typed in block.cells.items():
        row = now.get(record, {})
        for name, cell in typed.items():
            before = row.get(name) or ""
            if name in specs and cell.shown != before:
                found.append(PastedCell(record, row.get(title, ""), specs[name], before, cell.shown, cell.value))
    edits: dict[str, dict[str, Any]] = {}
    for cell_ in found:
        edits.setdefault(cell_.record, {})[cell_.spec.name] = cell_.value
    problems = cell_rules.read_cells(office, kind, edits, template=source.template)
    return [_with_problem(each, problems.get((each.record, each.spec.name), "")) for each in found]


def _with_problem(cell: PastedCell, problem: str) -> PastedCell:
    return PastedCell(cell.record, cell.title, cell.spec, cell.before, cell.after, cell.value, problem)


def edits_of(cells: Sequence[PastedCell]) -> dict[str, dict[str, Any]]:
    """The cells without a problem, as they are written."""
    made: dict[str, dict[str, Any]] = {}
    for cell in cells:
        if not cell.problem:
            made.setdefault(cell.record, {})[cell.spec.name] = cell.value
    return made


class PastePreview(QDialog):
    """Shows the cells; accepted means: write those without a problem."""

    def __init__(self, cells: Sequence[PastedCell], block: CellBlock, today: str) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle("写入以前看一遍")
        px = theme.current().px
        self.resize(px(860), px(520))
        self._cells = list(cells)
        good = [cell for cell in cells if not cell.problem]
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(16))
        box.setSpacing(px(10))
        box.addWidget(label(_summary(good, len(cells) - len(good), block), "heading", wrap=True))
        told = "写入后可以一次撤销。" if block.erases else "空白格不会清掉已有内容。写入后可以一次撤销。"
        box.addWidget(label(told, "soft", wrap=True))
        box.addWidget(_table(sorted(cells, key=lambda cell: not cell.problem)), 1)
        self.since = QLineEdit(today)
        self.since.setFixedWidth(px(140))
        self.since.setAccessibleName("从哪天起改变")
        row = QHBoxLayout()
        self.dated = any(cell.spec.dated and cell.before for cell in good)
        if self.dated:
            row.addWidget(label("从哪天起改变"))
            row.addWidget(self.since)
        row.addStretch(1)
        leave = button("取消", self.reject)
        row.addWidget(leave)
        verb = "清空" if block.erases else "写入"
        write = button(f"{verb} {len(good)} 格", self.accept, role="danger" if block.erases else "primary")
        write.setEnabled(bool(good))
        write.setDefault(not block.erases)
        leave.setDefault(block.erases)
        (leave if block.erases else write).setFocus()
        row.addWidget(write)
        box.addLayout(row)

    def edits(self) -> dict[str, dict[str, Any]]:
        """The good cells as they are written."""
        return edits_of(self._cells)

    def day(self) -> str | None:
        """The day from which dated fields change, where one was asked."""
        return self.since.text().strip() or None if self.dated else None


def _summary(good: Sequence[PastedCell], faulty: int, block: CellBlock) -> str:
    rows = len({cell.record for cell in good})
    parts = [f"{block.verb}：将改动 {rows} 行的 {len(good)} 格"]
    parts += [f"另有 {faulty} 格不能写入，保持原样"] if faulty else []
    return "，".join(parts) + "。"


def _table(cells: Sequence[PastedCell]) -> QTableWidget:
    table = QTableWidget(min(len(cells), SHOWN), len(_HEADS))
    table.setHorizontalHeaderLabels(list(_HEADS))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    danger: QColor = theme.current().colour("danger")
    for at, cell in enumerate(cells[:SHOWN]):
        note = f"× {cell.problem}" if cell.problem else ""
        texts = (cell.title, cell.spec.label, cell.before or _NOTHING, cell.after or _NOTHING, note)
        for column, text in enumerate(texts):
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


def offer_block(context: PageContext, source: ServiceSource, make: Callable[[], CellBlock]) -> None:
    """Write a block as one operation: a few cells at once, more after they were shown; `make` runs in a worker."""

    def work() -> tuple[CellBlock, list[PastedCell]]:
        block = make()
        return block, read_block(source, block)

    def show(answer: tuple[CellBlock, list[PastedCell]]) -> None:
        block, cells = answer
        if not cells:
            context.dialogs.message("没有改动。", "选中的格里已经是这些内容。")
            return
        if len(cells) <= FEW and not any(cell.problem or (cell.spec.dated and cell.before) for cell in cells):
            _write(context, source.kind, edits_of(cells), block, None)
            return
        preview = PastePreview(cells, block, context.office.today().isoformat())
        accepted, edits, since = context.dialogs.run(preview), preview.edits(), preview.day()
        preview.deleteLater()
        if accepted and edits:
            _write(context, source.kind, edits, block, since)

    context.runner.fetch(work, show, failed=context.dialogs.error)


def _write(
    context: PageContext, kind: str, edits: dict[str, dict[str, Any]], block: CellBlock, since: str | None
) -> None:
    def done(saved: records.Saved) -> None:
        if saved.change_set is not None:
            context.shell.done(saved.change_set.label)

    words = block.label(kind, edits)
    context.runner.start(
        words,
        lambda _progress: cell_rules.write(context.office, kind, edits, label=words, since=since, block=True),
        done,
        failed=context.dialogs.error,
    )

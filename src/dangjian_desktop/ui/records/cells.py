"""What is typed, filled or pasted into the cells of a list: checked like the form, written as one operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionRange, QObject

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.services.records import cells
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.services.records.typing_in import field_specs

from ...base.errors import UserError
from ..shell.context import PageContext
from ..widgets.cell_editing import CellEditing
from ..widgets.clipboard import PasteBlock
from ..widgets.lookups import Lookups
from ..widgets.record_table import RecordTable
from .paste import CellBlock, TypedCell, offer_block
from .source import ServiceSource


class ListCells(QObject):
    """The cells of one list: `source` tells the kind, the template and the day that the list is of.

    `finding` are the columns by which people look for a record: a letter typed there searches.
    """

    def __init__(
        self,
        context: PageContext,
        table: RecordTable,
        source: ServiceSource,
        *,
        finding: Collection[str] = ("name",),
        lookups: Lookups | None = None,
    ) -> None:
        super().__init__(table)
        self._context, self._table, self._source = context, table, source
        self._specs = {spec.name: spec for spec in field_specs(context.office, source.kind, source.template)}
        self._roads: dict[str, str] = {}
        self._writing: Counter[str] = Counter()
        table.model.typed = frozenset(spec.name for spec in source.columns if not self._road(spec))
        self.editing = CellEditing(table.view, lookups or context.lookups, context.runner, self.why_not, finding)
        self.editing.committed.connect(self._commit)
        self.editing.cleared.connect(self.clear)
        table.pasted.connect(self.paste)

    def why_not(self, spec: FieldSpec) -> str:
        """Where a column is changed instead; empty where it may be typed into its cells."""
        return self._road(spec) or self._of_another_day()

    def own(self, changes: Sequence[ChangeSet]) -> bool:
        """Whether these changes are what is being typed here: the list shows it already and stays as it lies."""
        kind = self._source.kind
        return all(
            change.records.keys() == {kind} and all(self._writing[record] for record in change.records[kind] or ("",))
            for change in changes
        )

    def fill_down(self) -> None:
        """Write what stands in the first row of the block into those below; of one row, what stands above it."""
        part = self._block("向下填充")
        if part is None:
            return
        top, bottom = part.top(), part.bottom()
        if top == bottom:
            top -= 1
        fields = self._fields(part)
        if top < 0 or not fields or not self._may_write():
            return
        model, office, kind = self._table.model, self._context.office, self._source.kind
        first, below = model.id_at(top), [model.id_at(row) for row in range(top + 1, bottom + 1)]

        def work() -> CellBlock:
            carried = cells.carried(office, kind, first, fields)
            shown = next(iter(self._table.source.rows([first], fields)), {})
            each = {name: TypedCell(value, shown.get(name, "")) for name, value in carried.items()}
            return CellBlock("向下填充", dict.fromkeys(below, each))

        self._offer(work)

    def clear(self) -> None:
        """Empty the chosen cells; whole rows are for the recycle bin and are left alone."""
        part = self._block("清空")
        if part is None or not self._may_write():
            return
        model = self._table.model
        if part.width() == model.columnCount() > 1:
            self._say("选中的是整行，没有清空。要移到回收站请按 Ctrl+Delete，或点右键。")
            return
        fields = self._fields(part)
        ids = [model.id_at(row) for row in range(part.top(), part.bottom() + 1)]
        each = {name: TypedCell(None, "") for name in fields}
        block = CellBlock("清空", dict.fromkeys(ids, each), erases=True)
        self._offer(lambda: block)

    def paste(self, block: PasteBlock) -> None:
        """Write a block from another table; one that does not fit is told and nothing of it written."""
        if not self._may_write():
            return
        if block.overflow or block.dropped_columns:
            more = [f"下面多出 {len(block.overflow)} 行"] if block.overflow else []
            more += [f"右边多出 {block.dropped_columns} 列"] if block.dropped_columns else []
            self._context.dialogs.message(
                f"粘贴的内容放不下：从这一格起，{'，'.join(more)}。",
                "没有写入，数据没有改动。",
                "请少复制几行几列，或换一格粘贴；要新增的请用“导入”。",
            )
            return
        edits = {
            record: {name: TypedCell(text, text) for name, text in typed.items()}
            for record, typed in block.edits().items()
        }
        self._offer(lambda: CellBlock("粘贴", edits))

    # Inside

    def _road(self, spec: FieldSpec) -> str:
        if spec.name not in self._roads:
            known = self._specs.get(spec.name)
            self._roads[spec.name] = (
                cells.elsewhere(self._context.office, self._source.kind, known)
                if known is not None
                else f"“{spec.label}”是算出来的，不能直接改。"
            )
        return self._roads[spec.name]

    def _of_another_day(self) -> str:
        day = self._source.on
        if day is None or day == self._context.office.today():
            return ""
        return f"这是{day.isoformat()}那天的名单，不能在这里改：请先清空“截至日期”。"

    def _may_write(self) -> bool:
        """Whether the list may be written at all; else one line says why not."""
        sentence = self._of_another_day() or cells.refused(self._context.office, self._source.kind)
        if sentence:
            self._say(sentence)
        return not sentence

    def _say(self, sentence: str) -> None:
        view = self._table.view
        self.editing.note.say(sentence, view.visualRect(view.currentIndex()))

    def _block(self, what: str) -> QItemSelectionRange | None:
        """The one block that is chosen."""
        parts = self._table.view.parts()
        if len(parts) > 1:
            self._say(f"选中了几处，没有{what}。请只选相连的一块。")
        return parts[0] if len(parts) == 1 else None

    def _fields(self, part: QItemSelectionRange) -> list[str]:
        fields = self._table.model.fields
        return [fields[column] for column in range(part.left(), part.right() + 1)]

    def _commit(self, record: str, field: str, value: object, text: str) -> None:
        context, kind, table = self._context, self._source.kind, self._table
        self._writing[record] += 1

        def work() -> tuple[Saved, list[dict[str, str]]]:
            saved = cells.write(context.office, kind, {record: {field: value}})
            return saved, table.source.rows([record], table.model.fields)

        def done(answer: tuple[Saved, list[dict[str, str]]]) -> None:
            saved, rows = answer
            self._writing[record] -= 1
            self.editing.settle(record, field)
            table.model.put(rows)
            if saved.change_set is not None:
                context.shell.done(saved.change_set.label)

        def failed(error: Exception) -> None:
            self._writing[record] -= 1
            sentence = error.message if isinstance(error, UserError) else "程序出错，没有写入。"
            if not self.editing.refuse(record, field, text, sentence):
                context.shell.done(f"有一格没有写入：{sentence}", undo=False)
            if not isinstance(error, UserError):
                context.dialogs.error(error)

        context.runner.fetch(work, done, failed=failed, owner=self, writes=True)

    def _offer(self, work: Any) -> None:
        offer_block(self._context, self._source, work)

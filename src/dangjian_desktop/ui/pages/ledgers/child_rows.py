"""The child rows of one entry as small tables in its drawer: contact log, milestones, measures, team members."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.ledgers.columns import COUNTED, RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import WRITE

from ... import theme
from ...records.form_dialog import FormDialog
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.labels import button
from .columns import LedgerLookups

if TYPE_CHECKING:
    from dangjian_desktop.services.ledgers.child_rows import ShownRow, ShownRows
    from dangjian_desktop.services.records.records import Saved

_SHOWN = 4


class RowTable(QWidget):
    """One list of child rows: a small table, and what can be done with the chosen row."""

    written = Signal()

    def __init__(self, context: PageContext, template: LedgerTemplate, rows: RowList) -> None:
        super().__init__()
        self.context, self.template, self.rows = context, template, rows
        self.entry = ""
        self._held: list[ShownRow] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(6), px(16), px(6))
        box.setSpacing(px(6))
        self.table = QTableWidget(0, len(rows.columns))
        self.table.setHorizontalHeaderLabels([f"{c.label}（{c.unit}）" if c.unit else c.label for c in rows.columns])
        self.table.setAccessibleName(rows.label)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.itemActivated.connect(lambda _item: self.edit())
        self.table.itemSelectionChanged.connect(self._show_buttons)
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self.new = button("加一行", self.add, icon_name="plus", tip=rows.rule)
        self.change = button("修改…", self.edit)
        self.drop = button("删除", self.remove)
        for made in (self.new, self.change, self.drop):
            row.addWidget(allowed(made, context.office.actor, WRITE, "ledger_entry"))
        row.addStretch(1)
        box.addLayout(row)
        self._show_buttons()

    def show_rows(self, entry: str, shown: list[ShownRow]) -> None:
        """Show the rows of an entry; of one that is not saved yet nothing can be added."""
        self.entry, self._held = entry, shown
        self.table.setRowCount(len(shown))
        for line, row in enumerate(shown):
            for place, column in enumerate(self.rows.columns):
                item = QTableWidgetItem(row.printed[column.name])
                item.setToolTip(row.printed[column.name])
                if column.gives in COUNTED:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(line, place, item)
        self.table.resizeColumnsToContents()
        # The form keeps the room that rows do not need; a long list scrolls.
        lines = min(max(len(shown), 1), _SHOWN)
        self.table.setFixedHeight(theme.current().px(36 + 31 * lines + 14))
        self._show_buttons()

    def add(self) -> None:
        """Ask for a new row."""
        from dangjian_desktop.services.ledgers.child_rows import RowEdit

        typed = self._ask(f"{self.rows.label}：加一行", None)
        if typed:
            self._write(RowEdit(None, typed))

    def edit(self) -> None:
        """Change the chosen row."""
        from dangjian_desktop.services.ledgers.child_rows import RowEdit

        chosen = self._chosen()
        if len(chosen) != 1 or not self.change.isEnabled():
            return
        typed = self._ask(f"{self.rows.label}：修改", chosen[0])
        if typed:
            self._write(RowEdit(chosen[0].key, typed))

    def remove(self) -> None:
        """Take the chosen rows out; it can be undone."""
        from dangjian_desktop.services.ledgers.child_rows import RowEdit

        chosen = self._chosen()
        if chosen and self.context.dialogs.confirm(
            f"删除选中的{len(chosen)}行？", "删除后可以撤销。", yes="删除", danger=True
        ):
            self._write(*(RowEdit(row.key, None) for row in chosen))

    def _ask(self, title: str, row: ShownRow | None) -> dict[str, Any] | None:
        question = FormDialog(
            self.context,
            title,
            [column for column in self.rows.columns if column.editable],
            values=row.values if row else None,
            printed=row.printed if row else None,
            accept="保存" if row else "加上",
            lookups=LedgerLookups(self.context.lookups, self.template),
        )
        accepted = self.context.dialogs.run(question)
        typed = question.form.changes() if row else question.answer()
        question.deleteLater()
        return typed if accepted else None

    def _write(self, *edits: Any) -> None:
        from dangjian_desktop.services.ledgers import child_rows

        office, entry, name = self.context.office, self.entry, self.rows.name
        work: Callable[[], Saved] = lambda: child_rows.change(office, entry, name, edits)[0]  # noqa: E731
        self.context.runner.fetch(work, self._written, failed=self.context.dialogs.error, owner=self, writes=True)

    def _written(self, saved: Saved) -> None:
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        if saved.id == self.entry:
            self.written.emit()

    def _chosen(self) -> list[ShownRow]:
        lines = sorted({index.row() for index in self.table.selectedIndexes()})
        return [self._held[line] for line in lines if line < len(self._held)]

    def _show_buttons(self) -> None:
        may = self.context.office.actor.may(WRITE, "ledger_entry")
        number = len(self._chosen())
        self.new.setEnabled(may and bool(self.entry))
        self.change.setEnabled(may and number == 1)
        self.drop.setEnabled(may and number > 0)


class RowTables(QTabWidget):
    """All lists of child rows of an entry, one tab each; `written` after a write."""

    written = Signal()

    def __init__(self, context: PageContext, template: LedgerTemplate, lists: tuple[RowList, ...]) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.tables = [RowTable(context, template, rows) for rows in lists]
        for table in self.tables:
            self.addTab(table, table.rows.label)
            table.written.connect(self.written)
        self.show_nothing()

    def show_lists(self, entry: str, lists: list[ShownRows]) -> None:
        """Show the rows of an entry."""
        held = {shown.rows.name: shown.shown for shown in lists}
        for place, table in enumerate(self.tables):
            rows = held.get(table.rows.name, [])
            table.show_rows(entry, rows)
            self.setTabText(place, f"{table.rows.label}（{len(rows)}）" if rows else table.rows.label)
        self.setToolTip("")

    def show_nothing(self) -> None:
        """Of an entry that is not saved yet."""
        for place, table in enumerate(self.tables):
            table.show_rows("", [])
            self.setTabText(place, table.rows.label)
        self.setToolTip("先保存这一条，再加分项。")

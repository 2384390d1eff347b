"""操作记录: every operation, what it changed, and undo of a whole one or of chosen rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.history import history
from dangjian_desktop.services.history.history import ChangeRow, OperationRow, UndoResult

from ....base.clock import local_time
from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from ...widgets.search_field import make_clearable
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

PAGE = 200
SHOWN_CHANGES = 2_000
TYPING_PAUSE = 250


class LogPane(Pane):
    """Operations at the left, the changes of the chosen one at the right."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._rows: list[OperationRow] = []
        self._token = self._asked = 0
        self._wanted: int | None = None
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._build_operations())
        splitter.addWidget(self._build_changes())
        splitter.setSizes([px(500), px(620)])
        splitter.setHandleWidth(1)
        box.addWidget(splitter)

    def enter(self) -> None:
        """Fetch the newest operations."""
        self._fetch(None, self._show)

    def choose_next(self, operation: int) -> None:
        """Choose this operation once the list has been fetched; one older than the list is left alone."""
        self._wanted = operation

    def undo_all(self) -> None:
        """Undo the chosen operation."""
        row = self._operation()
        if row is None:
            return
        detail = "后来又改过的内容会保留，并告诉您是哪些。撤销本身也可以再撤销。"
        if self.context.dialogs.confirm(f"撤销“{row.label}”？", detail, yes="撤销", danger=True):
            office = self.context.office
            self._run(lambda: history.undo(office, operation=row.id))

    def undo_some(self) -> None:
        """Undo the chosen rows of the operation."""
        row = self._operation()
        cells = [change.cell for change in chosen(self.changes) if isinstance(change, ChangeRow)]
        if row is None or not cells:
            return
        question, detail = f"只撤销选中的 {len(cells)} 处？", f"属于“{row.label}”。"
        if self.context.dialogs.confirm(question, detail, yes="撤销这些", danger=True):
            office = self.context.office
            self._run(lambda: history.undo(office, operation=row.id, only=cells))

    # Building

    def _build_operations(self) -> QWidget:
        holder, box = _column(right=12)
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找：人名、党组织、操作、账户、日期")
        self.search.setAccessibleName("在操作记录里查找")
        make_clearable(self.search)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE)
        self._pause.timeout.connect(self.enter)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        box.addWidget(self.search)
        self.operations = plain_table("操作记录", ("时间", "操作", "谁"), (138, 230, 60), wide=(1,))
        self.operations.itemSelectionChanged.connect(self._chosen)
        box.addWidget(self.operations, 1)
        row = QHBoxLayout()
        self.older = button("更早的", self._more)
        # Until the first rows are there it has nothing to go on from.
        self.older.setEnabled(False)
        row.addWidget(self.older)
        row.addStretch(1)
        self.undo_button = button("撤销整个操作…", self.undo_all, icon_name="undo")
        offer_on_rows(self.operations, [self.undo_button])
        row.addWidget(self.undo_button)
        box.addLayout(row)
        return holder

    def _build_changes(self) -> QWidget:
        holder, box = _column(left=12)
        self.title = label("选一个操作，看它改了什么。", "soft", wrap=True)
        box.addWidget(self.title)
        self.changes = plain_table(
            "这次操作改了什么", ("记录", "栏目", "原来", "改为"), (118, 84, 130), several=True, wide=(2, 3)
        )
        self.changes.itemSelectionChanged.connect(self._show_buttons)
        box.addWidget(self.changes, 1)
        row = QHBoxLayout()
        row.addWidget(label("可按住 Ctrl 或 Shift 选几行。", "small"), 1)
        self.some_button = button("只撤销选中的行…", self.undo_some)
        offer_on_rows(self.changes, [self.some_button])
        row.addWidget(self.some_button)
        box.addLayout(row)
        self._show_buttons()
        return holder

    # Showing

    def _show(self, rows: list[OperationRow]) -> None:
        before = self._operation()
        self._rows = rows
        self._refill()
        # The list may be fetched twice on the way here: what was chosen stays chosen.
        wanted = self._wanted if self._wanted is not None else before.id if before else None
        for place, row in enumerate(rows):
            if row.id == wanted:
                self._wanted = None
                self.operations.selectRow(place)

    def _refill(self) -> None:
        self.older.setEnabled(bool(self._rows) and self._rows[-1].id > 1)
        fill(
            self.operations,
            [(local_time(row.at), f"{row.label}（已撤销）" if row.undone else row.label, row.by) for row in self._rows],
            self._rows,
            faint=[row.undone for row in self._rows],
        )
        none = "没有这样的操作。清空上面的查找，可看全部。" if self.search.text() else "还没有操作。"
        self.title.setText("选一个操作，看它改了什么。" if self._rows else none)
        self.changes.setRowCount(0)
        self._show_buttons()

    def _more(self) -> None:
        def add(rows: list[OperationRow]) -> None:
            self._rows += rows
            self._refill()
            self.older.setEnabled(len(rows) == PAGE)

        self._fetch(self._rows[-1].id, add)

    def _fetch(self, before: int | None, then: Callable[[list[OperationRow]], None]) -> None:
        self._asked += 1
        asked, office, text = self._asked, self.context.office, self.search.text()

        def take(rows: list[OperationRow]) -> None:
            if asked == self._asked:
                then(rows)

        self.context.runner.fetch(lambda: history.operations(office, PAGE, before, text), take, owner=self)

    def _chosen(self) -> None:
        row = self._operation()
        self._show_buttons()
        if row is None:
            return
        self._token += 1
        token, office = self._token, self.context.office
        self.title.setText(f"{row.label}\n{local_time(row.at)}　{row.by}　{row.device}　{_counted(row)}")
        self.context.runner.fetch(
            lambda: history.operation_detail(office, row.id, SHOWN_CHANGES),
            lambda found: self._show_changes(token, found),
            owner=self,
        )

    def _show_changes(self, token: int, found: list[ChangeRow]) -> None:
        if token != self._token:
            return
        fill(
            self.changes,
            [(change.title or KINDS[change.kind].label, change.label, change.before, change.after) for change in found],
            found,
        )

    def _show_buttons(self) -> None:
        row = self._operation()
        actor = self.context.office.actor
        able = row is not None and not row.undone and any(actor.may(WRITE, kind) for kind in row.records)
        self.undo_button.setEnabled(able)
        self.some_button.setEnabled(able and bool(self.changes.selectedIndexes()))

    def _operation(self) -> OperationRow | None:
        found = chosen(self.operations)
        return found[0] if found and isinstance(found[0], OperationRow) else None

    def _run(self, work: Callable[[], UndoResult]) -> None:
        self.context.runner.start(
            "撤销",
            lambda _progress: work(),
            self._undone,
            failed=self.context.dialogs.error,
            owner=self,
        )

    def _undone(self, result: UndoResult) -> None:
        self.context.shell.done(f"已撤销：{'、'.join(result.undone)}")
        if result.kept:
            told = "\n".join(result.kept[:8]) + (f"\n等 {len(result.kept)} 处" if len(result.kept) > 8 else "")
            self.context.dialogs.message("有些内容没有撤销，因为后来又改过或正在使用。", told)
        self.enter()


def _column(*, left: int = 0, right: int = 0) -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget()
    box = QVBoxLayout(holder)
    px = theme.current().px
    box.setContentsMargins(px(left), 0, px(right), 0)
    box.setSpacing(px(8))
    return holder, box


def _counted(row: OperationRow) -> str:
    return "　".join(f"{KINDS[kind].label} {number} 条" for kind, number in row.records.items() if kind in KINDS)

"""The table that feels like a spreadsheet: records in SQL order, filters, columns, copy, paste, type to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy as frozen
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from .. import theme
from .clipboard import PasteBlock, block_mime, clipboard_text, parse_block, table_of, tiled
from .column_chooser import ColumnChooser
from .column_widths import ColumnWidths
from .dialogs import DialogService
from .filter_popup import FilterPopup
from .find_bar import FindBar
from .flow import FlowLayout
from .job import JobRunner
from .labels import button, label, tool
from .list_states import ListStates
from .lookups import Lookups
from .record_model import PAGE, ColumnFilter, RecordSource, RecordTableModel
from .record_view import RecordView
from .search_field import search_field
from .selection_sums import SelectionSums
from .table_menus import head_menu, row_menu

__all__ = ["ColumnFilter", "PasteBlock", "RecordSource", "RecordTable", "RecordTableModel"]

LOW_WINDOW = 640
"""Below this height of the window, at 100 %, a list has to save room."""
TYPING_PAUSE = 250  # ms of rest before a text narrows the list


class RecordTable(QWidget):
    """A list of records with its filter chips, search field, head, find bar and status line.

    Signals carry record ids: `opened` (Enter, double click), `current_changed` (an id or ""),
    `selection_changed(count)`, `pasted(PasteBlock)` for the page to preview and apply, `loaded(count)`,
    `state_changed` when columns, order or filters moved (save `state()`).
    """

    opened = Signal(str)
    current_changed = Signal(str)
    selection_changed = Signal(int)
    pasted = Signal(object)
    loaded = Signal(int)
    state_changed = Signal()
    low_changed = Signal(bool)

    def __init__(
        self,
        source: RecordSource,
        runner: JobRunner,
        dialogs: DialogService,
        *,
        lookups: Lookups | None = None,
        columns: Sequence[str] | None = None,
        actions: Sequence[QAction] = (),
        empty: QWidget | None = None,
        noun: str = "条",
        search_hint: str = "查找：文字、拼音首字母",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._runner, self._dialogs, self._lookups = source, runner, dialogs, lookups
        self.actions_of_rows, self._noun = list(actions), noun
        self.row_offers: Callable[[QMenu], object] = _offers_nothing
        self.outer_limits: Callable[[], Sequence[str]] = tuple
        self.clear_outer: Callable[[], object] = tuple
        self._summary = self._summed = ""
        self._loaded_once = self.low = False
        self.model = RecordTableModel(source, runner, columns, self)
        self.view = RecordView(self.model, self)
        self.view.setAccessibleName("名单")
        self._build(search_hint, empty)
        self.widths = ColumnWidths(self)
        self._connect()
        self.widths.start()

    # What pages call

    @property
    def source(self) -> RecordSource:
        """Where the records come from."""
        return self._source

    def reload(self, touched: Iterable[str] | None = ()) -> None:
        """Fetch again; `touched` are records whose values changed, None means any may have."""
        self.model.reload(touched)

    def set_filters(self, filters: Sequence[ColumnFilter]) -> None:
        """Replace all filters and fetch."""
        self.model.filters = list(filters)
        self._show_filters()
        self.reload()
        self.state_changed.emit()

    def set_text(self, text: str) -> None:
        """Narrow the list to records that fit `text`."""
        self.search.setText(text)
        self._apply_text()

    def sort(self, field: str, descending: bool = False, *, add: bool = False) -> None:
        """Order by a field; `add` keeps the present order as the one before it."""
        kept = [pair for pair in self.model.order if pair[0] != field] if add else []
        self.model.order = [*kept, (field, descending)]
        self.view.show_top_next()
        self._show_order()
        self.reload()
        self.state_changed.emit()

    def current_id(self) -> str:
        """The record of the current cell, or an empty text."""
        return self.model.id_at(self.view.currentIndex().row())

    def selected_ids(self) -> list[str]:
        """Records touched by the selection, in list order."""
        return [self.model.id_at(row) for row in self.view.selected_rows()]

    def select(self, ids: Sequence[str]) -> None:
        """Select these records and bring the first into sight; unknown ones are passed over."""
        rows = sorted(row for row in map(self.model.row_of, ids) if row >= 0)
        if rows:
            self.view.setCurrentIndex(self.model.index(rows[0], 0))
            self.view.select_rows(rows)
            self.view.scrollTo(self.model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def visible_fields(self) -> list[str]:
        """Names of the columns as the person sees them from left to right."""
        fields, head = self.model.fields, self.view.head
        return [fields[head.logicalIndex(place)] for place in range(len(fields))]

    def set_columns(self, fields: Sequence[str]) -> None:
        """Show these columns in this order."""
        self.model.set_fields(fields)
        self.widths.start()
        self._show_order()
        self._show_filters()
        self.state_changed.emit()

    def set_summary(self, text: str) -> None:
        """What the status line says beside the counts, e.g. “正式 2089 预备 37”."""
        self._summary = text
        self._show_counts()

    def limits(self) -> list[str]:
        """What the list is narrowed to, in words: its filters, and the text that is sought."""
        sought = [f"查找“{self.model.text}”"] if self.model.text else []
        return [*(item.shown or item.field for item in self.model.filters), *sought]

    def clear_limits(self) -> None:
        """Take every limit away, the page's own too, and show the whole list."""
        self.clear_outer()
        self.search.clear()
        self.set_filters([])

    def frozen_source(self) -> RecordSource:
        """The source as it is now, for work that goes on while the page moves to another day or unit."""
        return frozen(self._source)

    def state(self, *, filters: bool = False) -> dict[str, Any]:
        """Columns, widths and order as JSON-able data; `filters` too for saved views.

        No filter outlives the program: who opens it again must not take a part of the list for the whole.
        """
        kept = [[item.field, item.op, item.value, item.shown] for item in self.model.filters] if filters else []
        return {
            "columns": self.visible_fields(),
            "own_widths": dict(self.widths.own),
            "order": [list(pair) for pair in self.model.order],
            "filters": kept,
        }

    def restore(self, state: Mapping[str, Any], *, filters: bool = False) -> None:
        """Take up a saved state; columns that no longer exist are passed over. Call `reload` after it."""
        known = {spec.name for spec in self._source.columns}
        columns = [name for name in state.get("columns", ()) if name in known]
        if columns:
            self.model.set_fields(columns)
        self.widths.restore({name: width for name, width in state.get("own_widths", {}).items() if name in known})
        self.model.order = [(name, bool(down)) for name, down in state.get("order", ()) if name in known]
        self.model.filters = [
            ColumnFilter(name, op, tuple(value) if isinstance(value, list) else value, shown)
            for name, op, value, shown in (state.get("filters", ()) if filters else ())
            if name in known
        ]
        self._show_order()
        self._show_filters()

    def choose_columns(self) -> None:
        """Let columns be ticked and ordered."""
        dialog = ColumnChooser(self._source.columns, self.visible_fields(), self)
        if self._dialogs.run(dialog):
            self.set_columns(dialog.fields())
        dialog.deleteLater()

    def focus_search(self) -> None:
        """Put the cursor into the search field (Ctrl+F)."""
        self.search.setFocus()
        self.search.selectAll()

    def copy(self, *, heads: bool = False) -> None:
        """Copy the selected block; rows not loaded yet are fetched first."""
        rows = self.view.selected_rows()
        columns = self.selected_fields()
        if not rows or not columns:
            return
        ids, fields = [self.model.id_at(row) for row in rows], columns
        top = [[self.model._specs[name].label for name in fields]] if heads else []

        def fetch() -> list[list[str]]:
            found = [
                row
                for start in range(0, len(ids), PAGE)
                for row in self._source.rows(ids[start : start + PAGE], fields)
            ]
            return top + table_of(found, fields)

        self._runner.fetch(fetch, self._to_clipboard, owner=self)

    def paste(self) -> None:
        """Read a block from the clipboard and emit `pasted` with the place it would land."""
        anchor = self.view.currentIndex()
        cells = parse_block(clipboard_text())
        if not cells or not anchor.isValid():
            return
        chosen = self.view.parts()
        row = min((part.top() for part in chosen), default=anchor.row())
        place = self.view.head.visualIndex(min((part.left() for part in chosen), default=anchor.column()))
        fields = self.visible_fields()[place:]
        cells = tiled(cells, chosen[0].height(), chosen[0].width()) if len(chosen) == 1 else cells
        width = max(map(len, cells))
        ids = self.model.ids[row : row + len(cells)]
        self.pasted.emit(
            PasteBlock(
                ids=tuple(ids),
                fields=tuple(fields[:width]),
                cells=tuple(tuple(line[: len(fields)]) for line in cells[: len(ids)]),
                overflow=tuple(map(tuple, cells[len(ids) :])),
                dropped_columns=max(0, width - len(fields)),
                text=clipboard_text(),
            )
        )

    # Building

    def _build(self, search_hint: str, empty: QWidget | None) -> None:
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(8))
        top = QHBoxLayout()
        top.setSpacing(px(8))
        self.search = search_field(search_hint)
        self.search.setFixedWidth(px(232))
        top.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        self._chips = QWidget()
        self._chip_row = FlowLayout(self._chips, px(6))
        top.addWidget(self._chips, 1)
        self._columns_tool = tool("columns", "选择列", self.choose_columns)
        top.addWidget(self._columns_tool, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(top)
        self._bar = top
        self._lent = False
        self._stack = ListStates(self.view, empty, self.clear_limits)
        box.addLayout(self._stack, 1)
        self._counts = label("正在读取…", "soft")
        box.addWidget(self._counts)
        self.find_bar = FindBar(self.view)

    def _connect(self) -> None:
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE)
        self._pause.timeout.connect(self._apply_text)
        self.search.textEdited.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self._apply_text)
        self.search.textChanged.connect(self._text_changed)
        self.view.opened.connect(self.opened)
        self.view.moved.connect(self.current_changed)
        self.view.selection_moved.connect(self._show_counts)
        self.view.selection_moved.connect(lambda: self.selection_changed.emit(self.view.selected_count()))
        self.view.copy_wanted.connect(lambda heads: self.copy(heads=heads))
        self.view.paste_wanted.connect(self.paste)
        self.view.typed.connect(self.find_bar.begin)
        self.view.composed.connect(self.find_bar.compose)
        self.find_bar.asked.connect(self.model.find)
        self.model.found.connect(self.find_bar.answer)
        self.find_bar.went.connect(lambda record: self.select([record]))
        head = self.view.head
        head.sectionClicked.connect(self._head_clicked)
        head.filter_wanted.connect(self.open_filter)
        head.sectionMoved.connect(lambda *_places: self.state_changed.emit())
        head.customContextMenuRequested.connect(self._head_menu)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.model.counted.connect(self._counted)
        self.model.refused.connect(self._stack.refuse)
        self._sums = SelectionSums(self, self._runner.fetch, self._show_sums)

    # Little height

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window rows move together; `low_changed` lets the page take the search field into its head."""
        super().resizeEvent(event)
        low = self.window().height() < theme.current().px(LOW_WINDOW)
        if low != self.low:
            self.low = low
            self.view.set_low(low)
            self.layout().setSpacing(theme.current().px(4 if low else 8))  # type: ignore[union-attr]
            self.low_changed.emit(low)

    def lend_search(self, row: QHBoxLayout, at: int, *, columns: bool = False) -> None:
        """Put the search field into a page's own row, with the sign for `columns` or without: a menu has them too."""
        row.insertWidget(at, self.search)
        if columns:
            row.insertWidget(at + 1, self._columns_tool)
        self._columns_tool.setVisible(columns)
        self._lent = True
        self._chips.setVisible(bool(self.model.filters))

    def take_search_back(self) -> None:
        """Put the search field above the list again."""
        self._bar.insertWidget(0, self.search, 0, Qt.AlignmentFlag.AlignTop)
        self._bar.addWidget(self._columns_tool, 0, Qt.AlignmentFlag.AlignTop)
        self._columns_tool.show()
        self._lent = False
        self._chips.show()

    # Reacting

    def _counted(self, count: int) -> None:
        self._loaded_once = True
        self._stack.show_count(count, [*self.outer_limits(), *self.limits()])
        self._show_counts()
        self.loaded.emit(count)

    def _show_counts(self) -> None:
        if not self._loaded_once:
            return
        chosen = self.view.selected_count()
        parts = [f"已选 {chosen} {self._noun}"] if chosen > 1 else []
        parts.append(f"共 {len(self.model.ids)} {self._noun}")
        if self.view.kept.dropped and not chosen:
            parts.append(f"选中的 {self.view.kept.dropped} {self._noun}现在太分散，没有再选中")
        parts += [text for text in (self._summary, self._summed) if text]
        self._counts.setText("　·　".join(parts))

    def _show_sums(self, words: str) -> None:
        self._summed = words
        self._show_counts()

    def _text_changed(self, text: str) -> None:
        # The clear button edits nothing: an emptied field shows everything at once.
        if not text:
            self._apply_text()

    def _apply_text(self) -> None:
        self._pause.stop()
        text = self.search.text().strip()
        if text != self.model.text:
            self.model.text = text
            self.reload()

    def _head_clicked(self, column: int) -> None:
        name = self.model.fields[column]
        adding = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.sort(name, not dict(self.model.order).get(name, True), add=adding)

    def _show_order(self) -> None:
        fields = self.model.fields
        self.view.head.sorted = {fields.index(name): down for name, down in self.model.order if name in fields}
        self.view.head.viewport().update()

    def _show_filters(self) -> None:
        fields = self.model.fields
        self.view.head.filtered = {fields.index(item.field) for item in self.model.filters if item.field in fields}
        self.view.head.viewport().update()
        while (item := self._chip_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for kept in self.model.filters:
            chip = button(f"{kept.shown or kept.field}　×", tip="点击去掉这个条件", role="chip")
            chip.clicked.connect(lambda _checked=False, gone=kept: self._drop(gone))
            self._chip_row.addWidget(chip)
        self._chips.setVisible(bool(self.model.filters) or not self._lent)
        if len(self.model.filters) > 1:
            self._chip_row.addWidget(button("全部清除", lambda: self.set_filters([]), role="link"))

    def _drop(self, gone: ColumnFilter) -> None:
        self.set_filters([item for item in self.model.filters if item != gone])

    def open_filter(self, column: int) -> None:
        """Ask below a column's head which values to keep."""
        spec = self.model.spec(column)
        present = [item for item in self.model.filters if item.field == spec.name]
        popup = FilterPopup(spec, present, self._lookups, self)
        popup.chosen.connect(lambda filters: self._filter_column(spec.name, filters))
        popup.sort_wanted.connect(lambda down: self.sort(spec.name, down))
        head = self.view.head
        popup.open_at(head.viewport().mapToGlobal(QPoint(head.sectionViewportPosition(column), head.height())))

    def _filter_column(self, field: str, filters: Sequence[ColumnFilter]) -> None:
        self.set_filters([*(item for item in self.model.filters if item.field != field), *filters])

    def _head_menu(self, place: QPoint) -> None:
        menu = head_menu(self, self.view.head.logicalIndexAt(place))
        menu.exec(self.view.head.mapToGlobal(place))
        menu.deleteLater()

    def _menu(self, place: QPoint) -> None:
        menu = row_menu(self)
        menu.exec(self.view.viewport().mapToGlobal(place))
        menu.deleteLater()

    def selected_fields(self) -> list[str]:
        """Columns touched by the selection, from left to right."""
        chosen = {column for part in self.view.parts() for column in range(part.left(), part.right() + 1)}
        names = {self.model.fields[column] for column in chosen}
        return [name for name in self.visible_fields() if name in names]

    def _to_clipboard(self, rows: list[list[str]]) -> None:
        QGuiApplication.clipboard().setMimeData(block_mime(rows))


def _offers_nothing(_menu: QMenu) -> None:
    pass

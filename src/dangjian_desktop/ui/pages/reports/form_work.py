"""The surface on which a superior's form is filled: the sheet, what to put into its cells, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QTabBar, QVBoxLayout, QWidget

from dangjian_desktop.domain.forms.form_editing import clear_cells, list_at, put_cell, put_column
from dangjian_desktop.domain.forms.form_mapping import FormMapping, with_paths
from dangjian_desktop.domain.forms.form_period import time_of
from dangjian_desktop.domain.forms.form_sheets import FormSheet, Place, address
from dangjian_desktop.domain.records.permissions import EXPORT, WRITE

from ... import theme
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.labels import button, label, restyle, tool
from .form_grid import COMPUTED, DIFFERS, FAILED, FILLED, FormGrid, Overlay
from .form_repair import MovedCell
from .form_side import FormSide

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.form_session import FormPreview, FormSession

_LEGEND = "绿底＝已指定　▲＝填不上　×＝公式与指标不一致"
_KEYS = "回车：选指标　Delete：选中的格子不填（拖动或按住Shift选一块）　Ctrl+滚轮：放大缩小"


class FormWork(QWidget):
    """One form being filled. `mapping` is what its cells are filled with now, `dirty` whether that is not kept yet.

    `left()` to go back, `save_wanted()` to keep the mapping, `fill_wanted()` to write the filled form,
    `asked_wanted(bool)` to show or hide the questions about period and scope.
    """

    left = Signal()
    save_wanted = Signal()
    fill_wanted = Signal()
    asked_wanted = Signal(bool)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.session: FormSession | None = None
        self.mapping = FormMapping()
        self.dirty = False
        self._before: list[FormMapping] = []
        self._preview: FormPreview | None = None
        self._busy = self._again = False
        self.note = self._asked_words = ""
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(12), px(8), px(12), px(8))
        box.setSpacing(px(6))
        box.addLayout(self._build_head())
        self.asked = label("", wrap=True)
        box.addWidget(self.asked)
        middle = QHBoxLayout()
        middle.setSpacing(px(12))
        middle.addWidget(self._build_sheet(), 1)
        middle.addWidget(self._build_side())
        box.addLayout(middle, 1)
        box.addLayout(self._build_foot())

    # What the pane does with it

    def open(self, session: FormSession, mapping: FormMapping, note: str, *, dirty: bool) -> None:
        """Show a form, new to the screen."""
        self.session, self.mapping, self.dirty, self._before, self._preview = session, mapping, dirty, [], None
        form = session.view.form
        self.title.setText(form.name)
        self.title.setToolTip(form.name)
        self.note = note
        self._show_head()
        self.tabs.open_for(session)
        blocked = self.sheets.blockSignals(True)
        while self.sheets.count():
            self.sheets.removeTab(0)
        for sheet in form.sheets:
            if sheet.visible:
                self.sheets.addTab(sheet.name)
        self.sheets.setVisible(self.sheets.count() > 1)
        self.sheets.setCurrentIndex(max(0, self._tab_of(form.first.name)))
        self.sheets.blockSignals(blocked)
        # The sheet is fitted into the room that it has after the window has made some.
        QTimer.singleShot(0, self, self._show_sheet)
        self.grid.setFocus()
        self.refresh()

    def take(self, session: FormSession) -> None:
        """The same form with the figures of another scope, period or day."""
        self.session = session
        self.panel.open(session)
        self.refresh()
        self._point()

    def kept(self, session: FormSession, note: str) -> None:
        """The mapping has been kept under this form."""
        self.session, self.dirty = session, False
        self.note = note
        self._show_head()
        self.tabs.close_repair()
        self._show_foot()

    def show_asked(self, words: str, *, shown: bool) -> None:
        """Say whom and which period the form is filled for; `shown` when the questions are on the screen."""
        self._asked_words = words
        self._show_head()
        self.ask_button.setText("收起期间和范围" if shown else "改期间和范围")
        self._asked_shown = shown

    def show_unfilled(self) -> None:
        """Bring the list of what could not be filled to the front, if there is any."""
        if self._preview is not None and any(line.mapped for line in self._preview.unfilled):
            self.tabs.setCurrentWidget(self.tabs.unfilled)

    @property
    def touched(self) -> bool:
        """Whether the person has pointed at anything that is not kept yet."""
        return self.dirty and bool(self._before)

    # What the person does

    def point(self, where: str) -> None:
        """Go to a cell by its full address."""
        found = self.session.view.form.find(where.partition(":")[0]) if self.session else None
        if found is None:
            return
        tab = self._tab_of(found[0].name)
        if tab >= 0:
            self.sheets.setCurrentIndex(tab)
            self.grid.go(found[1])

    def put_cell(self, key: str | None) -> None:
        """Fill the current cell with a figure or text, or with nothing."""
        sheet = self._sheet()
        if sheet is not None:
            self._change(put_cell(self.mapping, address(sheet.name, self.grid.place()), key))

    def put_column(self, source: str, key: str | None) -> None:
        """Fill the current column of a list; a single figure in the cell gives way."""
        sheet = self._sheet()
        if sheet is not None and self.session is not None:
            place = self.grid.place()
            plain = put_cell(self.mapping, address(sheet.name, place), None)
            self._change(put_column(self.session.view.form, plain, sheet.name, place, source, key))

    def put_row(self, source: str) -> None:
        """Fill every column of the current row whose header names a column of the list."""
        sheet = self._sheet()
        if sheet is None or self.session is None:
            return
        mapping, row = self.mapping, self.grid.place()[0]
        for column in range(1, sheet.used.right + 1):
            place = (row, column)
            if sheet.anchor(place) != place or not sheet.cell(place).empty:
                continue
            key = self.session.near_column(sheet.name, place, source)
            if key is not None and not sheet.closed(place):
                mapping = put_column(self.session.view.form, mapping, sheet.name, place, source, key)
        if mapping is self.mapping:
            self.context.dialogs.message(
                "这一行上面的标题都对不上。", "没有改动。", "请先点名单要填的第一行里的格子，再逐列选。"
            )
            return
        self._change(mapping)

    def clear(self) -> None:
        """The selected cells, and the list columns that they lie in, are filled with nothing: one step."""
        sheet = self._sheet()
        if sheet is None or self.session is None:
            return
        mapping = clear_cells(self.session.view.form, self.mapping, sheet.name, self.grid.places())
        if mapping is not self.mapping:
            self._change(mapping)

    def clear_at(self, places: Sequence[str]) -> None:
        """Cells and list columns by their addresses, on whatever sheets, are filled with nothing: one step."""
        mapping = self.mapping
        for where in places if self.session is not None else ():
            found = self.session.view.form.find(where) if self.session else None
            if found is None:
                mapping = put_cell(mapping, where, None)
            elif self.session is not None:
                mapping = clear_cells(self.session.view.form, mapping, found[0].name, [found[1]])
        if mapping is not self.mapping:
            self._change(mapping)

    def _choose_at(self, where: str) -> None:
        self.point(where)
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back; what is not kept stays as a draft."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def step_back(self) -> None:
        """Take the last pointing back."""
        if self._before:
            self.mapping = self._before.pop()
            self.dirty = True
            self._changed()

    # Building

    def _build_head(self) -> QHBoxLayout:
        px = theme.current().px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(tool("chevron-left", "返回", self.left.emit))
        self.title = label("", "title")
        # A long file name must not widen the window.
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title, 1)
        self._asked_shown = False
        self.ask_button: QPushButton = button("改期间和范围", self._turn_asked)
        row.addWidget(self.ask_button)
        self.back_button = tool("undo", "退回上一步的指定", self.step_back)
        row.addWidget(self.back_button)
        row.addWidget(tool("zoom-out", "表格缩小", lambda: self.grid.step_zoom(-1)))
        row.addWidget(tool("zoom-in", "表格放大", lambda: self.grid.step_zoom(1)))
        return row

    def _show_head(self) -> None:
        """Whom and when, and what is to say about the form, in as few lines as there are on a small screen."""
        other = f"▲ {self.session.other_periods[0]}" if self.session and self.session.other_periods else ""
        self.asked.setText(f"填报：{self._asked_words}。{other}{self.note}")

    def _turn_asked(self) -> None:
        self.asked_wanted.emit(not self._asked_shown)

    def _build_sheet(self) -> QWidget:
        made = QWidget()
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(4))
        self.grid = FormGrid()
        self.grid.pointed.connect(lambda _place: self._point())
        self.grid.wanted.connect(self._choose)
        self.grid.cleared.connect(self.clear)
        box.addWidget(self.grid, 1)
        self.sheets = QTabBar()
        self.sheets.setShape(QTabBar.Shape.RoundedSouth)
        self.sheets.setDrawBase(False)
        self.sheets.setExpanding(False)
        self.sheets.setAccessibleName("工作表")
        self.sheets.currentChanged.connect(lambda _tab: self._show_sheet())
        box.addWidget(self.sheets)
        legend = label(_LEGEND, "small", wrap=True)
        legend.setToolTip(_KEYS)
        box.addWidget(legend)
        return made

    def _build_side(self) -> QWidget:
        self.tabs = FormSide(self.context)
        self.panel, self.repair = self.tabs.panel, self.tabs.repair
        self.panel.cell.connect(self.put_cell)
        self.panel.column.connect(self.put_column)
        self.panel.row.connect(self.put_row)
        self.panel.cleared.connect(self.clear)
        self.panel.back.connect(self.grid.setFocus)
        self.tabs.went.connect(self.point)
        self.repair.placed.connect(self._place_lost)
        self.tabs.table.cleared.connect(self.clear_at)
        self.tabs.table.wanted.connect(self._choose_at)
        return self.tabs

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self.summary = label("", wrap=True)
        row.addWidget(self.summary, 1)
        actor = self.context.office.actor
        self.keep_button = button("记住填法", self.save_wanted.emit, tip="下次打开同样的表，格子不用再指（Ctrl+S）")
        row.addWidget(allowed(self.keep_button, actor, WRITE, "member"))
        self.fill_button = button("填好，另存…", self.fill_wanted.emit, role="primary", icon_name="export")
        row.addWidget(allowed(self.fill_button, actor, EXPORT, "member"))
        return row

    # Inside

    def _sheet(self) -> FormSheet | None:
        name = self.sheets.tabText(self.sheets.currentIndex())
        return self.session.view.form.sheet(name) if self.session else None

    def _tab_of(self, name: str) -> int:
        return next((tab for tab in range(self.sheets.count()) if self.sheets.tabText(tab) == name), -1)

    def _show_sheet(self) -> None:
        sheet = self._sheet()
        if sheet is None or self.session is None:
            return
        self.grid.put(sheet, self.session.looks[sheet.name], date1904=self.session.view.form.date1904)
        self._lay_over()
        self.grid.go(self._first_place(sheet))

    def _first_place(self, sheet: FormSheet) -> Place:
        """Begin at the first cell that is to be filled."""
        mapped = [found[1] for where in self.mapping.cells if (found := self._of(sheet, where))]
        mapped += [(t.first, min(t.columns)) for t in self.mapping.lists if t.sheet == sheet.name and t.columns]
        return min(mapped, default=(1, 1))

    def _of(self, sheet: FormSheet, where: str) -> tuple[FormSheet, Place] | None:
        found = self.session.view.form.find(where) if self.session else None
        return found if found is not None and found[0] is sheet else None

    def _change(self, mapping: FormMapping) -> None:
        if self.session is None:
            return
        self._before.append(self.mapping)
        self.mapping = with_paths(self.session.view.form, mapping)
        self.dirty = True
        self._changed()
        # On to the next cell with the arrows.
        self.grid.setFocus()

    def _changed(self) -> None:
        self._point()
        self.refresh()

    def _point(self) -> None:
        sheet = self._sheet()
        if sheet is None:
            return
        place = self.grid.place()
        where = address(sheet.name, place)
        problems = self._preview.unfilled if self._preview else ()
        problem = next((f"▲ {line.reason}" for line in problems if line.cell == where and line.mapped), "")
        self.panel.point(sheet, place, self.mapping, problem)
        self.repair.point(where)

    def _choose(self) -> None:
        self.tabs.setCurrentWidget(self.panel)
        self.panel.focus()

    # The present values

    def refresh(self) -> None:
        """Compute what the form would hold now; several changes in a row are computed once."""
        self._show_foot()
        if self._busy:
            self._again = True
            return
        session, mapping = self.session, self.mapping
        if session is None:
            return
        self._busy, self._again = True, False
        self.context.runner.fetch(
            lambda: session.preview(mapping), lambda found: self._take(session, found), failed=self._failed, owner=self
        )

    def _take(self, session: FormSession, found: FormPreview) -> None:
        self._busy = False
        if self._again or session is not self.session:
            self.refresh()
            return
        self._preview = found
        self._lay_over()
        self.tabs.report(found)
        self.tabs.list_mapping(session, self.mapping, found)
        self._point()
        self._show_foot()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.context.dialogs.error(error)

    def _lay_over(self) -> None:
        sheet, found = self._sheet(), self._preview
        if sheet is None or found is None:
            return
        texts = {place: text for (name, place), text in found.texts.items() if name == sheet.name}
        marks = {place: COMPUTED if (sheet.name, place) in found.results else FILLED for place in texts}
        for line in found.unfilled:
            spot = self._of(sheet, line.cell)
            if line.mapped and spot is not None:
                marks[spot[1]] = FAILED
        for check in found.checks:
            spot = self._of(sheet, check.cell)
            if check.status == "differs" and spot is not None:
                marks[spot[1]] = DIFFERS
        self.grid.lay_over(Overlay(texts, marks))

    def _show_foot(self) -> None:
        self.back_button.setEnabled(bool(self._before))
        found = self._preview
        if found is None:
            self.summary.setText("正在算…")
            return
        mapped = sum(line.mapped for line in found.unfilled)
        differing = sum(check.status == "differs" for check in found.checks)
        parts = [f"填 {len(found.texts) - len(found.results)} 格"]
        parts += [f"▲ {mapped} 处填不上"] if mapped else []
        parts += [f"× {differing} 个公式与指标不一致"] if differing else []
        kept = "（填法还没有记住）" if self.dirty else ""
        self.summary.setText("，".join(parts) + kept)
        restyle(self.summary, "role", "warning" if mapped or differing else "")

    # A changed form

    def _place_lost(self, line: MovedCell, where: str) -> None:
        session = self.session
        found = session.view.form.find(where) if session else None
        if session is None or found is None:
            return
        sheet, place = found
        target = list_at(session.view.form, self.mapping, sheet.name, place)
        figures = {offer.key for offer in session.offers}
        if target is not None and line.key in {offer.key for offer in session.columns(target.source)}:
            self._change(put_column(session.view.form, self.mapping, sheet.name, place, target.source, line.key))
        elif time_of(line.key.partition("@")[0])[0] in figures:
            self._change(put_cell(self.mapping, address(sheet.name, place), line.key))
        else:
            advice = "请点名单第一行里的格子；名单整个不见了的，到“填什么”里重新选名单。"
            self.context.dialogs.message("这一列只能放在名单里。", "没有改动。", advice)
            return
        self.repair.settle(line, where)
        self.point(where)

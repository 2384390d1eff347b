"""The page of 组织生活: list, table of the year, and the form; minutes printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import IMPORT, WRITE

from ... import theme
from ...records.cells import ListCells
from ...records.drafts import tell_kept
from ...records.list_exports import empty_sheet, import_review
from ...records.list_papers import ListPapers, ListWords, WholeList
from ...records.low_list import save_height
from ...records.removing import remove_records
from ...records.source import WITHIN, ServiceSource
from ...shell.context import Page, PageContext
from ...widgets.allowed import allowed, allowed_commands, allowed_entries, guiding
from ...widgets.banner import Banner
from ...widgets.empty_state import EmptyState
from ...widgets.labels import button
from ...widgets.page_parts import add_entries, head_line, menu_button
from ...widgets.record_model import ColumnFilter
from . import drafts
from .columns import COLUMNS, made_table
from .editor import MeetingEditor
from .minutes import preview_minutes
from .places import GROUP_MEETING, held_there, place_of
from .year_view import YearView

if TYPE_CHECKING:
    from dangjian_desktop.services.records.records import ShownRecord

    from ...records.import_review import ImportReview
    from .places import Place

STATE, LAST_KIND = "meetings.table", "meetings.last_kind"
LIST, YEAR, EDITOR = range(3)


class MeetingsPage(Page):
    """Lists meetings of the scope, shows the year, records one."""

    help = (
        "按 Ctrl+N 记录一次会议：先选会议类型、召开党组织和开始时间，右边就列出当日应到的党员。"
        "在名单里按空格切换到会、请假、缺席；请假要写原因。Ctrl+S 记录。"
        "没记完可以按 Esc 离开，草稿会留着。“全年情况”里看各支部按月按季开没开。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stale = True
        self._wanted = ""
        self._editor: MeetingEditor | None = None
        self._review: ImportReview | None = None
        self._year: YearView | None = None
        self._build()
        self.table.restore(context.shell.remembered(STATE) or {})
        self.table.state_changed.connect(self._keep_state)

    # What the window asks

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the list, or what was asked for: `new`, or the meetings `ids` (with `title`)."""
        if arguments.get("ids"):
            self.stack.setCurrentIndex(0)
            self.tabs.setCurrentIndex(LIST)
            chosen = ColumnFilter(WITHIN, "in", tuple(arguments["ids"]), str(arguments.get("title") or "选出的会议"))
            self.table.set_filters([chosen])
            self._stale = False
        if self._stale:
            self._reload(None)
        self._offer_draft()
        if arguments.get("new"):
            self.new()

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (the contract's signature)
        """Another part of the tree."""
        self._reload(None)

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        """Fetch again what changed."""
        touched = any(change.touches(kind) for change in changes for kind in ("meeting", "organisation", "member"))
        if touched and self._editor is not None:
            self._editor.files.refresh()
        if touched and not self.cells.own(changes):
            self._reload(None)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """New, save, open, filter, print, remove, refresh."""
        known = {"new": self.new, "save": self._save, "confirm": self._confirm, "remove": self._remove}
        known |= {
            "open": lambda: self._open(self.table.current_id()),
            "filter": self.table.focus_search,
            "columns": self.table.choose_columns,
            "fill_down": self.cells.fill_down,
            "print": self.print_,
            "import": self.import_,
            "export": self.papers.ask_export,
            "refresh": lambda: self._reload(None),
        }
        return allowed_commands(known, self.context.office.actor, "meeting")

    def open_record(self, kind: str, record: str) -> None:  # noqa: ARG002 (the contract's signature)
        """Open one meeting."""
        self._open(record)

    def may_leave(self) -> bool:
        """Keep the draft and go."""
        self._keep_open()
        return True

    def _keep_open(self) -> None:
        """What is in the editor stays as a draft, and that is told; nothing is lost however one leaves."""
        if self._editor is not None and self.stack.currentWidget() is self._editor_place:
            self._editor.keep_draft()
            if self._editor.draft_key in drafts.drafts(self.context.shell):
                tell_kept(self.context.shell, self._editor.called())

    # What the person does

    def new(self, unit: str = "", kind: str = "") -> None:
        """Begin a meeting for the chosen unit; what was begun before waits as a draft of its own."""
        self._keep_open()
        scope = unit or self.context.shell.scope() or ""
        kind = kind or self.context.shell.remembered(LAST_KIND, "") or ""
        self._find_place(scope, lambda place: self._begin(place, kind))

    def resume(self) -> None:
        """Go on with a draft; that of a recorded meeting over the meeting as it stands now."""
        found = drafts.drafts(self.context.shell)
        key = drafts.choose(self.context.dialogs, found, "接着填哪一份草稿？")
        if key is None:
            return
        draft, meeting = found[key], str(found[key].get("meeting") or "")
        if not meeting:
            self._resume(key, draft, None)
            return
        from dangjian_desktop.services.records import records

        office = self.context.office
        self.context.runner.fetch(
            lambda: records.get(office, "meeting", meeting),
            lambda view: self._resume(key, draft, view),
            failed=self.context.dialogs.error,
            owner=self,
        )

    def _resume(self, key: str, draft: Mapping[str, Any], view: ShownRecord | None) -> None:
        self.banner.hide()
        self.editor.resume(key, draft, view)
        self.stack.setCurrentIndex(1)

    def print_(self) -> None:
        """The key: in the list it asks what is meant."""
        if self.stack.currentIndex() or self.tabs.currentIndex() == YEAR or not self.table.model.ids:
            self.print_minutes()
        else:
            self.papers.ask_print(("minutes", "选中的这次会议的会议记录", self.print_minutes))

    def print_minutes(self) -> None:
        """Preview the minutes of the current meeting; from the table of the year, go to its report."""
        if not self.stack.currentIndex() and self.tabs.currentIndex() == YEAR:
            self.context.shell.open_page("reports", {"report": "meetings-summary"})
            return
        record = self.editor.meeting if self.stack.currentIndex() else self.table.current_id()
        if record:
            preview_minutes(self.context, self, record)
        else:
            self.context.dialogs.message("请先选中一次会议。", "", "在列表里点一下要打印的会议，再按 Ctrl+P。")

    def import_(self) -> None:
        """Read meetings from a workbook, with the review that every import has."""
        if self.stack.currentIndex() == 0:
            self.context.runner.fetch(import_review, self._review_with, owner=self)

    def _review_with(self, make: type[ImportReview]) -> None:
        review = self._review = make(self.context, "meetings", "组织生活")
        review.left.connect(lambda: self._leave_import(review))
        self.stack.addWidget(review)
        self.stack.setCurrentWidget(review)

    def _leave_import(self, review: QWidget) -> None:
        self.stack.setCurrentIndex(0)
        self.stack.removeWidget(review)
        review.deleteLater()
        self._review = None
        self._reload(None)

    # Building

    def _build(self) -> None:
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.banner = Banner(self)
        box.addWidget(self.banner)
        self.stack = QStackedWidget()
        box.addWidget(self.stack, 1)
        lists = QWidget()
        inner = QVBoxLayout(lists)
        inner.setContentsMargins(px(16), px(12), px(16), px(8))
        inner.setSpacing(px(8))
        self.print_button = button("打印会议记录", self.print_minutes, icon_name="print", tip="Ctrl+P")
        begin = button("记录一次会议", self.new, role="primary", icon_name="plus", tip="Ctrl+N")
        exchange = menu_button("导入导出")
        actor = self.context.office.actor
        head, self.title = head_line(
            exchange,
            self.print_button,
            allowed(begin, actor, WRITE, "meeting"),
            title="组织生活",
        )
        inner.addLayout(head)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("会议列表")
        self.tabs.addTab("全年情况")
        switch = QHBoxLayout()
        switch.addWidget(self.tabs)
        switch.addStretch(1)
        inner.addLayout(switch)
        self.views = QStackedWidget()
        inner.addWidget(self.views, 1)
        self._build_views()
        save_height(self.table, inner, switch, 2)
        self._fill_exchange(exchange.menu())
        self.stack.addWidget(lists)
        self._editor_place = _place()
        self.stack.addWidget(self._editor_place)
        self.tabs.currentChanged.connect(self._tab)

    def _fill_exchange(self, menu: QMenu) -> None:
        whole = WholeList(lambda: self.context.shell.open_page("reports", {"report": "meetings-summary"}))
        words = ListWords("组织生活", "整份组织生活记录", "次", "全年三会一课情况汇总表")
        self.papers = ListPapers(self.context, self, self.table, "meeting", words, whole)
        take_in = (
            ("导入会议表格…", self.import_),
            ("要一张空表…", lambda: empty_sheet(self.context, self, "meetings", "组织生活")),
        )
        add_entries(menu, [*take_in, None, *self.papers.export_entries(), None, *self.papers.print_entries()])
        self.papers.restrict(menu)
        allowed_entries(menu, self.context.office.actor, {"导入": IMPORT}, "meeting")
        self.table.row_offers = self._offer_for_rows

    def _offer_for_rows(self, menu: QMenu) -> None:
        shown = [*self.papers.print_entries()[:1], *self.papers.export_entries()[:1]]
        add_entries(menu, [("打印会议记录…", self.print_minutes), None, *shown])
        self.papers.restrict(menu)

    def _build_views(self) -> None:
        c = self.context
        hint = EmptyState(
            "还没有组织生活记录",
            "按 Ctrl+N 记录一次会议；会议类型、地点、主持人会按上一次的填好。",
            (("记录一次会议", self.new),),
            icon_name="meeting",
        )
        empty = guiding(hint, self.context.office.actor, "meeting")
        self._source = ServiceSource(c.office, "meeting", COLUMNS, order=(("started_at", True),))
        self._source.scope = c.shell.scope()
        self.table = made_table(c, self._source, empty)
        self.cells = ListCells(c, self.table, self._source, finding=("title",))
        self.table.opened.connect(self._open)
        self.table.loaded.connect(self._select_wanted)
        self.table.current_changed.connect(lambda record: self.print_button.setEnabled(bool(record)))
        self.views.addWidget(self.table)
        self._year_place = _place()
        self.views.addWidget(self._year_place)
        self.print_button.setEnabled(False)

    @property
    def editor(self) -> MeetingEditor:
        """The form, made when it is first needed: the list must not wait for it."""
        if self._editor is None:
            made = self._editor = MeetingEditor(self.context)
            made.left.connect(self._left)
            made.saved.connect(self._saved)
            made.drafted.connect(lambda key, draft: drafts.keep(self.context.shell, key, draft))
            _fill(self._editor_place, made)
        return self._editor

    @property
    def year(self) -> YearView:
        """The table of the year, made when it is first needed."""
        if self._year is None:
            made = self._year = YearView(self.context)
            made.list_wanted.connect(self._show_list)
            made.new_wanted.connect(self.new)
            _fill(self._year_place, made)
        return self._year

    # Reacting

    def _tab(self, place: int) -> None:
        self.views.setCurrentIndex(place)
        self.table.search.setVisible(place == LIST)
        self.print_button.setText("打印会议记录" if place == LIST else "打印全年汇总")
        self.print_button.setEnabled(place == YEAR or bool(self.table.current_id()))
        if place == YEAR:
            self.year.reload()

    def _reload(self, touched: Sequence[str] | None) -> None:
        self._stale = False
        self._source.scope = self.context.shell.scope()
        self.table.reload(touched)
        if self.tabs.currentIndex() == YEAR:
            self.year.reload()

    def _select_wanted(self, _count: int) -> None:
        if self._wanted:
            self.table.select([self._wanted])
            self._wanted = ""

    def _keep_state(self) -> None:
        self.context.shell.remember(STATE, self.table.state())

    def _show_list(self, unit: str, kind: str, period: str) -> None:
        def show(place: Place) -> None:
            self.tabs.setCurrentIndex(LIST)
            self.table.set_filters(held_there(place, kind, period))

        self._find_place(unit, show)

    def _find_place(self, scope: str, done: Callable[[Place], object]) -> None:
        office = self.context.office
        self.context.runner.fetch(lambda: place_of(office, scope), done, failed=self.context.dialogs.error, owner=self)

    def _begin(self, units: Place, kind: str) -> None:
        kind = GROUP_MEETING if "group" in units else kind
        values = ({"meeting_kind": kind} if kind else {}) | {name: node.id for name, node in units.items()}
        names = {name: node.name for name, node in units.items()}
        self.banner.hide()
        self.editor.begin(values, names)
        self.stack.setCurrentIndex(1)

    def _open(self, record: str) -> None:
        if not record:
            return
        from dangjian_desktop.services.records import records

        office = self.context.office
        self.context.runner.fetch(
            lambda: records.get(office, "meeting", record), self._edit, failed=self.context.dialogs.error, owner=self
        )

    def _edit(self, view: ShownRecord) -> None:
        self._keep_open()
        draft = drafts.drafts(self.context.shell).get(view.id)
        if draft is not None:
            self._resume(view.id, draft, view)
            return
        self.banner.hide()
        self.editor.edit(view)
        self.stack.setCurrentIndex(1)

    def _confirm(self) -> None:
        shown = self.stack.currentWidget()
        if self._review is not None and shown is self._review:
            self._review.take_key()
        else:
            self._save()

    def _save(self) -> None:
        if self.stack.currentIndex() == 1:
            self.editor.save()

    def _saved(self, record: str) -> None:
        kind = self.editor.form.fields["meeting_kind"].editor.value()
        self.context.shell.remember(LAST_KIND, kind)
        drafts.keep(self.context.shell, self.editor.draft_key, None)
        self.stack.setCurrentIndex(0)
        self._offer_draft()
        self._wanted = record
        self._reload([record])
        self.context.shell.done(
            self.editor.summary(), offers=(("打印会议记录", lambda: preview_minutes(self.context, self, record)),)
        )

    def _left(self) -> None:
        self._keep_open()
        self.stack.setCurrentIndex(0)
        self.table.view.setFocus()
        self._offer_draft()

    def _offer_draft(self) -> None:
        found = drafts.drafts(self.context.shell)
        if not found:
            self.banner.hide()
        elif self.stack.currentIndex() == 0:
            self.banner.tell(
                drafts.sentence(found),
                actions=(("接着填", self.resume), ("丢弃草稿", self._drop_draft)),
                closable=False,
            )

    def _drop_draft(self) -> None:
        found = drafts.drafts(self.context.shell)
        key = drafts.choose(self.context.dialogs, found, "丢弃哪一份草稿？")
        if key is not None:
            drafts.keep(self.context.shell, key, None)
            self._offer_draft()

    def _remove(self) -> None:
        if not self.stack.currentIndex():
            current = self.table.current_id()
            chosen = self.table.selected_ids() or ([current] if current else [])
            remove_records(self.context, "meeting", chosen, self)


def _place() -> QWidget:
    """An empty place for a part that is made later."""
    made = QWidget()
    box = QVBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    return made


def _fill(place: QWidget, part: QWidget) -> None:
    box = place.layout()
    assert box is not None
    box.addWidget(part)

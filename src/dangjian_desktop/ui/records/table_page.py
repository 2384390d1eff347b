"""A page of one kind of record: table, drawer, import review, saved views, paste and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import IMPORT, WRITE
from dangjian_desktop.services.records import records

from .. import theme
from ..shell.context import Page, PageContext
from ..widgets.allowed import allowed, allowed_commands, allowed_entries, guiding
from ..widgets.empty_state import EmptyState
from ..widgets.page_parts import add_entries, fill_menu
from ..widgets.record_table import RecordTable
from .beside import ListBesideDrawer
from .cells import ListCells
from .drawer import RecordDrawer
from .head import PageHead
from .list_papers import ListPapers, ListWords, WholeList
from .removing import remove_records
from .saved_views import SavedViews
from .source import ServiceSource

if TYPE_CHECKING:
    from .import_review import ImportReview

SUMMARY_PAUSE = 200  # ms


class RecordPage(Page):
    """Base of 党员 and 党组织: a subclass gives kind, words, source and drawer and adds what is its own."""

    kind = ""
    noun = "条"
    words = ""
    import_kind = ""
    whole = ""
    """What the whole list is called: 整份党员花名册."""
    whole_report = ""
    search_hint = "查找：文字、拼音首字母"
    columns: Sequence[str] | None = None

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.source = self.make_source()
        self.drawer = self.make_drawer()
        self._review: ImportReview | None = None
        self._behind = ""
        self._loaded = self._warm = False
        px = theme.current().px
        self._stack = QStackedLayout(self)
        self._main = QWidget()
        box = self._box = QVBoxLayout(self._main)
        box.setContentsMargins(px(16), px(12), 0, 0)
        box.setSpacing(px(8))
        self.head = PageHead(self.words)
        self.head.setContentsMargins(0, 0, px(16), 0)
        box.addWidget(self.head)
        self.table = self._make_table()
        self.papers = ListPapers(
            context,
            self,
            self.table,
            self.kind,
            ListWords(self.words, self.whole, self.noun),
            WholeList(self.print_whole, limits=self.limits, day=lambda: self.source.on),
        )
        self.table.row_offers = self._offer_for_rows
        self.table.outer_limits, self.table.clear_outer = self.outer_limits, self.clear_outer
        held = QWidget()
        inner = QVBoxLayout(held)
        inner.setContentsMargins(0, 0, px(16), px(8))
        inner.addWidget(self.table)
        self.beside = ListBesideDrawer(held, self.drawer)
        box.addWidget(self.beside, 1)
        self._stack.addWidget(self._main)
        self._fill_head()
        self._arrange(self.table.low)
        self._connect()

    # What a subclass gives

    def make_source(self) -> ServiceSource:
        """The source of the table."""
        return ServiceSource(self.context.office, self.kind)

    def make_drawer(self) -> RecordDrawer:
        """The drawer beside the table."""
        return RecordDrawer(self.context, self.kind)

    def make_empty(self) -> EmptyState:
        """What an empty list says."""
        return EmptyState(
            f"还没有{self.words}。",
            "导入花名册，或按 Ctrl+N 新增。",
            (("导入…", self.start_import), ("新增", self.new)),
            icon_name=self.kind,
        )

    def default_values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Values of a new record's form, raw and printed."""
        return {}, {}

    def view_menu_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """Entries of the export menu that only this page has."""
        return ()

    def row_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """Entries of the menu of rows that only this page has."""
        return ()

    def restrict_rows(self, menu: QMenu) -> None:
        """Switch off of these what the account may not do."""

    def limits(self) -> Sequence[str]:
        """What the list is narrowed to besides filters and search, in words."""
        return (self._behind,) if self._behind else ()

    def outer_limits(self) -> Sequence[str]:
        """Limits that leave records out though no chip shows them."""
        return (f"只看：{self._behind}",) if self._behind else ()

    def clear_outer(self) -> None:
        """Take these limits away."""
        if self._behind:
            self.show_all()

    def summarise(self, count: int) -> None:
        """Called with the number of records after each loading; may fetch what the status line says."""

    # The contract of a page

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the list; `ids` with `title` limit it to the list behind a figure."""
        if not self._loaded:
            self._loaded = True
            self.source.scope = self.context.shell.scope()
            kept = self.context.shell.remembered(f"{self.kind}.table")
            if kept:
                self.table.restore(kept)
        if "ids" in arguments:
            self.show_behind(arguments["ids"], str(arguments.get("title", "")))
        elif arguments.get("import"):
            self.table.reload()
            self.start_import()
        elif arguments.get("new"):
            self.table.reload()
            self.new()
        elif not self.table.model.ids:
            self.table.reload()

    def scope_changed(self, organisation: str | None) -> None:
        """Follow the tree."""
        self.source.scope = organisation
        if self._loaded:
            self.table.reload()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        """Fetch again what changed."""
        if not self._loaded:
            return
        touched: set[str] | None = set()
        relevant = False
        for change in changes:
            relevant = relevant or change.touches(self.kind) or change.touches("organisation")
            ids = change.records.get(self.kind, frozenset())
            touched = None if ids is None or touched is None or change.touches("organisation") else touched | ids
        if relevant and not self.cells.own(changes):
            self.table.reload(touched)
        if self.beside.is_open() and (touched is None or self.drawer.record in touched):
            self.drawer.refresh()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        offered: dict[str, Callable[[], object]] = {
            "new": self.new,
            "open": self.open_current,
            "save": self.save,
            "filter": self.table.focus_search,
            "columns": self.table.choose_columns,
            "import": self.start_import,
            "export": self.papers.ask_export,
            "remove": self.remove,
            "fill_down": self.cells.fill_down,
            "history": self.show_history,
            "refresh": lambda: self.table.reload(None),
            "print": self.papers.ask_print,
        }
        offered = {key: self._unless_importing(run) for key, run in offered.items()}
        offered["confirm"] = self._confirm_import
        return allowed_commands(offered, self.context.office.actor, self.kind)

    def _unless_importing(self, run: Callable[[], object]) -> Callable[[], object]:
        """The keys of the list do nothing while the import review stands in its place."""
        return lambda: run() if self._stack.currentWidget() is self._main else None

    def _confirm_import(self) -> None:
        if self._review is not None and self._stack.currentWidget() is self._review:
            self._review.take_key()

    def open_record(self, kind: str, record: str) -> None:  # noqa: ARG002 (a page of two kinds asks)
        """Open one record in the drawer."""
        self._stack.setCurrentWidget(self._main)
        self.table.select([record])
        self.open_in_drawer(record)

    def place(self) -> Mapping[str, Any]:
        """The record that lies open."""
        return {"open": self.drawer.record} if self.beside.is_open() and self.drawer.record else {}

    def step_back(self) -> None:
        """Show the list; an import under review stays as it is for the next 导入."""
        if self._stack.currentWidget() is not self._main:
            self._stack.setCurrentWidget(self._main)
            self.table.view.setFocus()

    def may_leave(self) -> bool:
        """Keep the draft; nothing is refused."""
        self.drawer.keep_draft()
        return True

    # Actions

    def new(self) -> None:
        """Open an empty form."""
        values, printed = self.default_values()
        self.beside.open()
        self.drawer.start_new(values, printed)

    def open_current(self) -> None:
        """Open the record under the cursor."""
        record = self.table.current_id()
        if record:
            self.open_in_drawer(record)

    def open_in_drawer(self, record: str) -> None:
        """Show a record in the drawer."""
        self.beside.open()
        self.drawer.show_record(record)

    def save(self) -> None:
        """Record the drawer's form."""
        if self.beside.is_open():
            self.drawer.save()

    def remove(self) -> None:
        """Move the chosen records to the bin as one operation; one that is open is asked for by name."""
        chosen = self.table.selected_ids()
        if len(chosen) > 1:
            remove_records(self.context, self.kind, chosen, self, done=self._removed)
        elif self.beside.is_open() and self.drawer.record:
            self.drawer.remove()
        else:
            self.open_current()

    def _removed(self, saved: records.Saved) -> None:
        # The drawer may show one of those that went.
        self._close_drawer()
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)

    def show_history(self) -> None:
        """Show the history of the open or current record."""
        if not self.beside.is_open():
            self.open_current()
        self.drawer.show_history()

    def print_whole(self) -> None:
        """The whole list is a report, made on the page of reports."""
        self.context.shell.open_page("reports", {"report": self.whole_report})

    def start_import(self) -> None:
        """Open the import review in the place of the list."""
        self.open_review(self.import_kind, self.words)

    def open_review(self, kind: str, words: str) -> None:
        """Open the review of a kind of import; one that is open for this kind stays as it is."""
        # The readers of workbooks are heavy and seldom needed.
        from .import_review import ImportReview

        if self._review is not None and self._review.kind != kind:
            self._leave_import()
        if self._review is None:
            self._review = ImportReview(self.context, kind, words)
            self._review.left.connect(self._leave_import)
            self._stack.addWidget(self._review)
        self._stack.setCurrentWidget(self._review)
        if self._review.plan is None:
            self._review.start.setFocus()

    def _leave_import(self) -> None:
        self._stack.setCurrentWidget(self._main)
        self.table.view.setFocus()
        if self._review is not None:
            self._stack.removeWidget(self._review)
            self._review.deleteLater()
            self._review = None

    # The list behind a figure

    def show_behind(self, ids: Sequence[str], title: str) -> None:
        """Limit the list to these records, under a line that takes the limit away again."""
        self.source.only, self._behind = frozenset(ids), title
        self.table.model.filters = []
        self.before_behind()
        self.table.set_filters([])
        self._show_behind()

    def before_behind(self) -> None:
        """Called before a list behind a figure is fetched; a page lets go of its own limits."""

    def show_all(self) -> None:
        """Show the whole list again."""
        self.source.only, self._behind = None, ""
        self.after_behind()
        self.table.reload()
        self._show_behind()

    def after_behind(self) -> None:
        """Called when the limit was taken away; a page takes its own limits up again."""

    def _show_behind(self) -> None:
        self._chip.setVisible(bool(self._behind))
        self._chip.setText(f"只看：{self._behind}　×")

    # Building

    def _make_table(self) -> RecordTable:
        shell = self.context.shell
        return RecordTable(
            self.source,
            self.context.runner,
            self.context.dialogs,
            lookups=self.context.lookups,
            columns=self.columns,
            actions=[shell.action(key) for key in ("open", "history", "remove")],
            empty=guiding(self.make_empty(), self.context.office.actor, self.kind),
            noun=self.noun,
            search_hint=self.search_hint,
        )

    def _fill_head(self) -> None:
        from ..widgets.labels import button

        actor = self.context.office.actor
        allowed(self.head.add_button("导入", self.start_import, icon_name="import"), actor, IMPORT, self.kind)
        allowed(self.head.add_button("新增", self.new, role="primary", icon_name="plus"), actor, WRITE, self.kind)
        _button, self._export_menu = self.head.add_menu("导出", icon_name="export")
        fill_menu(
            self._export_menu,
            [
                *self.papers.export_entries(),
                None,
                *self.papers.print_entries(),
                *self.view_menu_entries(),
            ],
        )
        self.papers.restrict(self._export_menu)
        allowed_entries(self._export_menu, actor, {"导入": IMPORT}, self.kind)
        _button, menu = self.head.add_menu("视图")
        usual = self.columns or [spec.name for spec in self.source.columns if spec.table]
        self.views = SavedViews(self.context, self.table, f"{self.kind}.views", usual, menu)
        self._chip = button("", self.show_all, role="chip", tip="点击看全部")
        self._chip.hide()
        self.head.add_tool(self._chip)
        self._show_behind()

    def _arrange(self, low: bool) -> None:
        """Save height in a low window."""
        px = theme.current().px
        self._box.setContentsMargins(px(16), px(6 if low else 12), 0, 0)
        self._box.setSpacing(px(4 if low else 8))
        self.head.lend_place(self.table, low=low)

    def _offer_for_rows(self, menu: QMenu) -> None:
        add_entries(menu, self.row_entries())
        self.restrict_rows(menu)
        menu.addSeparator()
        add_entries(menu, [*self.papers.print_entries()[:1], *self.papers.export_entries()[:1]])
        self.papers.restrict(menu)

    def _connect(self) -> None:
        # Counting again for every letter typed would hold up the list itself.
        self._summary_pause = QTimer(self, singleShot=True, interval=SUMMARY_PAUSE)
        self._summary_pause.timeout.connect(lambda: self.summarise(len(self.table.model.ids)))
        self.table.opened.connect(self.open_in_drawer)
        self.table.current_changed.connect(self._follow)
        self.cells = ListCells(self.context, self.table, self.source)
        self.table.loaded.connect(self._counted)
        self.table.low_changed.connect(self._arrange)
        self.table.state_changed.connect(lambda: self.context.shell.remember(f"{self.kind}.table", self.table.state()))
        self.drawer.left.connect(self._close_drawer)

    def _close_drawer(self) -> None:
        self.beside.close_drawer()
        self.table.view.setFocus()

    def _follow(self, record: str) -> None:
        # The drawer follows the cursor while it is open.
        if record and self.beside.is_open() and self.drawer.record and record != self.drawer.record:
            self.drawer.show_record(record)

    def _counted(self, count: int) -> None:
        if not self._warm:
            self._warm = True
            self.context.runner.fetch(_warm_up, lambda _module: None, owner=self)
        self.head.set_title(f"{self.words}（{count}）")
        self._summary_pause.start()


def _warm_up() -> object:
    """Load what reading workbooks needs, while the person looks at the list."""
    from dangjian_desktop.services.imports import importing

    return importing

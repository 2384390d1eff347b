"""One ledger: its counts as figures, its table, its drawer; import, export and print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import IMPORT, WRITE

from ... import theme
from ...records.cells import ListCells
from ...records.list_exports import empty_sheet
from ...records.list_papers import ListPapers, ListWords, WholeList
from ...records.low_list import save_height
from ...records.removing import remove_records
from ...records.source import WITHIN, ServiceSource
from ...shell.context import PageContext
from ...widgets.allowed import allowed, allowed_commands, guiding
from ...widgets.drawer import WIDTH
from ...widgets.empty_state import EmptyState
from ...widgets.flow import FlowLayout
from ...widgets.labels import button, tool
from ...widgets.page_parts import add_entries, fill_menu, head_line, menu_button
from ...widgets.record_model import ColumnFilter
from ...widgets.record_table import RecordTable
from .columns import LedgerCells, LedgerLookups, LedgerSource, columns_of
from .drawer import EntryDrawer
from .print_choices import PrintChoices

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue
    from dangjian_desktop.domain.records.changes import ChangeSet
    from dangjian_desktop.services.records.records import Saved

_LEAST_LIST, _LOW, _FIRST_FIGURES, _ANY_WIDTH = 420, 520, 2, 16_777_215


class LedgerView(QWidget):
    """Everything about one ledger; `back` goes to the overview, `import_wanted(key)`."""

    back = Signal()
    import_wanted = Signal(str)

    def __init__(self, context: PageContext, template: LedgerTemplate) -> None:
        super().__init__()
        self.context, self.template = context, template
        self._token = 0
        self._wanted: list[str] = []
        self._figure_buttons: list[tuple[QPushButton, bool]] = []
        self._build()
        kept = context.shell.remembered(self._setting())
        self.table.restore(kept or {})
        self.table.state_changed.connect(self._keep_state)

    # What the page calls

    def reload(self) -> None:
        """Fetch list and figures again."""
        self._source.scope = self.context.shell.scope()
        self.table.reload(None)
        self._fetch_figures()

    def take(self, changes: Sequence[ChangeSet]) -> None:
        """Fetch again what changed: of what is typed into the list only the figures."""
        self.drawer.files.refresh()
        if self.cells.own(changes):
            self._fetch_figures()
        else:
            self.reload()

    def show_only(self, ids: Sequence[str], title: str) -> None:
        """Keep the list to certain entries."""
        self.table.set_filters([ColumnFilter(WITHIN, "in", tuple(ids), title or "选出的条目")])
        self._fetch_figures()

    def open_entry(self, record: str) -> None:
        """Show an entry in the drawer."""
        if record:
            self._show_drawer()
            self.drawer.show_entry(record)
            self.table.select([record])

    def new(self) -> None:
        """Begin an entry for the chosen unit."""
        from dangjian_desktop.services.units import organisations

        unit, _group = organisations.unit_and_group(self.context.office, self.context.shell.scope())
        self._show_drawer()
        self.drawer.begin({"organisation": unit.id} if unit else {}, {"organisation": unit.name} if unit else {})

    def print_(self) -> None:
        """Ask what is meant, the list as it is shown, the whole ledger or one of its print forms, and preview it."""
        forms = self.prints.of_ledger()
        words = f"别的样子：{forms[0][0]}等{len(forms)}种…" if forms else ""
        self.papers.ask_print(after=[("forms", words, self._offer_forms)] if forms else [])

    def _offer_forms(self) -> None:
        # A menu scrolls where a ledger has many; a dialog would not fit a small screen.
        place = self._print.mapToGlobal(self._print.rect().bottomLeft())
        self._print.menu().popup(place)

    def print_out(self) -> None:
        """Preview the ledger as it is printed."""
        self.prints.preview(self.template.key, self.template.title)

    def print_entry(self) -> None:
        """Ask what the entry in the drawer is printed as, and preview it."""
        self.prints.ask_entry(self.drawer.record, self.drawer.number)

    def empty_sheet(self) -> None:
        """Write a sheet to be filled in and imported."""
        empty_sheet(self.context, self, f"ledger:{self.template.key}", self.template.title)

    def remove(self) -> None:
        """Put the chosen entries into the recycle bin, or the one in the drawer."""
        current = self.table.current_id()
        chosen = self.table.selected_ids() or ([current] if current else [])
        if len(chosen) > 1 or self.drawer.isHidden():
            remove_records(self.context, "ledger_entry", chosen, self, done=self._removed)
        else:
            self.drawer.remove()

    def _removed(self, saved: Saved) -> None:
        # The drawer may show one of those that went.
        self._close_drawer()
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)

    # Building

    def _build(self) -> None:
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        lists = self._lists = QWidget()
        box = QVBoxLayout(lists)
        box.setContentsMargins(px(16), px(12), px(16), px(8))
        box.setSpacing(px(8))
        export = menu_button("导出", icon_name="export")
        self._print = menu_button("打印", icon_name="print")
        self._print.setToolTip("Ctrl+P")
        take_in = button("导入", lambda: self.import_wanted.emit(self.template.key), icon_name="import", tip="Ctrl+I")
        begin = button("新增", self.new, role="primary", icon_name="plus", tip="Ctrl+N")
        head, _title = head_line(
            allowed(take_in, self.context.office.actor, IMPORT, "ledger_entry"),
            export,
            self._print,
            allowed(begin, self.context.office.actor, WRITE, "ledger_entry"),
            title=self.template.title,
        )
        head.insertWidget(0, tool("chevron-left", "全部台账", self.back.emit))
        box.addLayout(head)
        self._figures = QWidget()
        self._figure_row = FlowLayout(self._figures, px(6))
        line = QHBoxLayout()
        line.addWidget(self._figures, 1)
        box.addLayout(line)
        box.addWidget(self._make_table(), 1)
        save_height(self.table, box, line, 1)
        self._make_papers(export.menu())
        row.addWidget(lists, 1)
        self.drawer = EntryDrawer(self.context, self.template)
        self.drawer.hide()
        self.drawer.saved.connect(self._saved)
        self.drawer.left.connect(self._close_drawer)
        self.drawer.print_wanted.connect(self.print_entry)
        row.addWidget(self.drawer)

    def _make_papers(self, menu: QMenu) -> None:
        template = self.template
        self.prints = PrintChoices(self.context, self, template)
        words = ListWords(template.title, f"整份{template.title}", "条")
        self.papers = ListPapers(
            self.context,
            self,
            self.table,
            "ledger_entry",
            words,
            WholeList(self.print_out),
            template=template.key,
        )
        papers = [*self.papers.export_entries(), None, *self.papers.print_entries()]
        fill_menu(menu, [*papers, None, ("要一张空表…", self.empty_sheet)])
        self.papers.restrict(menu)
        forms = self.prints.of_ledger()
        fill_menu(self._print.menu(), [*self.papers.print_entries(), *([None, *forms] if forms else [])])
        self.table.row_offers = self._offer_for_rows

    def _offer_for_rows(self, menu: QMenu) -> None:
        add_entries(menu, [*self.papers.print_entries()[:1], *self.papers.export_entries()[:1]])
        chosen, current = self.table.selected_ids(), self.table.current_id()
        forms = self.prints.of_several(chosen) if len(chosen) > 1 else self.prints.of_entry(current) if current else []
        add_entries(menu, [(f"打印{words}…", act) for words, act in forms])
        self.papers.restrict(menu)

    def _make_table(self) -> RecordTable:
        c = self.context
        inner = self._source = ServiceSource(
            c.office,
            "ledger_entry",
            columns_of(self.template, c.office.actor.role),
            template=self.template.key,
            order=(("number", True),),
        )
        inner.scope = c.shell.scope()
        columns = inner.columns
        self.table = RecordTable(
            LedgerSource(c.office, self.template, inner),
            c.runner,
            c.dialogs,
            lookups=LedgerLookups(c.lookups, self.template),
            columns=[spec.name for spec in columns if spec.table],
            empty=guiding(
                EmptyState(
                    f"{self.template.title}还没有条目",
                    self.template.notes.partition("。")[0] + "。按 Ctrl+N 新增，或导入已有的表格。",
                    (("新增一条", self.new), ("导入…", lambda: self.import_wanted.emit(self.template.key))),
                    icon_name="ledger",
                ),
                self.context.office.actor,
                "ledger_entry",
            ),
            noun="条",
            search_hint="查找：编号、名称",
            actions=[c.shell.action(key) for key in ("open", "remove")],
        )
        self.table.view.setItemDelegate(LedgerCells(self.table.view))
        self.table.opened.connect(self.open_entry)
        self.table.loaded.connect(self._select_wanted)
        self.table.current_changed.connect(self._moved)
        found_by = ("number", self.template.title_column)
        lookups = LedgerLookups(c.lookups, self.template)
        self.cells = ListCells(c, self.table, inner, finding=found_by, lookups=lookups)
        return self.table

    # Reacting

    def _setting(self) -> str:
        return f"ledger.{self.template.key}.table"

    def _keep_state(self) -> None:
        self.context.shell.remember(self._setting(), self.table.state())

    def _fetch_figures(self) -> None:
        self._token += 1
        token, office, scope = self._token, self.context.office, self.context.shell.scope()
        prefix = f"ledger_{self.template.key.replace('-', '_')}_"

        def compute() -> list[FigureValue]:
            from dangjian_desktop.services.reports import figures

            return [value for key, value in figures.values_of(office, scope=scope).items() if key.startswith(prefix)]

        self.context.runner.fetch(compute, lambda values: self._put_figures(token, values), owner=self)

    def _put_figures(self, token: int, values: Sequence[FigureValue]) -> None:
        if token != self._token:
            return
        self._figure_buttons = []
        while (item := self._figure_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for value in values:
            late = value.key.endswith("_overdue") and bool(value.records)
            made = button(f"{'▲ ' if late else ''}{value.label} {value.printed}", tip=value.definition)
            made.setProperty("role", "danger" if late else "")
            made.clicked.connect(self._shower(value))
            self._figure_row.addWidget(made)
            self._figure_buttons.append((made, late))
        self._arrange()

    def _shower(self, value: FigureValue) -> Callable[..., None]:
        def show(*_checked: object) -> None:
            self.table.set_filters([ColumnFilter(WITHIN, "in", tuple(value.records), value.label)])

        return show

    def _moved(self, record: str) -> None:
        self._wanted = []
        if record and not self.drawer.isHidden() and record != self.drawer.record:
            self.drawer.show_entry(record)

    def _saved(self, record: str, words: str) -> None:
        self._wanted = [record]
        self.context.shell.done(words)

    def _select_wanted(self, _count: int) -> None:
        # A list that was asked for before the entry was written does not hold it yet.
        if any(self.table.model.row_of(record) >= 0 for record in self._wanted):
            self.table.select(self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See anew what there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _show_drawer(self) -> None:
        self.drawer.show()
        self._arrange()

    def _arrange(self) -> None:
        """On a narrow window the open drawer takes the whole place; on a low one only the first figures stay."""
        px = theme.current().px
        wide = self.width() >= px(WIDTH + _LEAST_LIST)
        shown, at = wide or self.drawer.isHidden(), QApplication.focusWidget()
        hidden_under = not shown and at is not None and self._lists.isAncestorOf(at)
        self._lists.setVisible(shown)
        if hidden_under:
            self.drawer.take_focus()
        self.drawer.setMinimumWidth(px(WIDTH) if wide else 0)
        self.drawer.setMaximumWidth(px(WIDTH) if wide else _ANY_WIDTH)
        low = self.height() < px(_LOW)
        for place, (made, late) in enumerate(self._figure_buttons):
            made.setVisible(late or not low or place < _FIRST_FIGURES)
        self._figures.updateGeometry()

    def _close_drawer(self) -> None:
        self.drawer.hide()
        self._arrange()
        self.table.view.setFocus()


def commands_of(view: LedgerView) -> Mapping[str, Callable[[], Any]]:
    """Handlers of the page actions while a ledger is open."""
    offered = {
        "new": view.new,
        "open": lambda: view.open_entry(view.table.current_id()),
        "save": view.drawer.save,
        "filter": view.table.focus_search,
        "columns": view.table.choose_columns,
        "print": view.print_,
        "export": view.papers.ask_export,
        "import": lambda: view.import_wanted.emit(view.template.key),
        "remove": view.remove,
        "fill_down": view.cells.fill_down,
    }
    return allowed_commands(offered, view.context.office.actor, "ledger_entry")

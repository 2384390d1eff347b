"""Printing and exporting for every page that lists records: what is shown, or the whole, each named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from dangjian_desktop.domain.records.permissions import EXPORT, REVEAL

from ...base.progress import Progress
from ..shell.context import PageContext
from ..widgets.allowed import allowed_entries
from ..widgets.pdf_preview import pages_of
from .list_exports import workbook_path

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.exporting import ExportResult
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.reports.shown_lists import ShownList

    from ..widgets.record_table import RecordTable

Entry = tuple[str, Callable[[], object]]
_SHOWN, _WHOLE, _FULL = "shown", "whole", "full"


@dataclass(frozen=True, slots=True)
class ListWords:
    """How a list and its whole are called: `title` of the list, `whole` (整份党员花名册), `measure` (人).

    `printed` is what the whole is called on paper, where that is another thing than its export.
    """

    title: str
    whole: str
    measure: str
    printed: str = ""

    @property
    def paper(self) -> str:
        """What printing the whole is called."""
        return self.printed or self.whole


@dataclass(frozen=True, slots=True)
class WholeList:
    """The whole that a list is a part of: how it is printed, and as of which day members are exported."""

    print: Callable[[], object]
    limits: Callable[[], Sequence[str]] = lambda: ()
    day: Callable[[], date | None] = lambda: None


class ListPapers:
    """Export and print of one page's table; `entries` for its menus, `ask_…` for its keys.

    What is shown goes out by the very road that shows it; the whole by the export and the report of its kind.
    """

    def __init__(
        self,
        context: PageContext,
        owner: QWidget,
        table: RecordTable,
        kind: str,
        words: ListWords,
        whole: WholeList,
        *,
        template: str | None = None,
    ) -> None:
        self._context, self._owner, self._table, self._kind = context, owner, table, kind
        self._words, self._whole, self._template = words, whole, template

    # What menus and keys offer

    def export_entries(self) -> list[Entry]:
        """The entries of an export menu."""
        return [
            ("导出显示的列表（号码隐去中间位）…", self.export),
            ("导出显示的列表，含完整号码（须写明用途）…", lambda: self.export(masked=False)),
            (f"导出{self._words.whole}…", self.export_whole),
        ]

    def print_entries(self) -> list[Entry]:
        """The entries of a menu that prints."""
        return [("打印显示的列表…", self.print), (f"打印{self._words.paper}…", self._whole.print)]

    def restrict(self, menu: QMenu) -> None:
        """Switch off in a menu what the account may not do."""
        needs = {"导出": EXPORT, "导出显示的列表，含": REVEAL}
        allowed_entries(menu, self._context.office.actor, needs, self._kind)

    def ask_export(self) -> None:
        """Ask whether what is shown or the whole is meant, and export it."""
        options = [(_SHOWN, f"显示的列表：{self._size()}"), (_WHOLE, f"{self._words.whole}：全部记录、全部栏目")]
        if self._context.office.actor.may(REVEAL, self._kind):
            options.append((_FULL, "显示的列表，含完整号码：须写明用途"))
        chosen = self._context.dialogs.choose("导出什么？", options, "号码默认隐去中间位。")
        if chosen == _WHOLE:
            self.export_whole()
        elif chosen:
            self.export(masked=chosen != _FULL)

    def ask_print(
        self,
        *more: tuple[str, str, Callable[[], object]],
        after: Sequence[tuple[str, str, Callable[[], object]]] = (),
    ) -> None:
        """Ask whether what is shown, the whole, or something else is meant.

        `more` (key, words, what it does) is offered before, `after` behind them.
        """
        options = [
            *((key, words) for key, words, _run in more),
            (_SHOWN, f"显示的列表：{self._size()}"),
            (_WHOLE, self._words.paper),
            *((key, words) for key, words, _run in after),
        ]
        chosen = self._context.dialogs.choose("打印什么？", options)
        run = {_SHOWN: self.print, _WHOLE: self._whole.print} | {key: act for key, _words, act in (*more, *after)}
        if chosen:
            run[chosen]()

    # What they do

    def export(self, *, masked: bool = True) -> None:
        """Write the list as it is shown into a workbook; in full only with a reason."""
        reason = None if masked else self._context.dialogs.reason("导出完整号码")
        if not masked and not reason:
            return
        target = workbook_path(self._context, "导出到", f"{self._title()}.xlsx")
        if target is None:
            return
        office, shown = self._context.office, self._shown()

        def write(progress: Progress) -> ExportResult:
            from dangjian_desktop.services.reports import shown_lists

            return shown_lists.export(office, shown(), target, masked=masked, reason=reason, progress=progress)

        self._start_export(write, target)

    def export_whole(self) -> None:
        """Write all records of the chosen unit with all their fields into a workbook."""
        name = f"{self._context.shell.scope_name()}{self._words.whole.removeprefix('整份')}"
        target = workbook_path(self._context, "导出到", f"{name}.xlsx")
        if target is None:
            return
        office, scope, kind, template = self._context.office, self._context.shell.scope(), self._kind, self._template

        def write(progress: Progress) -> ExportResult:
            from dangjian_desktop.services.reports import exporting

            return exporting.export(office, kind, target, scope=scope, template=template, progress=progress)

        self._start_export(write, target)

    def print(self) -> None:
        """Preview the list as it is shown."""
        office, shown = self._context.office, self._shown()

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import shown_lists

            return shown_lists.preview(office, shown(), progress=progress)

        self._context.runner.start(
            f"打印{self._words.title}",
            draw,
            lambda made: self._context.shell.preview(pages_of(made)),
            failed=self._context.dialogs.error,
            owner=self._owner,
            writes=False,
        )

    def _start_export(self, write: Callable[[Progress], ExportResult], target: Path) -> None:
        context, measure = self._context, self._words.measure
        context.runner.start(
            f"导出{self._words.title}",
            write,
            lambda made: context.shell.done(f"已导出 {made.rows} {measure}到“{target.name}”", undo=False),
            failed=context.dialogs.error,
            owner=self._owner,
            writes=False,
        )

    def _shown(self) -> Callable[[], ShownList]:
        """The list as it is now; made in the worker, which may load the services."""
        table = self._table
        source, ids = table.frozen_source(), list(table.model.ids)
        specs = {spec.name: spec for spec in source.columns}
        columns = [specs[name] for name in table.visible_fields()]
        limits = [*self._whole.limits(), *table.limits()]
        title, scope, on = self._title(), self._context.shell.scope(), self._whole.day()

        def made() -> ShownList:
            from dangjian_desktop.services.reports.shown_lists import ShownList

            return ShownList(
                self._kind,
                title,
                ids,
                columns,
                source.rows,
                limits=limits,
                scope=scope,
                on=on,
                template=self._template,
                measure=self._words.measure,
            )

        return made

    def _title(self) -> str:
        return f"{self._context.shell.scope_name()}{self._words.title}"

    def _size(self) -> str:
        rows, columns = len(self._table.model.ids), len(self._table.model.fields)
        return f"{rows} {self._words.measure}、{columns} 列，次序与屏幕上一样"

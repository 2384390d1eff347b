"""A stand-in for the window around a page, and a small office with two branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication

from dangjian_desktop.services.office.office import Office
from dangjian_desktop.ui.shell.context import Page, PageContext
from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.pdf_preview import PdfPages
from office_kit import add_branch, add_member, new_office
from ui.bot import Bot
from ui.ui_fakes import ScriptedDialogs


@dataclass
class FakeShell:
    """Keeps what a page told the window; `place` is the chosen organisation."""

    place: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    previews: list[PdfPages] = field(default_factory=list)

    def open_page(self, key: str, arguments: Mapping[str, Any] | None = None) -> None:
        self.opened.append(("page", key))

    def open_record(self, kind: str, record: str) -> None:
        self.opened.append((kind, record))

    def scope(self) -> str | None:
        return self.place

    def scope_name(self) -> str:
        return "选中的党支部" if self.place else "全部"

    def choose_colours(self, mode: str) -> None:
        self.colours = mode

    def end_banner(self) -> None:
        pass

    def reload_tree(self) -> None:
        pass

    def set_scope(self, organisation: str | None) -> None:
        self.place = organisation

    def done(self, text: str, *, undo: bool = True, offers: Sequence[Any] = ()) -> None:
        self.told.append(text)

    def banner(self, text: str, level: str = "info", offers: Sequence[Any] = ()) -> None:
        self.told.append(text)

    def preview(self, pages: PdfPages) -> None:
        self.previews.append(pages)

    def action(self, key: str) -> QAction:
        return QAction(key, QApplication.instance())

    def remembered(self, key: str, default: Any = None) -> Any:
        found = self.settings.get(key)
        return default if found is None else found

    def remember(self, key: str, value: Any) -> None:
        self.settings[key] = value


@dataclass
class Bench:
    """An office with two branches, and pages over it."""

    office: Office
    runner: JobRunner
    first: str
    second: str
    people: list[str]
    shell: FakeShell = field(default_factory=FakeShell)
    dialogs: ScriptedDialogs = field(default_factory=ScriptedDialogs)
    failures: list[Exception] = field(default_factory=list)

    def page(self, kind: Callable[[PageContext], Page]) -> Any:
        """A page as the window makes and shows it."""
        made = kind(PageContext(self.office, self.runner, self.dialogs, ServiceLookups(self.office), self.shell))
        made.resize(1000, 680)
        made.show()
        made.enter({})
        return made


def make_bench(folder: Path, runner: JobRunner) -> Bench:
    """Seven members in the first branch, one of them probationary, one in the second."""
    office = new_office(folder)
    first, second = add_branch(office, "春天第一党支部", founded_on="2020-01-01"), add_branch(office, "春天第二党支部")
    people = [add_member(office, f"张{name}", first, serial=2 * n + 1) for n, name in enumerate("甲乙丙丁戊己")]
    people.append(add_member(office, "李庚", first, serial=31, member_class="预备党员", confirmed_on=""))
    add_member(office, "王辛", second, serial=41)
    bench = Bench(office, runner, first, second, people)
    runner.failed.connect(bench.failures.append)
    return bench


def dispose(widget: Any) -> None:
    """Delete a page now, so that no timer of it outlives the test."""
    widget.hide()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def double_click(qtbot: Bot, view: QAbstractItemView, index: QModelIndex) -> None:
    """Click a cell twice, as with the mouse."""
    view.scrollTo(index)
    place = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

"""A page with a real office and a shell that keeps what it was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.ui.shell.actions import Actions
from dangjian_desktop.ui.shell.context import Page, PageContext
from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
from dangjian_desktop.ui.widgets.job import JobRunner
from office_kit import STREET
from ui.bot import Bot
from ui.ui_fakes import ScriptedDialogs


class RecordingShell:
    """Stands for the window: keeps what a page said and asked."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []
        self.opened: list[tuple[str, Any]] = []
        self.kept: dict[str, Any] = {}
        self.chosen: str | None = None
        self.pages: list[Any] = []
        self._holder = QWidget()
        self._actions = Actions(self._holder)

    def open_page(self, key: str, arguments: Mapping[str, Any] | None = None) -> None:
        self.opened.append((key, dict(arguments or {})))

    def open_record(self, kind: str, record: str) -> None:
        self.opened.append((kind, record))

    def scope(self) -> str | None:
        return self.chosen

    def scope_name(self) -> str:
        return STREET

    def choose_colours(self, mode: str) -> None:
        self.colours = mode

    def end_banner(self) -> None:
        pass

    def reload_tree(self) -> None:
        pass

    def set_scope(self, organisation: str | None) -> None:
        self.chosen = organisation

    def done(self, text: str, *, undo: bool = True, offers: Sequence[Any] = ()) -> None:
        self.said.append((text, undo))

    def banner(self, text: str, level: str = "info", offers: Sequence[Any] = ()) -> None:
        self.said.append((text, False))

    def preview(self, pages: Any) -> None:
        self.pages.append(pages)

    def action(self, key: str) -> QAction:
        return self._actions[key]

    def remembered(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    def remember(self, key: str, value: Any) -> None:
        self.kept[key] = value


class Stage:
    """One page on stage: `page`, `shell`, `dialogs`; changes of the office reach the page as in the window."""

    def __init__(self, qtbot: Bot, office: Office, runner: JobRunner, make: type[Page], *answers: Any) -> None:
        self.office, self.qtbot, self.runner = office, qtbot, runner
        self.shell, self.dialogs = RecordingShell(), ScriptedDialogs(*answers)
        self.faults: list[Exception] = []
        runner.failed.connect(self.faults.append)
        context = PageContext(office, runner, self.dialogs, ServiceLookups(office), self.shell)
        self.page: Any = make(context)
        self.changes: list[ChangeSet] = []
        office.subscribe(self.changes.append)
        qtbot.addWidget(self.page)
        self.page.resize(1100, 640)
        self.page.show()

    def until(self, condition: Any) -> None:
        """Let the window live until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()) or bool(self.faults))
        assert not self.faults, self.faults

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Wait until the list has been fetched anew after what is done inside."""
        counts: list[int] = []
        self.page.table.loaded.connect(counts.append)
        yield
        self.until(lambda: counts)
        self.page.table.loaded.disconnect(counts.append)

    def enter(self, **arguments: Any) -> None:
        """Bring the page to the front and wait for its list."""
        with self.loading():
            self.page.enter(arguments)

    def tell(self) -> None:
        """Hand the page the changes made meanwhile."""
        waiting = list(self.changes)
        self.changes.clear()
        self.page.refresh(waiting)

"""The page 系统."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import AUDIT, MANAGE

from ... import theme
from ...shell.context import Page, PageContext
from ...widgets.labels import label
from .accounts_pane import AccountsPane
from .audit_pane import AuditPane
from .backups_pane import BackupsPane
from .bin_pane import BinPane
from .log_pane import LogPane
from .parts import Pane
from .settings_pane import SettingsPane

_PANES: tuple[tuple[str, str, type[Pane]], ...] = (
    ("log", "操作记录", LogPane),
    ("audit", "查阅登记", AuditPane),
    ("bin", "回收站", BinPane),
    ("backups", "备份", BackupsPane),
    ("accounts", "账户", AccountsPane),
    ("settings", "设置", SettingsPane),
)


_FOR_ADMINISTRATORS = frozenset({"audit"})


class SystemPage(Page):
    """Tabs, each fetched when it comes to the front; who looked at what is for administrators."""

    help = (
        "操作记录里可以撤销整个操作，也可以只撤销其中几处，几个月以前的也行；后来又改过的内容不会被冲掉。"
        "回收站里的资料可以恢复。备份每次都会试着打开一遍，才算成功。"
        "查阅登记只有管理员看得到：谁登录过、看过谁的证件号码全文、导出过什么、写的是什么原因。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), 0)
        box.setSpacing(px(6))
        box.addWidget(label("系统", "title"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.panes: dict[str, Pane] = {}
        for key, title, make in _PANES:
            if key in _FOR_ADMINISTRATORS and not context.office.actor.may(MANAGE, AUDIT):
                continue
            pane = make(context)
            self.panes[key] = pane
            self.tabs.addTab(pane, title)
        self.tabs.currentChanged.connect(lambda _place: self._enter_pane())
        box.addWidget(self.tabs, 1)

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show a tab: `tab` names it, `operation` a line of the log to choose; `own_password` asks for a new one."""
        operation = arguments.get("operation")
        log = self.panes["log"]
        if operation is not None and isinstance(log, LogPane):
            log.choose_next(int(operation))
        wanted = self.panes.get(str(arguments.get("tab", "")))
        if wanted is not None and wanted is not self.tabs.currentWidget():
            self.tabs.setCurrentWidget(wanted)
        else:
            self._enter_pane()
        own = self.panes["accounts"]
        if arguments.get("own_password") and isinstance(own, AccountsPane):
            # After the page has come: the question lies over it.
            QTimer.singleShot(0, own, own.own_password)

    def place(self) -> Mapping[str, Any]:
        """The tab in front."""
        return {"tab": next(key for key, pane in self.panes.items() if pane is self.tabs.currentWidget())}

    def refresh(self, changes: Sequence[ChangeSet]) -> None:  # noqa: ARG002 (every operation is a line of the log)
        """Fetch the tab in front again."""
        if self.isVisible():
            self._enter_pane()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        return {"refresh": self._enter_pane}

    def _enter_pane(self) -> None:
        pane = self.tabs.currentWidget()
        if isinstance(pane, Pane):
            pane.enter()

"""The page 系统."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import AUDIT, CLEAR, MANAGE

from ... import theme
from ...shell.context import Page, PageContext
from ...widgets.labels import label
from .accounts_pane import AccountsPane
from .audit_pane import AuditPane
from .backups_pane import BackupsPane
from .bin_pane import BinPane
from .clearing_pane import ClearingPane
from .log_pane import LogPane
from .parts import Pane
from .practices_pane import PracticesPane
from .settings_pane import SettingsPane
from .templates_pane import TemplatesPane

_PANES: tuple[tuple[str, str, type[Pane]], ...] = (
    ("log", "操作记录", LogPane),
    ("audit", "查阅登记", AuditPane),
    ("bin", "回收站", BinPane),
    ("clearing", "按期清除", ClearingPane),
    ("backups", "备份", BackupsPane),
    ("templates", "台账模板", TemplatesPane),
    ("practices", "做法一览", PracticesPane),
    ("accounts", "账户", AccountsPane),
    ("settings", "设置", SettingsPane),
)


_ASKED = {"audit": (MANAGE, AUDIT), "clearing": (CLEAR, "ledger_entry")}
"""What an account must be allowed to do for a tab to be there."""


class _Panes(Mapping[str, Pane]):
    """The panes by key; one is made when it is first asked for: all at once would hold up the page."""

    def __init__(self, context: PageContext, places: Mapping[str, QWidget]) -> None:
        self._context, self._places = context, places
        self._made: dict[str, Pane] = {}

    def __getitem__(self, key: str) -> Pane:
        if key not in self._made:
            place = self._places[key]
            made = self._made[key] = next(make for name, _title, make in _PANES if name == key)(self._context)
            box = QVBoxLayout(place)
            box.setContentsMargins(0, 0, 0, 0)
            box.addWidget(made)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places


class SystemPage(Page):
    """Tabs, each fetched when it comes to the front; who looked at what is for administrators."""

    help = (
        "操作记录里可以撤销整个操作，也可以只撤销其中几处，几个月以前的也行；后来又改过的内容不会被冲掉。"
        "回收站里的资料可以恢复。备份每次都会试着打开一遍，才算成功。"
        "“按期清除”列出台账里保存期满的个人内容，看过、写明依据再清除。"
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
        places: dict[str, QWidget] = {}
        for key, title, _make in _PANES:
            if key in _ASKED and not context.office.actor.may(*_ASKED[key]):
                continue
            places[key] = QWidget()
            self.tabs.addTab(places[key], title)
        self._keys = list(places)
        self.panes: Mapping[str, Pane] = _Panes(context, places)
        self.tabs.currentChanged.connect(lambda _place: self._enter_pane())
        box.addWidget(self.tabs, 1)

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show a tab: `tab` names it, `operation` a line of the log to choose; `own_password` asks for a new one."""
        operation = arguments.get("operation")
        if operation is not None and isinstance(log := self.panes["log"], LogPane):
            log.choose_next(int(operation))
        wanted = str(arguments.get("tab", ""))
        if wanted in self._keys and wanted != self._front():
            self.tabs.setCurrentIndex(self._keys.index(wanted))
        else:
            self._enter_pane()
        if arguments.get("own_password") and isinstance(own := self.panes["accounts"], AccountsPane):
            # After the page has come: the question lies over it.
            QTimer.singleShot(0, own, own.own_password)

    def place(self) -> Mapping[str, Any]:
        """The tab in front."""
        return {"tab": self._front()}

    def refresh(self, changes: Sequence[ChangeSet]) -> None:  # noqa: ARG002 (every operation is a line of the log)
        """Fetch the tab in front again."""
        if self.isVisible():
            self._enter_pane()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        return {"refresh": self._enter_pane}

    def _front(self) -> str:
        return self._keys[self.tabs.currentIndex()]

    def _enter_pane(self) -> None:
        self.panes[self._front()].enter()

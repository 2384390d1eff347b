"""An office in memory and a gateway to it, for tests of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.ui.shell.context import Page
from dangjian_desktop.ui.widgets.search_palette import PaletteEntry
from ui.ui_fakes import FakeLookups

KEY = "AAAA-BBBB-CCCC-DDDD"


@dataclass
class Unit:
    id: str
    parent_id: str | None
    name: str
    short_name: str
    kind_name: str = "党支部"
    stage: str = "actual"
    members_total: int = 3


UNITS = [
    Unit("root", None, "沙嘴街道党工委", "沙嘴街道", "街道党工委", members_total=10),
    Unit("a", "root", "九十墩社区党委", "九十墩社区", "社区党委"),
    Unit("a1", "a", "九十墩社区第一网格党支部", "第一网格"),
    Unit("b", "root", "春天社区党委", "春天社区", "社区党委"),
]


@dataclass
class FakeOffice:
    path: Path = Path("/x/街道.djd")
    name: str = "沙嘴街道党工委"
    actor: Any = field(default_factory=lambda: SimpleNamespace(name="张三", role="administrator"))
    closed: int = 0
    listeners: list[Any] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    scope: str | None = None

    @property
    def called(self):
        return self.name

    def subscribe(self, listener):
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def commit(self, *kinds):
        for listener in self.listeners:
            listener(ChangeSet(1, "改", dict.fromkeys(kinds)))

    def close(self):
        self.closed += 1


class FakeGateway:
    """Answers like the services would; `password` opens every file."""

    password = "right-password"

    def __init__(self, files=()):
        self.clock = Clock(date(2026, 9, 30))
        self.files = list(files)
        self.made: list[Mapping[str, Any]] = []
        self.opened: list[Mapping[str, Any]] = []
        self.settings_: dict[str, Any] = {}
        self.undone: list[str] = []
        self.failure = ""
        self.needs_account = False
        self.refusal: VaultError | None = None

    def warm_up(self):
        pass

    def recent_files(self):
        return self.files

    def account_needed(self, path):
        return self.needs_account

    def open(self, path, **given):
        self.opened.append({"path": path} | given)
        if self.refusal and not given["take_over"]:
            raise self.refusal
        if given["password"] != self.password and given["recovery_key"] != KEY:
            raise VaultError("wrong_password", "账户或密码不对。", advice="请重新输入。")
        return FakeOffice(path)

    def create(self, path, **given):
        self.made.append({"path": path} | given)
        return FakeOffice(path), KEY

    def open_sample(self, progress):
        return FakeOffice(Path("/x/示例.djd"))

    def restore(self, bundle, to, progress):
        return to

    def lookups(self, office):
        return FakeLookups()

    def tree(self, office):
        return UNITS

    def find(self, office, text):
        return [PaletteEntry("member", "m1", "李四", "第一网格")]

    def labels(self, office):
        return (None if self.undone else "修改党员“李四”", "修改党员“李四”" if self.undone else None)

    def undo(self, office):
        self.undone.append("修改党员“李四”")
        return self.undone, ["李四 的 手机"], None

    def redo(self, office):
        return [self.undone.pop()], [], None

    def backup_failure(self, office):
        return self.failure

    def back_up_now(self, office, progress):
        self.failure = ""

    def settings(self, office, keys):
        return {key: self.settings_[key] for key in keys if key in self.settings_}

    def put_setting(self, office, key, value):
        self.settings_[key] = value


class FakePage(Page):
    """Notes what the window tells it."""

    help = "这一页列出党员。"

    def __init__(self, context):
        super().__init__(context)
        self.heard: list[Any] = []
        self.lets_go = True

    def enter(self, arguments):
        self.heard.append(("enter", dict(arguments)))

    def scope_changed(self, organisation):
        self.heard.append(("scope", organisation))

    def refresh(self, changes):
        self.heard.append(("refresh", [sorted(change.records) for change in changes]))

    def commands(self):
        return {"new": lambda: self.heard.append("new")}

    def open_record(self, kind, record):
        self.heard.append(("open", kind, record))

    def may_leave(self):
        return self.lets_go

"""An office in memory and a gateway to it, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.services.office.recent import RecentFile
from dangjian_desktop.ui.shell.context import Page, PageContext
from dangjian_desktop.ui.shell.gateway import Gateway
from dangjian_desktop.ui.widgets.lookups import Lookups
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
    def called(self) -> str:
        return self.name

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def commit(self, *kinds: str) -> None:
        for listener in self.listeners:
            listener(ChangeSet(1, "改", dict.fromkeys(kinds)))

    def close(self) -> None:
        self.closed += 1


class FakeGateway(Gateway):
    """Answers like the services would; `password` opens every file."""

    password = "right-password"

    def __init__(self, files: Sequence[RecentFile] = ()) -> None:
        super().__init__(date(2026, 9, 30))
        self.files = list(files)
        self.made: list[Mapping[str, Any]] = []
        self.opened: list[Mapping[str, Any]] = []
        self.settings_: dict[str, Any] = {}
        self.undone: list[str] = []
        self.failure = ""
        self.needs_account = False
        self.refusal: VaultError | None = None

    def warm_up(self) -> None:
        pass

    def recent_files(self) -> list[RecentFile]:
        return self.files

    def account_needed(self, path: Path) -> bool:
        return self.needs_account

    def open(self, path: Path, **given: Any) -> Any:
        self.opened.append({"path": path} | given)
        if self.refusal and not given["take_over"]:
            raise self.refusal
        if given["password"] != self.password and given["recovery_key"] != KEY:
            raise VaultError("wrong_password", "账户或密码不对。", advice="请重新输入。")
        return FakeOffice(path)

    def create(self, path: Path, **given: Any) -> Any:
        self.made.append({"path": path} | given)
        return FakeOffice(path), KEY

    def open_sample(self, progress: Progress) -> Any:
        return FakeOffice(Path("/x/示例.djd"))

    def restore(self, bundle: Path, to: Path, progress: Progress) -> Path:
        return to

    def lookups(self, office: object, scope: object) -> Lookups:
        return FakeLookups()

    def tree(self, office: object) -> Any:
        return UNITS

    def find(self, office: object, text: str) -> list[PaletteEntry]:
        return [PaletteEntry("member", "m1", "李四", "第一网格")]

    def labels(self, office: object) -> tuple[str | None, str | None]:
        return (None if self.undone else "修改党员“李四”", "修改党员“李四”" if self.undone else None)

    def undo(self, office: object) -> tuple[list[str], list[str], ChangeSet | None]:
        self.undone.append("修改党员“李四”")
        return self.undone, ["李四 的 手机"], None

    def redo(self, office: object) -> tuple[list[str], list[str], ChangeSet | None]:
        return [self.undone.pop()], [], None

    def for_practice(self, office: object) -> bool:
        return False

    def backup_failure(self, office: object) -> str:
        return self.failure

    def back_up_now(self, office: object, progress: Progress) -> Path | None:
        self.failure = ""
        return None

    def settings(self, office: object, keys: Sequence[str]) -> dict[str, Any]:
        return {key: self.settings_[key] for key in keys if key in self.settings_}

    def put_setting(self, office: object, key: str, value: Any) -> None:
        self.settings_[key] = value


class FakePage(Page):
    """Notes what the window tells it."""

    help = "这一页列出党员。"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.heard: list[Any] = []
        self.lets_go = True

    def enter(self, arguments: Mapping[str, Any]) -> None:
        self.heard.append(("enter", dict(arguments)))

    def scope_changed(self, organisation: str | None) -> None:
        self.heard.append(("scope", organisation))

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        self.heard.append(("refresh", [sorted(change.records) for change in changes]))

    def commands(self) -> Mapping[str, Callable[[], Any]]:
        return {"new": lambda: self.heard.append("new")}

    def open_record(self, kind: str, record: str) -> None:
        self.heard.append(("open", kind, record))

    def may_leave(self) -> bool:
        return self.lets_go

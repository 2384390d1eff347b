"""The main window: pages around an open office."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget
from shiboken6 import delete

from ...domain.records.changes import ChangeSet
from ...domain.records.permissions import ROLE_NAMES
from .. import theme
from ..widgets.empty_state import EmptyState
from ..widgets.fitting import resize_within
from ..widgets.job_panel import JobPanel
from ..widgets.search_palette import PaletteEntry, SearchPalette
from .actions import Actions
from .backup_trouble import BackupTrouble
from .context import Offer, Page, PageContext, when_filled
from .history_keys import HistoryKeys
from .nav import Navigation
from .org_tree import OrgTree, UnitLike
from .page_area import PageArea
from .page_registry import PAGES, PageSpec, page_of_kind
from .top_bar import TopBar

if TYPE_CHECKING:
    from ...services.office.office import Office
    from ..widgets.dialogs import DialogService
    from ..widgets.job import JobRunner
    from ..widgets.pdf_preview import PdfPages
    from .gateway import Gateway

TREE_WIDTH = 236
NARROW = 1100
LOAD_AHEAD = 700  # ms between two pages whose code is loaded ahead


class MainWindow(QMainWindow):
    """Holds the pages of one open office and is the `Shell` they talk to.

    `closed(lock, path, account)` fires when the office has been closed; with `lock` the start window
    comes back for the same file. `ready` fires when the first page has settled. `relook(percent, mode)` asks
    whoever owns the window to make it anew at that size and in those colours.
    """

    closed = Signal(bool, object, str)
    ready = Signal()
    relook = Signal(int, str)
    _committed = Signal(object)

    def __init__(
        self,
        office: Office,
        gateway: Gateway,
        make_runner: Callable[[Any], JobRunner],
        make_dialogs: Callable[[Any], DialogService],
        *,
        pages: Sequence[PageSpec] = PAGES,
    ) -> None:
        super().__init__()
        self.office, self.gateway = office, gateway
        self.runner, self.dialogs = make_runner(self), make_dialogs(self)
        self._specs = {spec.key: spec for spec in pages}
        self._pages: dict[str, QWidget] = {}
        self._stale: dict[str, list[ChangeSet]] = {}
        self._moved: set[str] = set()
        self._current = ""
        self._closing = False
        self._narrow = False
        self._wanted_unit: str | None = None
        self._settings: dict[str, Any] = {}
        self.setWindowTitle(office.name)
        self.actions_ = Actions(self)
        self._build()
        self._bind()
        self.context = PageContext(office, self.runner, self.dialogs, gateway.lookups(office, self.scope), self)
        # Committed operations are told in the thread that committed; the signal brings them here.
        self._committed.connect(self._changed, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = office.subscribe(self._committed.emit)
        # What the first page asks comes first: of a hundred thousand people both count the same rows.
        QTimer.singleShot(0, self, self._load_tree)
        self.history.look()
        self.backup.look()

    def place(self) -> dict[str, Any]:
        """Where the person is: page, chosen unit, and what the page says of itself."""
        page = self._pages.get(self._current)
        told = page.place() if isinstance(page, Page) else {}
        return {"page": self._current, "scope": self.tree.scope(), "arguments": dict(told)}

    def show_sized(self, place: Mapping[str, Any] | None = None) -> None:
        """Show as large as the screen of an office PC needs; at a `place` that another window was at."""
        room = self.screen().availableGeometry()
        px = theme.current().px
        # Also below a maximised window: it is the size the person gets on making it smaller.
        resize_within(self, 1366, 820)
        if room.width() <= px(1440) or room.height() <= px(800):
            self.showMaximized()
        else:
            self.show()
        self._go_back_to(place or {"page": self.remembered("shell.page", "home")})
        when_filled(self._pages[self._current], self.ready.emit)
        self._load_ahead(list(self._specs.values()))

    def _go_back_to(self, place: Mapping[str, Any]) -> None:
        arguments = dict(place.get("arguments") or {})
        record = arguments.pop("open", "")
        # The tree is still being read; it chooses the unit when it is there.
        self._wanted_unit = place.get("scope")
        self.open_page(place["page"], arguments or None)
        page, kind = self._pages[self._current], self._specs[self._current].kinds[:1]
        if record and kind and isinstance(page, Page):
            page.open_record(kind[0], record)

    def _load_ahead(self, specs: list[PageSpec]) -> None:
        # One page's code at a time while nothing else happens, so that its first opening does not stall.
        def step() -> None:
            if specs and not self._closing:
                specs.pop(0).load()
                QTimer.singleShot(LOAD_AHEAD, self, step)

        QTimer.singleShot(LOAD_AHEAD, self, step)

    # Shell: what pages may ask

    def open_page(self, key: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Go to a page; it is made when it is first opened."""
        if key not in self._specs:
            key = next(iter(self._specs))
        leaving = self._pages.get(self._current)
        if key != self._current:
            # Before the page is asked: what it keeps as a draft is told on the next one.
            self.undo_bar.page_left()
        if key != self._current and isinstance(leaving, Page) and not leaving.may_leave():
            self.navigation.mark(self._current)
            return
        page = self._pages.get(key) or self._make(self._specs[key])
        if key == self._current and arguments is None and isinstance(page, Page):
            page.step_back()
        self._current = key
        self.navigation.mark(key)
        self.stack.setCurrentWidget(page)
        self.tree.setVisible(self._specs[key].scoped)
        self.remember("shell.page", key)
        if isinstance(page, Page):
            if key in self._moved:
                self._moved.discard(key)
                page.scope_changed(self.scope())
            if key in self._stale:
                page.refresh(self._stale.pop(key))
            page.enter(arguments or {})
        self.refresh_commands()
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_record(self, kind: str, record: str) -> None:
        """Open a record on the page of its kind."""
        spec = page_of_kind(kind)
        if spec is None or spec.key not in self._specs:
            return
        self.open_page(spec.key)
        if self._current == spec.key and isinstance(page := self._pages.get(spec.key), Page):
            page.open_record(kind, record)

    def scope(self) -> str | None:
        """The organisation chosen in the tree, or None for everything; an account's own unit is never everything."""
        return self.tree.scope() or self.office.scope

    def scope_name(self) -> str:
        """Full name of the chosen organisation."""
        return self.tree.name() or self.office.called

    def set_scope(self, organisation: str | None) -> None:
        """Choose an organisation in the tree."""
        self.tree.choose(organisation)

    def reload_tree(self) -> None:
        """Read the tree anew where something other than an operation changed it."""
        self._load_tree()

    def done(self, text: str, *, undo: bool = True, offers: Sequence[Offer] = ()) -> None:
        """Show in the undo bar what was just done."""
        self.undo_bar.tell(text, undo=undo, actions=tuple(offers))

    def banner(self, text: str, level: str = "info", offers: Sequence[Offer] = ()) -> None:
        """Show a line above the page."""
        self.notice.tell(text, level, tuple(offers))

    def end_banner(self) -> None:
        """What the line above the page asked for has been done."""
        self.notice.hide()

    def ask_new_password(self) -> None:
        """Remind a person who came in by the recovery key that the forgotten password still stands."""
        self.banner(
            "这次是用恢复密钥打开的。忘记的那个密码还有效，请马上设新密码。",
            "warning",
            (("现在设密码", lambda: self.open_page("system", {"tab": "accounts", "own_password": True})),),
        )

    def preview(self, pages: PdfPages) -> None:
        """Show a PDF and offer to print it."""
        from .preview_window import PreviewWindow

        PreviewWindow(pages, self.runner, self.dialogs, self).show()

    def action(self, key: str) -> QAction:
        """A declared action."""
        return self.actions_[key]

    def remembered(self, key: str, default: Any = None) -> Any:
        """A local setting of this file on this PC."""
        if key not in self._settings:
            self._settings |= {key: None} | self.gateway.settings(self.office, [key])
        return default if self._settings[key] is None else self._settings[key]

    def remember(self, key: str, value: Any) -> None:
        """Keep a local setting; written in the background."""
        if self.remembered(key) == value:
            return
        self._settings[key] = value
        self.runner.fetch(
            lambda: self.gateway.put_setting(self.office, key, value), lambda _none: None, owner=self, writes=True
        )

    def refresh_commands(self) -> None:
        """Take up the actions that the page in front offers now."""
        page = self._pages.get(self._current)
        self.actions_.set_page(page.commands() if isinstance(page, Page) else {})

    # Building

    def _build(self) -> None:
        px = theme.current().px
        middle = QWidget()
        outer = QVBoxLayout(middle)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        actor = self.office.actor
        practice, role = self.gateway.for_practice(self.office), ROLE_NAMES.get(actor.role, "")
        self.top = TopBar(self.office.called, actor.name, role, self.actions_, practice=practice)
        outer.addWidget(self.top)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.navigation = Navigation(list(self._specs.values()))
        row.addWidget(self.navigation)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.tree = OrgTree()
        self.tree.setMinimumWidth(px(160))
        self.splitter.addWidget(self.tree)
        area = PageArea()
        self.stack, self.undo_bar = area.stack, area.undo_bar
        self.trouble, self.notice = area.trouble, area.notice
        self.splitter.addWidget(area)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([px(TREE_WIDTH), px(1366)])
        row.addWidget(self.splitter, 1)
        outer.addLayout(row, 1)
        self.jobs = JobPanel(self.runner)
        outer.addWidget(self.jobs)
        self.setCentralWidget(middle)

    def _bind(self) -> None:
        self.navigation.chosen.connect(self.open_page)
        self.tree.chosen.connect(lambda _unit: self._scope_moved())
        self.top.leave.triggered.connect(self.close)
        self.history = HistoryKeys(self)
        self.backup = BackupTrouble(self.office, self.gateway, self.runner, self.dialogs, self.trouble)
        self.undo_bar.undo_wanted.connect(self.history.undo)
        self.palette_ = SearchPalette(lambda text: self.gateway.find(self.office, text), self.runner, self._quick, self)
        self.palette_.chosen.connect(self._go_to)
        handlers: dict[str, Callable[[], object]] = {
            "search": self.palette_.open,
            "help": self._help,
            "keys": self._keys,
            "lock": lambda: self._leave(lock=True),
            "larger": lambda: self._rescale(1),
            "smaller": lambda: self._rescale(-1),
            "next_page": lambda: self._step_page(1),
            "previous_page": lambda: self._step_page(-1),
            "focus_tree": self.tree.view.setFocus,
        }
        for key, handler in handlers.items():
            self.actions_.bind(key, handler)

    def _make(self, spec: PageSpec) -> QWidget:
        kind = spec.load()
        if kind is None:
            made: QWidget = EmptyState(f"{spec.title}：这个版本没有这一页。", icon_name=spec.icon)
        else:
            made = kind(self.context)
        self._pages[spec.key] = made
        self.stack.addWidget(made)
        self._moved.discard(spec.key)
        if isinstance(made, Page):
            made.scope_changed(self.scope())
        return made

    # Reacting

    def _load_tree(self) -> None:
        self.runner.fetch(lambda: self.gateway.tree(self.office), self._put_tree, owner=self)

    def _put_tree(self, units: Sequence[UnitLike]) -> None:
        had, before = bool(self.tree.model.units), self.scope()
        self.tree.put(units)
        if self._wanted_unit:
            wanted, self._wanted_unit = self._wanted_unit, None
            self.tree.choose(wanted)
            return
        if had and before != self.scope():
            self._scope_moved()

    def _scope_moved(self) -> None:
        scope = self.scope()
        for key, page in self._pages.items():
            if isinstance(page, Page) and key == self._current:
                page.scope_changed(scope)
            else:
                self._moved.add(key)

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches("organisation") or changes.touches("member"):
            self._load_tree()
        for key, page in self._pages.items():
            if not isinstance(page, Page):
                continue
            if key == self._current:
                page.refresh([changes])
            else:
                self._stale.setdefault(key, []).append(changes)
        self.history.look()

    def _quick(self, text: str) -> list[PaletteEntry]:
        pages = [PaletteEntry("page", spec.key, spec.title, "页面", spec.icon) for spec in self._specs.values()]
        return [found for found in pages if text in found.name] if text else pages

    def _go_to(self, found: PaletteEntry) -> None:
        if found.kind == "page":
            self.open_page(found.id)
        else:
            self.open_record(found.kind, found.id)

    def _step_page(self, step: int) -> None:
        keys = list(self._specs)
        self.open_page(keys[(keys.index(self._current) + step) % len(keys)])

    def _help(self) -> None:
        from .help_sheet import HelpSheet

        page = self._pages.get(self._current)
        spec = self._specs[self._current]
        text, offered = (page.help, page.commands()) if isinstance(page, Page) else ("", {})
        self._show_sheet(HelpSheet(spec.title, text, self, offered=offered))

    def _keys(self) -> None:
        from .help_sheet import HelpSheet

        self._show_sheet(HelpSheet("按键一览", "“当前页面”一组的按键，页面上有这个功能时才起作用。", self))

    def _show_sheet(self, sheet: QDialog) -> None:
        self.dialogs.run(sheet)
        sheet.deleteLater()

    def _rescale(self, step: int) -> None:
        now = round(theme.current().scale * 100)
        place = min(range(len(theme.SCALES)), key=lambda i: abs(theme.SCALES[i] - now)) + step
        if not 0 <= place < len(theme.SCALES):
            return
        self._look_anew(theme.SCALES[place], theme.mode())

    def choose_colours(self, mode: str) -> None:
        """Take the colours of the system, or light or dark ones, at once."""
        if mode != theme.mode():
            self._look_anew(round(theme.current().scale * 100), mode)

    def _look_anew(self, percent: int, mode: str) -> None:
        if self.runner.jobs:
            self.dialogs.message("正在处理，请等它做完再调整界面。")
            return
        page = self._pages.get(self._current)
        if not isinstance(page, Page) or page.may_leave():
            self.relook.emit(percent, mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page the room: a narrow window shows icons without words."""
        super().resizeEvent(event)
        narrow = event.size().width() < theme.current().px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self.navigation.set_compact(narrow)
            self.top.set_compact(narrow)
            self.splitter.setSizes([theme.current().px(176 if narrow else TREE_WIDTH), theme.current().px(1366)])

    # Leaving

    def release(self) -> None:
        """Let go of the office without closing it: another window takes it over, and the pages of this one end."""
        self._closing = True
        self._unsubscribe()
        self.runner.close()
        delete(self.takeCentralWidget())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the office first, with its backup, then the window."""
        if self._closing:
            event.accept()
            return
        event.ignore()
        self._leave(lock=False)

    def _leave(self, *, lock: bool) -> None:
        page = self._pages.get(self._current)
        if self._closing or (isinstance(page, Page) and not page.may_leave()):
            return
        jobs = self.runner.jobs
        detail = "没有做完的改动会退回，已保存的数据不受影响。"
        question = f"“{jobs[0].title}”还没有做完，要停下来退出吗？" if jobs else ""
        if jobs and not self.dialogs.confirm(question, detail, yes="停下并退出", danger=True):
            return
        self._closing = True
        self.trouble.tell("正在备份并关闭数据文件…", "info", closable=False)
        self.setEnabled(False)
        self._unsubscribe()
        path, account = Path(self.office.path), str(self.office.actor.name)
        self.runner.finish(self.office.close, lambda fault: self._left(lock, path, account, fault))

    def _left(self, lock: bool, path: Path, account: str, fault: Exception | None) -> None:
        if fault is not None:
            self.dialogs.error(fault)
        self.hide()
        self.closed.emit(lock, path, account)

"""The page 工作台."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout

from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import IMPORT, READ, WRITE
from dangjian_desktop.domain.values.periods import quarter_of

from ....domain.records.findings import Finding
from ....services import home
from ....services.home import Bar, FindingScan, Head, Outlook, Picture, Stand, Topic
from ...shell.context import Page, PageContext
from ...shell.page_registry import page_of_kind
from ...widgets.allowed import allowed
from ...widgets.empty_state import EmptyState
from .board import Board

SCOPE_PAUSE = 150  # ms
PAINTED = 50  # ms in which what was put in is painted


class HomePage(Page):
    """Where we stand, what is to be done, how the quarter goes, and pictures of it; each opens its list."""

    fills = True
    help = (
        "工作台回答三个问题：现在是什么情况（点数字看名单）、有什么要办（点一类看名单，点一行打开那条记录）、"
        "本月本季办得怎样。下面的图也一样：点一条，或用方向键选一条再按回车，打开名单。左边的组织树决定看哪个范围。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        self._asked = False
        self._waiting = 0
        self._told: list[Finding] = []
        self._settled = False
        self._pause = QTimer(self, singleShot=True, interval=SCOPE_PAUSE)
        self._pause.timeout.connect(self._fetch)
        self.board = Board()
        self._bind()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.board)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(area)

    # The contract of a page

    def enter(self, arguments: Mapping[str, Any]) -> None:  # noqa: ARG002 (nothing is asked of this page)
        """Fetch once; afterwards the changes say when again."""
        if not self._asked:
            self._fetch()

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (asked when fetching)
        """Count again for the other scope, once the person has stopped walking through the tree."""
        if self._asked:
            self._pause.start()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:  # noqa: ARG002 (anything may move a figure)
        """Count again."""
        self._fetch()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        return {"refresh": self._fetch, "print": lambda: self.context.shell.open_page("reports")}

    # Building

    def _bind(self) -> None:
        board = self.board
        for tile in board.tiles:
            tile.opened.connect(self.open_figure)
        board.matters.opened.connect(self._open_matter)
        for line in board.lines:
            line.pressed.connect(lambda line=line: self._open_due(line.due))
        for stand in board.stands:
            stand.pressed.connect(lambda stand=stand: self._open_stand(stand.stand))
        for chart in board.charts.values():
            chart.opened.connect(self._open_bar)
        board.show_head(self.context.shell.scope_name(), self._day())

    def _build_empty(self) -> EmptyState:
        shell, actor = self.context.shell, self.context.office.actor
        empty = EmptyState(
            "先把手头的花名册拿来。",
            "导入时会自动建好党支部，也可以先导入党组织名单。导入前都给您看清楚，导入后可以撤销。"
            "没有花名册的，先新增党支部，再到“党员”里逐个新增。",
            (
                ("导入党员花名册…", lambda: shell.open_page("members", {"import": True})),
                ("导入党组织名单…", lambda: shell.open_page("organisations", {"import": True})),
                ("新增党支部", lambda: shell.open_page("organisations", {"new": True})),
            ),
            icon_name="people",
        )
        needed = ((IMPORT, "member"), (IMPORT, "organisation"), (WRITE, "organisation"))
        for made, (action, kind) in zip(empty.buttons, needed, strict=True):
            allowed(made, actor, action, kind)
        return empty

    def _day(self) -> str:
        return f"截至 {self.context.office.today().isoformat()}"

    # Fetching: what is quick comes first and is painted, everything else follows into the room it has

    def _fetch(self) -> None:
        self._asked = True
        self._token += 1
        self._waiting = 2
        self._pause.stop()
        token, office, scope = self._token, self.context.office, self.context.shell.scope()
        self._told, self._settled = [], False
        fetch = self.context.runner.fetch
        fetch(lambda: home.top_row(office, scope), lambda found: self._show_figures(token, found), owner=self)
        fetch(lambda: home.pressing(office, scope), lambda found: self._show_pressing(token, found), owner=self)

    def _show_figures(self, token: int, found: Head) -> None:
        if token != self._token:
            return
        self.board.show_head(self.context.shell.scope_name(), self._day())
        self.board.show_figures(found.figures)
        self._show_empty(found.empty)
        self._one_more(token)

    def _show_pressing(self, token: int, found: Sequence[Finding]) -> None:
        if token != self._token:
            return
        self._told = list(found)
        self._show_due(waiting=True)
        self._one_more(token)

    def _show_empty(self, empty: bool) -> None:
        """Who has nobody and no branch yet is led to the import."""
        if empty and self._stack.count() == 1:
            self._stack.addWidget(self._build_empty())
        self._stack.setCurrentIndex(1 if empty else 0)

    def _one_more(self, token: int) -> None:
        self._waiting -= 1
        if self._waiting:
            return
        self.filled.emit()
        # What takes longer in a large file is asked for once the page is painted.
        QTimer.singleShot(PAINTED, self, lambda: self._fetch_rest(token))

    def _fetch_rest(self, token: int) -> None:
        if token != self._token:
            return
        office, scope = self.context.office, self.context.shell.scope()

        def shown(found: Outlook) -> None:
            if token == self._token:
                self.board.show_outlook(found, quarter_of(office.today()).label)
                self.context.runner.fetch(lambda: home.others(office, scope), told, owner=self)

        def told(found: list[Finding]) -> None:
            if token == self._token:
                self._told += found
                self._show_due(waiting=True)
                self._scan(token, FindingScan(office, scope))

        self.context.runner.fetch(lambda: home.outlook(office, scope), shown, owner=self)

    def _scan(self, token: int, scan: FindingScan) -> None:
        """One piece after the other, each as a read of its own: whatever is asked meanwhile comes between."""

        def stepped(more: bool) -> None:
            if token != self._token:
                return
            if more:
                self._scan(token, scan)
            else:
                self._told += scan.found
                self._show_due(waiting=False)
                self._settled = True

        self.context.runner.fetch(scan.step, stepped, owner=self)

    def _show_due(self, *, waiting: bool) -> None:
        self.board.show_due(
            home.most_pressing(self._told), home.matters(self.context.office, self._told), waiting=waiting
        )

    # Going on

    def open_figure(self, key: str) -> None:
        """Open the list behind a number; made when somebody asks for it."""
        office, scope = self.context.office, self.context.shell.scope()

        def found(figure: FigureValue) -> None:
            self._open(figure.record_kind, figure.records, figure.label, many=True)

        self.context.runner.fetch(lambda: home.figure(office, key, scope), found, owner=self)

    def _open_matter(self, matter: Topic) -> None:
        self._open(matter.kind, matter.records, matter.topic)

    def _open_due(self, due: Finding | None) -> None:
        if due is not None:
            self._open(due.kind, due.records, due.text)

    def _open_stand(self, stand: Stand | None) -> None:
        if stand is not None and stand.missing:
            self._open(stand.kind, stand.missing, f"{stand.span}{stand.label}还缺的", many=True)

    def _open_bar(self, chart: Picture, bar: Bar) -> None:
        self._open(chart.kind, bar.records, f"{chart.title}：{bar.label}", many=True)

    def _open(self, kind: str, found: Sequence[str], title: str, *, many: bool = False) -> None:
        shell = self.context.shell
        if kind == "backup":
            shell.open_page("system", {"tab": "backups"})
            return
        page = page_of_kind(kind)
        if page is None or not self.context.office.actor.may(READ, kind):
            return
        if len(found) == 1 and not many:
            shell.open_record(kind, found[0])
        else:
            shell.open_page(page.key, {"ids": list(found), "title": title})

"""The page 工作台."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.figures.figures import FigureValue, percent
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import IMPORT, WRITE

from ....domain.records.findings import Finding
from ....services import home
from ....services.home import FindingScan, Summary
from ... import theme
from ...shell.context import Page, PageContext
from ...shell.page_registry import page_of_kind
from ...widgets.allowed import allowed
from ...widgets.empty_state import EmptyState
from ...widgets.figure_tile import FigureTile
from ...widgets.labels import label
from .due_line import DueLine

NARROW = 720
SCOPE_PAUSE = 150  # ms
PAINTED = 50  # ms in which what was put in is painted


class HomePage(Page):
    """Three questions: what is due, where we stand, what came in."""

    fills = True
    help = (
        "工作台回答三个问题：有什么要办（点一行就打开那条记录或名单）、现在是什么情况（点数字看名单）、"
        "收到了什么。左边的组织树决定看哪个范围。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        self._asked = False
        self._pause = QTimer(self, singleShot=True, interval=SCOPE_PAUSE)
        self._pause.timeout.connect(self._fetch)
        self._figures: dict[str, FigureValue] = {}
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._build())
        self._stack.addWidget(self._build_empty())

    # The contract of a page

    def enter(self, arguments: Mapping[str, Any]) -> None:  # noqa: ARG002 (nothing is asked of this page)
        """Fetch once; afterwards the changes say when again."""
        if not self._asked:
            self._fetch()

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (asked when fetching)
        """Count again for the other scope, once the person has stopped walking through the tree."""
        self._asked = True
        self._pause.start()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:  # noqa: ARG002 (anything may move a figure)
        """Count again."""
        self._fetch()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        return {"refresh": self._fetch, "print": lambda: self.context.shell.open_page("reports")}

    # Building

    def _build(self) -> QWidget:
        px = theme.current().px
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        box.setContentsMargins(px(16), px(12), px(16), px(16))
        box.setSpacing(px(10))
        self._title = label(self.context.shell.scope_name(), "title", wrap=True)
        self._day = label("", "soft")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._day)
        box.addLayout(head)
        row = self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(px(20))
        due, self._due = _column("有什么要办")
        row.addLayout(due, 3)
        side = QVBoxLayout()
        side.setSpacing(px(20))
        figures, inner = _column("现在是什么情况")
        tiles = QWidget()
        self._tiles = QGridLayout(tiles)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._tiles.setSpacing(px(8))
        _clear(inner)
        inner.addWidget(tiles)
        side.addLayout(figures)
        came, self._came = _column("收到了什么")
        side.addLayout(came)
        side.addStretch(1)
        row.addLayout(side, 2)
        box.addLayout(row)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(body)
        return area

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

    # Fetching

    def _fetch(self) -> None:
        self._asked = True
        self._token += 1
        token, office, scope = self._token, self.context.office, self.context.shell.scope()
        self.context.runner.fetch(
            lambda: home.standing(office, scope), lambda found: self._show(token, found), owner=self
        )

    def _show(self, token: int, found: Summary) -> None:
        if token != self._token:
            return
        self._stack.setCurrentIndex(0 if found.members or found.organisations > 1 else 1)
        self._title.setText(self.context.shell.scope_name())
        self._day.setText(f"截至 {self.context.office.today().isoformat()}")
        self._show_figures(found.figures)
        self._show_due(found.due, waiting=True)
        _clear(self._came)
        self._came.addWidget(
            label("还没有收到任何数据包。下级上报、上级下发在“上报与同步”里，后面的版本提供。", "soft", wrap=True)
        )
        self.filled.emit()
        # What the rules say takes longer in a large file: the page is there before it is asked for.
        QTimer.singleShot(PAINTED, self, lambda: self._fetch_due(token, found.due))

    def _fetch_due(self, token: int, due: Sequence[Finding]) -> None:
        if token != self._token:
            return
        office, scope = self.context.office, self.context.shell.scope()

        def told(lines: list[Finding]) -> None:
            if token == self._token:
                self._show_due([*due, *lines], waiting=True)
                self._scan(token, FindingScan(office, scope), [*due, *lines])

        self.context.runner.fetch(lambda: home.due_lines(office, scope), told, owner=self)

    def _scan(self, token: int, scan: FindingScan, due: Sequence[Finding]) -> None:
        """One piece after the other, each as a read of its own: whatever is asked meanwhile comes between."""

        def stepped(more: bool) -> None:
            if token != self._token:
                return
            if more:
                self._scan(token, scan, due)
            else:
                self._show_due([*due, *scan.found()], waiting=False)

        self.context.runner.fetch(scan.step, stepped, owner=self)

    def _show_figures(self, figures: Sequence[FigureValue]) -> None:
        _clear(self._tiles)
        self._figures = {figure.key: figure for figure in figures}
        for place, figure in enumerate(figures):
            tile = FigureTile(figure.key, figure.label, _number(figure), _detail(figure), figure.definition)
            tile.opened.connect(self._open_figure)
            self._tiles.addWidget(tile, place // 2, place % 2)

    def _show_due(self, due: Sequence[Finding], *, waiting: bool) -> None:
        _clear(self._due)
        order = {"error": 0, "warning": 1, "info": 2}
        for one in sorted(due, key=lambda item: order[item.severity]):
            self._due.addWidget(self._line(one))
        if waiting:
            self._due.addWidget(label("正在核对党员资料…", "small"))
        elif not due:
            self._due.addWidget(label("没有到期或要核对的事项。", "soft"))

    def _line(self, one: Finding) -> DueLine:
        made = DueLine(one)
        made.opened.connect(lambda: self._open(one.kind, one.records, one.text))
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room, one below the other where not."""
        super().resizeEvent(event)
        wide = self.width() >= theme.current().px(NARROW)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(across if wide else down)

    # Going on

    def _open_figure(self, key: str) -> None:
        figure = self._figures[key]
        self._open(figure.record_kind, figure.records, figure.label, many=True)

    def _open(self, kind: str, found: Sequence[str], title: str, *, many: bool = False) -> None:
        shell = self.context.shell
        if kind == "backup":
            shell.open_page("system", {"tab": "backups"})
            return
        page = page_of_kind(kind)
        if page is None:
            return
        if len(found) == 1 and not many:
            shell.open_record(kind, found[0])
        else:
            shell.open_page(page.key, {"ids": list(found), "title": title.partition("：")[0] if many else title})


def _column(title: str) -> tuple[QVBoxLayout, QVBoxLayout]:
    """A heading with room below it, and the layout of that room."""
    holder = QVBoxLayout()
    holder.setSpacing(theme.current().px(8))
    holder.addWidget(label(title, "heading"))
    inner = QVBoxLayout()
    inner.setSpacing(theme.current().px(6))
    inner.addWidget(label("正在汇总…", "soft"))
    holder.addLayout(inner)
    holder.addStretch(1)
    return holder, inner


def _clear(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _number(figure: FigureValue) -> str:
    return "—" if figure.value is None else f"{figure.value}"


def _detail(figure: FigureValue) -> str:
    if figure.denominator and figure.unit == "人" and figure.numerator is not None:
        return f"{figure.unit}，占 {percent(figure.numerator, figure.denominator)}"
    return figure.unit

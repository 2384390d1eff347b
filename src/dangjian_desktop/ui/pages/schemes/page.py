"""考核创星: the standings of a scheme, its stars and levels as pictures, each leading to its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.schemes.standing import Standing
from dangjian_desktop.domain.values import periods

from ....services.home import Bar, Picture
from ... import theme
from ...records.bar_chart import BarChart
from ...shell.context import Page, PageContext
from ...widgets.empty_state import EmptyState
from ...widgets.labels import button, label
from ...widgets.page_parts import fill_menu, head_line, menu_button
from ...widgets.pdf_preview import pages_of
from .sheet_pane import SheetPane
from .standing_list import StandingList

if TYPE_CHECKING:
    from dangjian_desktop.domain.schemes.schemes import Scheme
    from dangjian_desktop.services.reports.previewing import Preview
    from dangjian_desktop.services.schemes.scoring import SchemeBoard

_LAST = "schemes.last"
_FIRST = "five-stars"
_PAUSE = 150  # ms
_YEARS = 4
_SIDE = 288
_PLANS = (
    ("创建计划和规划", "star-plans"),
    ("创建目标", "star-targets"),
    ("每周督导打分", "weekly-supervision"),
    ("考核打分表", "scores"),
    ("取消评优资格", "disqualifications"),
    ("奖励发放", "awards"),
)
"""The ledgers that the schemes stand on, as the menu offers them."""


class SchemesPage(Page):
    """One scheme at a time over a period and the part of the tree that was chosen."""

    help = (
        "上面选考评方案和期间，左边是得分、等次和名次，同分并列，没有打分的写“待补”，不当作零分。"
        "点一行，右边看逐项得分和算式；双击打开那条打分。图里的一条点开就是名单。"
        "打分记在台账里，“台账”按钮去那里打；排名、打分表和通报都能打印。结果怎样运用由您按程序决定。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        self._schemes: dict[str, Scheme] = {}
        self.board: SchemeBoard | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._fetch)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._body())
        self._asked = False
        self._faults: list[str] = []

    # The contract of a page

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the scheme of the last time, or the one named by `scheme`."""
        if not self.context.office.actor.may(READ, "ledger_entry"):
            self._nothing("您的账户不能查看考核打分。", "要看的话，请管理员开通。")
            return
        if arguments.get("scheme"):
            self.context.shell.remember(_LAST, str(arguments["scheme"]))
            self._asked = False
        if not self._asked:
            self._asked = True
            self._fetch_schemes()

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (asked when fetching)
        """Another part of the tree, once the person has stopped walking through it."""
        if self._asked:
            self._pause.start()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        """Score again what changed; another scheme may have come too."""
        if any(change.touches("shared_item") for change in changes):
            self._fetch_schemes()
        elif any(change.touches(kind) for change in changes for kind in ("ledger_entry", "organisation")):
            self._fetch()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Keys of this page."""
        return {"refresh": self._fetch, "print": self.print_ranking, "open": self._open_current}

    # Building

    def _body(self) -> QWidget:
        px = theme.current().px
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(px(16), px(12), px(16), px(8))
        box.setSpacing(px(8))
        self.ledger_button = menu_button("台账")
        self.print_button = menu_button("打印", icon_name="print")
        head, self.title = head_line(self.ledger_button, self.print_button, title="考核创星")
        self.choice = QComboBox()
        self.choice.setAccessibleName("考评方案")
        self.choice.setMinimumWidth(px(120))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.currentIndexChanged.connect(lambda _place: self._chosen())
        self.period = QComboBox()
        self.period.setAccessibleName("期间")
        self._fill_periods()
        self.period.currentIndexChanged.connect(lambda _place: self._fetch())
        head.insertWidget(1, self.choice, 2)
        head.insertWidget(2, self.period)
        box.addLayout(head)
        self.notes = label("", "soft", wrap=True)
        box.addWidget(self.notes)
        parts = QHBoxLayout()
        parts.setSpacing(px(12))
        self.list = StandingList()
        self.list.opened.connect(self.open_standing)
        parts.addWidget(self.list, 1)
        parts.addLayout(self._side())
        box.addLayout(parts, 1)
        return body

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(theme.current().px(8))
        self.stars, self.levels = BarChart("各星颗数"), BarChart("各等次个数")
        for chart in (self.stars, self.levels):
            chart.setMinimumWidth(theme.current().px(200))
            chart.setFixedHeight(theme.current().px(160))
            chart.opened.connect(self._open_bar)
        self.sheet = SheetPane((self.stars, self.levels))
        self.sheet.setFixedWidth(theme.current().px(_SIDE))
        self.list.moved.connect(self.sheet.put)
        side.addWidget(self.sheet, 1)
        self.entry_button = button("打开这条打分", self._open_current)
        side.addWidget(self.entry_button)
        return side

    def _fill_periods(self) -> None:
        today = self.context.office.today()
        for back in range(_YEARS):
            year = periods.parse_period(str(today.year - back))
            self.period.addItem(f"{year.label}（全年）", year.text)
        self.period.insertSeparator(self.period.count())
        for quarter in reversed(periods.year_of(today).quarters()):
            if quarter.start <= today:
                self.period.addItem(quarter.label, quarter.text)
        self.period.insertSeparator(self.period.count())
        for month in reversed(periods.year_of(today).months()):
            if month.start <= today:
                self.period.addItem(month.label, month.text)

    def _nothing(self, title: str, text: str) -> None:
        if self._stack.count() == 1:
            self._stack.addWidget(EmptyState(title, text, (), icon_name="star"))
        self._stack.setCurrentIndex(1)

    # Fetching

    def _fetch_schemes(self) -> None:
        office = self.context.office

        def read() -> tuple[list[Scheme], list[str]]:
            from dangjian_desktop.services.schemes import schemes

            return schemes.schemes(office), [f"{one.key}：{one.message}" for one in schemes.faults(office)]

        self.context.runner.fetch(read, self._take_schemes, owner=self)

    def _take_schemes(self, found: tuple[list[Scheme], list[str]]) -> None:
        self._schemes = {one.key: one for one in found[0]}
        self._faults = found[1]
        wanted = str(self.context.shell.remembered(_LAST, _FIRST))
        self.choice.blockSignals(True)
        self.choice.clear()
        for one in self._schemes.values():
            self.choice.addItem(one.title, one.key)
        self.choice.setCurrentIndex(max(self.choice.findData(wanted), 0))
        self.choice.blockSignals(False)
        self._chosen()

    def _chosen(self) -> None:
        key = self.choice.currentData()
        if key is None:
            return
        self.context.shell.remember(_LAST, key)
        self._fill_menus(self._schemes[key])
        self._fetch()

    def _fill_menus(self, scheme: Scheme) -> None:
        shell = self.context.shell

        def opener(key: str) -> Callable[[], object]:
            return lambda: shell.open_page("ledgers", {"template": key})

        own = [(f"打分记在：{scheme.template.title}", opener(scheme.template.key)), None]
        others = [entry for entry in _PLANS if entry[1] != scheme.template.key and self._may_open(entry[1])]
        fill_menu(self.ledger_button.menu(), [*own, *((text, opener(key)) for text, key in others)])
        papers: list[Any] = [
            ("排名表" if scheme.ranked else "汇总表", self.print_ranking),
            ("这一份打分表", self.print_sheet),
        ]
        papers.append(("标准表（指标和分值）", self.print_standard))
        if scheme.notice:
            papers.append(("通报（公文格式）", self.print_notice))
        fill_menu(self.print_button.menu(), papers)

    def _may_open(self, ledger: str) -> bool:
        readers = self.context.office.templates.readers(ledger)
        return not readers or self.context.office.actor.role in readers

    def _fetch(self) -> None:
        key, period = self.choice.currentData(), self.period.currentData()
        if key is None or period is None:
            return
        self._token += 1
        token, office, scope = self._token, self.context.office, self.context.shell.scope()

        def read() -> tuple[SchemeBoard, Picture, Picture]:
            from dangjian_desktop.services.schemes import pictures, scoring

            board = scoring.board(office, key, period=period, scope=scope)
            return (
                board,
                # The names of stars are longer than an upright bar is wide.
                _picture("各星颗数", "颗", pictures.stars(board), upright=False),
                _picture("各等次个数", "个", pictures.levels(board)),
            )

        def show(found: tuple[SchemeBoard, Picture, Picture]) -> None:
            if token == self._token:
                self._show(*found)

        self.context.runner.fetch(read, show, owner=self)

    def _show(self, board: SchemeBoard, stars: Picture, levels: Picture) -> None:
        self.board = board
        self.list.put(board)
        self.stars.setVisible(bool(board.scheme.stars))
        self.stars.put(stars)
        self.levels.setVisible(bool(board.scheme.all_levels))
        self.levels.put(levels)
        self.notes.setText(_told(board, self._faults))
        self.entry_button.setEnabled(bool(board.standings))

    # Going on

    def open_standing(self, one: Standing) -> None:
        """Open the entry of who was chosen; of several in the span their list."""
        shell = self.context.shell
        entries = [found.entry for found in one.scores]
        if len(entries) == 1:
            shell.open_record("ledger_entry", entries[0])
        elif entries:
            shell.open_page("ledgers", {"ids": entries, "title": f"{one.name}的打分"})
        elif self.board is not None:
            shell.open_page("ledgers", {"template": self.board.scheme.template.key})

    def _open_current(self) -> None:
        one = self.list.current()
        if one is not None:
            self.open_standing(one)

    def _open_bar(self, chart: Picture, bar: Bar) -> None:
        title = f"{chart.title}：{bar.label}"
        self.context.shell.open_page("ledgers", {"ids": list(bar.records), "title": title})

    # Paper

    def print_ranking(self) -> None:
        """Preview the ranking."""
        self._preview("scheme-")

    def print_notice(self) -> None:
        """Preview the notice of the period."""
        self._preview("notice-")

    def print_standard(self) -> None:
        """Preview the scheme itself."""
        self._preview("standard-")

    def print_sheet(self) -> None:
        """Preview the score sheet of who was chosen."""
        one = self.list.current()
        if one is not None and one.newest is not None:
            self._preview("scheme-", one.newest.entry)

    def _preview(self, head: str, record: str | None = None) -> None:
        if self.board is None:
            return
        c, key, period, scope = self.context, self.board.scheme.key, self.board.period.text, self.context.shell.scope()

        def draw(progress: Progress) -> Preview:
            from dangjian_desktop.services.reports import previewing
            from dangjian_desktop.services.reports.request import ReportRequest

            asked = ReportRequest(head + key, scope=scope, period=period, record=record)
            return previewing.preview(c.office, asked, progress=progress)

        c.runner.start(
            f"打印{self.board.scheme.title}",
            draw,
            lambda made: c.shell.preview(pages_of(made)),
            failed=c.dialogs.error,
            owner=self,
            writes=False,
        )


def _picture(title: str, unit: str, counted: Sequence[Any], *, upright: bool = True) -> Picture:
    bars = tuple(Bar(each.label, len(each.entries), tuple(each.entries)) for each in counted)
    some = any(bar.value for bar in bars)
    return Picture(
        title, title, unit, "ledger_entry", bars if some else (), empty="这个期间还没有打分。", upright=upright
    )


def _told(board: SchemeBoard, faults: Sequence[str]) -> str:
    """What is to be known of the whole: how many have a score, Σ of the stars, what could not be counted."""
    missing = len(board.missing)
    parts = [f"应有{len(board.standings)}个，已有结果{board.scored}个" + (f"，没有打分{missing}个" if missing else "")]
    if board.scheme.stars and board.scored:
        parts.append(f"星级×个数＝各星颗数：{board.stars.arithmetic}")
    if board.lowest:
        parts.append(f"得分靠后：{'、'.join(one.name for one in board.lowest)}")
    if board.unplaced:
        parts.append(f"日期写得不够细、归不进这个期间的有{len(board.unplaced)}条，没有算")
    if board.bars_unseen:
        parts.append("取消评优资格的台账您的账户不能打开，没有核对")
    parts += [f"方案不能用：{fault}" for fault in faults]
    return "。".join([*parts, board.scheme.notes.rstrip("。")]).rstrip("。") + "。"

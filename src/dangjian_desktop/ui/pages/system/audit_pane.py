"""查阅登记: who signed in, saw full numbers, exported or cleared what, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from dangjian_desktop.services.office import audit
from dangjian_desktop.services.office.audit import AuditRow

from ....base.clock import local_time
from ....base.progress import Progress
from ... import theme
from ...records.list_exports import workbook_path
from ...shell.context import PageContext
from ...widgets.labels import button, label
from .parts import Pane, fill, offer_on_rows, plain_table

PAGE = 200

_Days = tuple[date | None, date | None]

_PERIODS: tuple[tuple[str, Callable[[date], _Days]], ...] = (
    ("全部时间", lambda _today: (None, None)),
    ("今天", lambda today: (today, None)),
    ("最近7天", lambda today: (today - timedelta(days=6), None)),
    ("最近30天", lambda today: (today - timedelta(days=29), None)),
    ("今年", lambda today: (date(today.year, 1, 1), None)),
    ("去年", lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
)


class AuditPane(Pane):
    """The acts of one account, of one kind, of some days; only administrators have this pane."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._rows: list[AuditRow] = []
        self._token = 0
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        said = "谁登录过、看过谁的证件号码和电话全文、导出和打印过什么、写的什么原因。只能看，改不了，也删不掉。"
        box.addWidget(label(said, "soft", wrap=True))
        box.addLayout(self._build_choices())
        self.table = plain_table("查阅登记", ("时间", "账户", "事项", "内容", "原因"), (140, 90, 120, 330))
        box.addWidget(self.table, 1)
        offer_on_rows(self.table, [self._export])
        row = QHBoxLayout()
        self.older = button("更早的", self._more)
        # Until the first rows are there it has nothing to go on from.
        self.older.hide()
        row.addWidget(self.older)
        self.note = label("", "small")
        row.addWidget(self.note, 1)
        box.addLayout(row)

    def _build_choices(self) -> QHBoxLayout:
        px = theme.current().px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.who, self.act, self.period = QComboBox(), QComboBox(), QComboBox()
        self.who.addItem("全部账户", None)
        self.act.addItem("全部事项", None)
        for key, (name, _actions) in audit.ACTS.items():
            self.act.addItem(name, key)
        for name, _days in _PERIODS:
            self.period.addItem(name)
        for chooser, name in ((self.who, "账户"), (self.act, "事项"), (self.period, "时间")):
            chooser.setAccessibleName(name)
            chooser.setMinimumWidth(px(130))
            chooser.activated.connect(lambda _index: self._fetch())
            row.addWidget(chooser)
        row.addStretch(1)
        self._export = button("导出到 Excel…", self.export, icon_name="export")
        row.addWidget(self._export)
        return row

    def enter(self) -> None:
        """Fetch the newest acts."""
        self._fetch()

    def export(self) -> None:
        """Write what is chosen, all of it, to a workbook."""
        target = workbook_path(self.context, "导出到", f"{audit.TITLE}.xlsx")
        if target is None:
            return
        office, asked = self.context.office, self._asked()

        def write(progress: Progress) -> tuple[int, Path]:
            return audit.export(office, target, **asked, progress=progress), target

        self.context.runner.start(
            f"导出{audit.TITLE}",
            write,
            self._exported,
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    # Inside

    def _asked(self) -> dict[str, Any]:
        today = self.context.office.clock.now().astimezone().date()
        since, until = _PERIODS[self.period.currentIndex()][1](today)
        return {"who": self.who.currentData(), "act": self.act.currentData(), "since": since, "until": until}

    def _fetch(self) -> None:
        self._token += 1
        token, office, asked = self._token, self.context.office, self._asked()

        def look() -> tuple[list[str], list[AuditRow]]:
            return audit.people(office), audit.listing(office, **asked, limit=PAGE)

        self.context.runner.fetch(look, lambda found: self._show(token, *found), owner=self)

    def _show(self, token: int, people: list[str], rows: list[AuditRow]) -> None:
        if token != self._token:
            return
        self._name_people(people)
        self._rows = rows
        self._refill(len(rows) == PAGE)

    def _name_people(self, people: list[str]) -> None:
        chosen = self.who.currentData()
        self.who.clear()
        self.who.addItem("全部账户", None)
        for name in people:
            self.who.addItem(name, name)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))

    def _more(self) -> None:
        token, office, asked, before = self._token, self.context.office, self._asked(), self._rows[-1].id

        def add(rows: list[AuditRow]) -> None:
            if token == self._token:
                self._rows += rows
                self._refill(len(rows) == PAGE)

        self.context.runner.fetch(lambda: audit.listing(office, **asked, limit=PAGE, before=before), add, owner=self)

    def _refill(self, more: bool) -> None:
        self.older.setVisible(more)
        fill(
            self.table,
            [(local_time(row.at), row.account, row.act, row.what, row.reason) for row in self._rows],
            self._rows,
        )
        said = f"列出最近 {len(self._rows)} 条。" if more else f"共 {len(self._rows)} 条。"
        self.note.setText(said if self._rows else "没有这样的记录。")

    def _exported(self, made: tuple[int, Path]) -> None:
        rows, target = made
        self.context.shell.done(f"已导出 {rows} 条到“{target.name}”", undo=False)
        self._fetch()

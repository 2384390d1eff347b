"""台账模板: which ledgers there are, made anew from a table or from nothing, changed, put in, taken out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.proposals import Proposal, blank
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE

from ... import theme
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.file_kinds import OPEN_TABLES, TABLE_SUFFIXES, open_filter, save_filter
from ...widgets.flow import FlowLayout
from ...widgets.labels import button, label
from ...widgets.search_field import search_field
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

if TYPE_CHECKING:
    from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
    from dangjian_desktop.domain.ledgers.own_templates import TemplateFault
    from dangjian_desktop.services.ledgers.own_templates import TemplateChange

_OPEN, _SAVE = open_filter("台账模板", (".json",)), save_filter("台账模板", ".json")


_HEADS = ("台账", "来源", "列", "状态", "用途")


class TemplatesPane(Pane):
    """The list of ledgers; a table that is dropped here becomes a new one."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        self._found: list[tuple[LedgerTemplate, bool, int]] = []
        self.setAcceptDrops(context.office.actor.may(WRITE, TEMPLATES))
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        box.addWidget(self._bar())
        row = QHBoxLayout()
        self.search = search_field("找台账")
        self.search.setMaximumWidth(px(248))
        self.search.textChanged.connect(lambda _text: self._fill())
        row.addWidget(self.search)
        row.addWidget(label("把正在用的 Excel 表拖到这里，也能建成台账：列、类型、选项照表里的提出来。", "soft"), 1)
        box.addLayout(row)
        self.fault = label("", "error", wrap=True)
        self.fault.setHidden(True)
        box.addWidget(self.fault)
        self.table = plain_table("台账模板", _HEADS, (180, 84, 42, 170, 200), wide=(0, 4))
        self.table.itemSelectionChanged.connect(self._show_buttons)
        self.table.itemDoubleClicked.connect(lambda _item: self.edit.click())
        box.addWidget(self.table, 1)
        offer_on_rows(self.table, [self.edit, self.show_entries, self.out, self.back])

    def _bar(self) -> QWidget:
        bar, actor = QWidget(), self.context.office.actor
        flow = FlowLayout(bar, theme.current().px(8))
        self.from_table = button("用现有的表建…", self._choose_table, role="primary")
        self.from_nothing = button("从空白建…", lambda: self.draft(blank()))
        self.edit = button("改这本…", self._edit)
        self.show_entries = button("打开台账", self._open)
        self.put_in = button("放入模板文件…", self._put_in)
        self.out = button("取出成文件…", self._take_out)
        self.back = button("恢复成自带的", self._as_shipped)
        for made in (self.from_table, self.from_nothing, self.edit, self.put_in, self.back):
            allowed(made, actor, WRITE, TEMPLATES)
        for made in (
            self.from_table,
            self.from_nothing,
            self.edit,
            self.show_entries,
            self.put_in,
            self.out,
            self.back,
        ):
            flow.addWidget(made)
        return bar

    def enter(self) -> None:
        """Fetch the ledgers and what is wrong with any."""
        from dangjian_desktop.services.ledgers import drafting

        self._token += 1
        token, office = self._token, self.context.office
        self.context.runner.fetch(
            lambda: (drafting.listed(office), drafting.faults(office)),
            lambda found: self._show(token, *found),
            owner=self,
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one table file."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Propose a ledger from the dropped table."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.read(path)

    def read(self, path: Path) -> None:
        """Propose a ledger from a table."""
        from dangjian_desktop.services.ledgers import drafting

        self._fetch(lambda: drafting.from_table(path), self.draft)

    def draft(self, found: Proposal) -> None:
        """Ask about a proposed ledger and open it when it was made."""
        from .template_dialog import TemplateDialog

        self._ran(TemplateDialog(self.context, found), "已建立")

    # Inside

    def _ran(self, dialog: Any, done: str) -> None:
        if self.context.dialogs.run(dialog) and dialog.put is not None:
            self._said(dialog.put, done)
        dialog.deleteLater()

    def _said(self, change: TemplateChange, done: str) -> None:
        key, title = change.template.key, change.template.title
        self.context.shell.done(f"{done}台账“{title}”")
        if change.status == "new":
            self.context.shell.open_page("ledgers", {"template": key})
        self.enter()

    def _fetch(self, work: Callable[[], Any], done: Callable[[Any], object], *, writes: bool = False) -> None:
        failed = self.context.dialogs.error
        self.context.runner.fetch(work, done, failed=failed, owner=self, writes=writes)

    def _show(self, token: int, found: list[tuple[LedgerTemplate, bool, int]], faults: list[TemplateFault]) -> None:
        if token != self._token:
            return
        self._found = found
        told = [f"▲ {each.key}（{each.file}）：{each.message}，条目照原样显示，不能改。" for each in faults]
        self.fault.setText("\n".join(told))
        self.fault.setHidden(not told)
        self._fill()

    def _fill(self) -> None:
        word = self.search.text().strip()
        shown = [each for each in self._found if word in each[0].title + each[0].notes]
        fill(
            self.table,
            [
                [
                    found.title,
                    "模板不能用" if found.fault else "本街道的" if own else "自带的",
                    str(columns),
                    "、".join(state.label for state in found.states),
                    found.notes.partition("。")[0],
                ]
                for found, own, columns in shown
            ],
            [found.key for found, _own, _columns in shown],
        )
        self._show_buttons()

    def _chosen(self) -> tuple[LedgerTemplate, bool] | None:
        keys = chosen(self.table)
        return next(((found, own) for found, own, _ in self._found if [found.key] == keys), None)

    def _show_buttons(self) -> None:
        one, may = self._chosen(), self.context.office.actor.may(WRITE, TEMPLATES)
        self.edit.setEnabled(may and one is not None and not one[0].fault)
        self.back.setEnabled(may and one is not None and one[1] and not one[0].key.startswith("own_"))
        self.show_entries.setEnabled(one is not None)
        self.out.setEnabled(one is not None)

    def _choose_table(self) -> None:
        path = self.context.dialogs.open_file("选择正在用的表", OPEN_TABLES)
        if path is not None:
            self.read(path)

    def _edit(self) -> None:
        from dangjian_desktop.services.ledgers import drafting

        from .template_dialog import TemplateDialog

        one, office = self._chosen(), self.context.office
        if one is None:
            return

        def ask(data: dict[str, Any]) -> None:
            dialog = TemplateDialog(self.context, Proposal(one[0].title, []))
            dialog.change(one[0], data)
            self._ran(dialog, "已改")

        self._fetch(lambda: drafting.data_of(office, one[0].key), ask)

    def _open(self) -> None:
        one = self._chosen()
        if one is not None:
            self.context.shell.open_page("ledgers", {"template": one[0].key})

    def _put_in(self) -> None:
        from dangjian_desktop.services.ledgers import own_templates

        from .template_dialog import what_happens

        path, office = self.context.dialogs.open_file("选择台账模板", _OPEN), self.context.office
        if path is None:
            return

        def ask(change: TemplateChange) -> None:
            told = what_happens(change) or f"{len(change.template.columns)}列，{len(change.template.states)}个状态。"
            if self.context.dialogs.confirm(f"放入台账“{change.template.title}”？", told, yes="放入"):
                done: Callable[[Any], object] = lambda _none: self._said(change, "已放入")  # noqa: E731
                self._fetch(lambda: own_templates.put(office, change), done, writes=True)

        self._fetch(lambda: own_templates.look(office, path), ask)

    def _take_out(self) -> None:
        from dangjian_desktop.services.ledgers import own_templates

        one, office = self._chosen(), self.context.office
        path = self.context.dialogs.save_file("模板存到", f"{one[0].title}.json", _SAVE) if one else None
        if one is not None and path is not None:
            said = f"已取出“{one[0].title}”的模板"
            done: Callable[[Any], object] = lambda _found: self.context.shell.done(said, undo=False)  # noqa: E731
            self._fetch(lambda: own_templates.take_out(office, one[0].key, path), done)

    def _as_shipped(self) -> None:
        from dangjian_desktop.services.ledgers import drafting

        one, office = self._chosen(), self.context.office
        if one is None or not self.context.dialogs.confirm(
            f"“{one[0].title}”恢复成自带的模板？", "条目都在；自己加的列不再显示，内容留着。可以撤销。", yes="恢复"
        ):
            return
        done: Callable[[Any], object] = lambda _none: self.context.shell.done("已恢复成自带的模板")  # noqa: E731
        self._fetch(lambda: drafting.as_shipped(office, one[0].key), done, writes=True)


def _dropped(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in TABLE_SUFFIXES else None

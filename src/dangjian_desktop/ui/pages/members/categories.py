"""党员分类 of one member: which hold, which are over, from when to when and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.records import categories
from dangjian_desktop.services.records.categories import HeldCategory
from dangjian_desktop.services.records.records import Saved

from ... import theme
from ...records.form_dialog import FormDialog, ask_form
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.editors import SuggestEditor
from ...widgets.labels import button, label

_CATEGORY = FieldSpec("category", "分类", FieldType.CODE, codes="category", required=True)
_FROM = FieldSpec("from_on", "开始日期", FieldType.DATE, rule="记得年月就填年月，只记得年份就填年份。")
_TO = FieldSpec("to_on", "结束日期", FieldType.DATE, rule="还没有结束的不填。")
_ENDED = FieldSpec("to_on", "结束日期", FieldType.DATE, required=True, rule="从这一天起不再算这一分类。")
_REASON = FieldSpec("reason", "原因", codes="category_reason", rule="可从列表里选，也可自己写。")


class CategoriesPane(QWidget):
    """The list with its buttons; the page calls `load` when the tab comes to the front."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.member = context, ""
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(10), px(16), px(8))
        box.setSpacing(px(8))
        self.summary = label("", "soft", wrap=True)
        box.addWidget(self.summary)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setAccessibleName("党员分类")
        # A low window must not grow for a list that scrolls.
        self.list.setMinimumHeight(px(40))
        box.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self._may = context.office.actor.may(WRITE, "member")
        self.new = button("新增分类", self.add, icon_name="plus")
        self.change = button("修改…", self.edit)
        self.finish = button("结束…", self.end)
        self.drop = button("删除", self.remove, tip="只用于登记错了的；不再是这一分类，请用“结束”。")
        for made in (self.new, self.change, self.finish, self.drop):
            row.addWidget(allowed(made, context.office.actor, WRITE, "member"))
        row.addStretch(1)
        box.addLayout(row)
        self.list.itemSelectionChanged.connect(self._show_buttons)
        self.list.itemActivated.connect(lambda _item: self.edit())
        self._show_buttons()

    def load(self, member: str) -> None:
        """Fetch the classifications of one member."""
        self.member = member
        office = self.context.office
        self.context.runner.fetch(lambda: categories.listed(office, member), self._fill, owner=self)

    def add(self) -> None:
        """Ask for a new classification."""
        question = FormDialog(
            self.context,
            "新增党员分类",
            (_CATEGORY, _FROM, _TO, _REASON),
            values={"from_on": self.context.office.today().isoformat()},
            detail="一名党员可以同时有几个分类。",
        )
        _suggest_for(question)
        answer = ask_form(self.context, question)
        if answer:
            office, member = self.context.office, self.member
            told = (answer.get("from_on"), answer.get("to_on"), answer.get("reason", ""))
            self._write(
                lambda: categories.begin(
                    office, member, answer["category"], since=told[0], until=told[1], reason=told[2]
                )
            )

    def edit(self) -> None:
        """Correct the days or the reason of the chosen classification."""
        held = self._chosen()
        if held is None or not self._may:
            return
        values = {"from_on": held.from_on, "to_on": held.to_on, "reason": held.reason}
        question = FormDialog(
            self.context, f"修改分类：{held.name}", (_FROM, _TO, _REASON), values=values, accept="保存"
        )
        _suggest_for(question, held.category)
        accepted, moved = self.context.dialogs.run(question), question.form.changes()
        question.deleteLater()
        if accepted and moved:
            office, member = self.context.office, self.member
            self._write(lambda: categories.change(office, member, held.key, moved))

    def end(self) -> None:
        """Ask from which day the chosen classification is over, and why."""
        held = self._chosen()
        if held is None or held.to_on or not self._may:
            return
        question = FormDialog(
            self.context,
            f"结束分类：{held.name}",
            (_ENDED, _REASON),
            values={"to_on": self.context.office.today().isoformat(), "reason": held.reason},
            detail="以前的统计和报表不变；这一条会留下，写着起止日期。",
            accept="结束",
        )
        _suggest_for(question, held.category)
        answer = ask_form(self.context, question)
        if answer:
            office, member = self.context.office, self.member
            self._write(lambda: categories.change(office, member, held.key, {"reason": None} | answer))

    def remove(self) -> None:
        """Take out a classification that was recorded by mistake, after asking."""
        held = self._chosen()
        if held is None or not self._may:
            return
        detail = "只用于登记错了的：删除后，以前的统计里也不再有它。不再是这一分类，请用“结束”。删除后可以撤销。"
        if self.context.dialogs.confirm(f"删除分类“{held.name}”？", detail, yes="删除", danger=True):
            office, member = self.context.office, self.member
            self._write(lambda: categories.remove(office, member, held.key))

    def _write(self, work: Callable[[], Saved]) -> None:
        self.context.runner.fetch(work, self._written, failed=self.context.dialogs.error, owner=self, writes=True)

    def _written(self, saved: Saved) -> None:
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        if saved.id == self.member:
            self.load(self.member)

    def _fill(self, found: list[HeldCategory]) -> None:
        chosen = self._chosen()
        self.list.clear()
        now = [held.name for held in found if not held.to_on]
        told = f"现在：{'、'.join(now)}。" if now else "现在没有分类。"
        self.summary.setText(told if found else "还没有分类。困难党员、流动党员、离退休党员等在这里登记。")
        faint = theme.current().colour("ink_soft")
        for held in found:
            item = QListWidgetItem(_words(held))
            item.setData(Qt.ItemDataRole.UserRole, held)
            if held.to_on:
                item.setForeground(faint)
            self.list.addItem(item)
            if chosen is not None and held.key == chosen.key:
                self.list.setCurrentItem(item)
        if found and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._show_buttons()

    def _chosen(self) -> HeldCategory | None:
        items = self.list.selectedItems()
        found: HeldCategory | None = items[0].data(Qt.ItemDataRole.UserRole) if items else None
        return found

    def _show_buttons(self) -> None:
        held = self._chosen()
        for made in (self.change, self.drop):
            made.setEnabled(self._may and held is not None)
        self.finish.setEnabled(self._may and held is not None and not held.to_on)


def _words(held: HeldCategory) -> str:
    begun = f"{held.from_on} 起" if held.from_on else "开始日期未填"
    ended = f"，{held.to_on} 结束" if held.to_on else ""
    reason = f"\n原因：{held.reason}" if held.reason else ""
    return f"{held.name}\n{begun}{ended}{reason}"


def _suggest_for(question: FormDialog, category: str = "") -> None:
    """Offer the reasons usual for one classification; for a new one, as soon as it is chosen."""
    editor: Any = question.form.fields["reason"].editor
    assert isinstance(editor, SuggestEditor)
    every = list(editor.offered())

    def narrow(code: str) -> None:
        editor.suggest([choice for choice in every if choice.value.startswith(f"{code}.")])

    if category:
        narrow(category)
        return

    def follow(field: str) -> None:
        if field == "category":
            narrow(str(question.form.fields["category"].editor.value()))

    question.form.changed.connect(follow)

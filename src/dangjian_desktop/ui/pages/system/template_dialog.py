"""A ledger made or changed in one dialog: what is wrong is said there, what it does to entries before it is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from dangjian_desktop.domain.ledgers.columns import choices
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.proposals import Proposal, ProposedColumn, due_of, template_of
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.ledgers import drafting, own_templates

from ... import theme
from ...shell.context import PageContext
from ...widgets.dialogs import three_lines
from ...widgets.labels import button, label
from .template_columns import TemplateColumns

if TYPE_CHECKING:
    from dangjian_desktop.services.ledgers.own_templates import TemplateChange

_TALLEST = 690
"""Pixels: what an old screen of 768 lines has for a dialog under its title, whatever the size of the type."""

_READERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("能登录的人都能看", ()),
    ("只有管理员、书记、党务干部", ("administrator", "secretary", "clerk")),
    ("只有管理员和党务干部", ("administrator", "clerk")),
)


class TemplateDialog(QDialog):
    """Name, columns, states, deadline, readers; `put` holds what was put into the file after it was accepted."""

    def __init__(self, context: PageContext, found: Proposal) -> None:
        super().__init__(QApplication.activeWindow())
        self.context = context
        self.put: TemplateChange | None = None
        self._data: Mapping[str, Any] | None = None
        px = theme.current().px
        self.setWindowTitle("新的台账")
        self.resize(px(860), min(px(560), _TALLEST))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(14), px(20), px(12))
        box.setSpacing(px(8))
        self.name = QLineEdit(found.title)
        self.name.setPlaceholderText("如：沿街门面巡查台账")
        form = self.form = QFormLayout()
        form.setHorizontalSpacing(px(14))
        form.addRow("名称", self.name)
        box.addLayout(form)
        self.columns = TemplateColumns()
        box.addWidget(self.columns, 1)
        self.states = QLineEdit("、".join(found.states or (("办理中", "已办结") if due_of(found.columns) else ())))
        self.states.setPlaceholderText("不写就只有“在册”；几个用顿号隔开，最后一个是办结")
        self.due, self.readers = QComboBox(), QComboBox()
        for text, roles in _READERS:
            self.readers.addItem(text, list(roles))
        below = self.below = QFormLayout()
        below.setHorizontalSpacing(px(14))
        below.addRow("状态", self.states)
        below.addRow("哪一列是期限", self.due)
        below.addRow("谁能看", self.readers)
        box.addLayout(below)
        self.fault = label("", "error", wrap=True)
        self.fault.setHidden(True)
        box.addWidget(self.fault)
        row = QHBoxLayout()
        row.addWidget(label(_left_out(found), "small", wrap=True), 1)
        row.addWidget(button("取消", self.reject))
        self.make = button("建立这本台账", self._look, role="primary")
        self.make.setDefault(True)
        row.addWidget(self.make)
        box.addLayout(row)
        self.columns.put(found.columns)
        self._offer_dues(found.columns, due_of(found.columns))
        self.name.setFocus()

    def change(self, template: LedgerTemplate, data: Mapping[str, Any]) -> None:
        """Change this ledger: what the dialog does not show of its template stays as it is."""
        self._data = data
        self.setWindowTitle(f"改台账“{template.title}”")
        self.make.setText("看会怎样，再改")
        said = {str(each["name"]): each for each in data["columns"]}
        shown = [ProposedColumn(c.name, c.label, c.type, list(choices(c)), c.required) for c in template.columns]
        self.columns.put(shown, [said.get(column.name) for column in shown])
        self._offer_dues(shown, template.due)
        self.states.setText("、".join(state.label for state in template.states))
        for part in (self.states, self.due, self.readers):
            # Passages, checks and figures hang on them: those are changed in the template's file.
            part.setEnabled(False)
            part.setToolTip("已有的状态、期限和查看范围，请取出模板文件来改。")
        if template.readers:
            self.readers.setCurrentIndex(1 if "secretary" in template.readers else 2)

    def data(self) -> dict[str, Any]:
        """The template as it stands in the dialog."""
        title = self.name.text().strip()
        if self._data is not None:
            return {**self._data, "title": title, "columns": self.columns.data()}
        words = [word.strip() for word in self.states.text().replace("，", "、").split("、")]
        found = Proposal(title, self.columns.columns(), list(dict.fromkeys(filter(None, words))))
        due = self.due.currentData()
        dates = {column.name for column in found.columns if column.type is FieldType.DATE}
        key = drafting.free_key(self.context.office, title)
        return template_of(found, key, due=due if due in dates else None, readers=self.readers.currentData())

    def _offer_dues(self, columns: list[ProposedColumn], due: str | None) -> None:
        self.due.clear()
        self.due.addItem("没有期限", None)
        for column in columns:
            if column.type is FieldType.DATE:
                self.due.addItem(column.label, column.name)
        self.due.setCurrentIndex(max(0, self.due.findData(due)))

    def _look(self) -> None:
        office, data = self.context.office, self.data()
        self.make.setEnabled(False)
        self.context.runner.fetch(
            lambda: drafting.looked_at(office, data), self._decide, failed=self._refused, owner=self
        )

    def _refused(self, error: Exception) -> None:
        self.make.setEnabled(True)
        happened, _effect, advice = three_lines(error)
        # A line of a text that nobody sees here helps nobody.
        self.fault.setText(re.sub("（第[0-9]+行）", "", f"× {happened}{advice}"))
        self.fault.setHidden(False)
        rows = [at for at, column in enumerate(self.columns.columns()) if f"“{column.label}”" in happened]
        named = [at for at, column in enumerate(self.columns.columns()) if _word(happened) in column.label]
        if _word(happened) and _word(happened) in self.name.text():
            self.name.setFocus()
        elif rows or named:
            self.columns.mark((rows or named)[0])

    def _decide(self, change: TemplateChange) -> None:
        self.make.setEnabled(True)
        told = what_happens(change)
        if told and not self.context.dialogs.confirm(f"改“{change.template.title}”？", told, yes="就这样改"):
            return
        office = self.context.office

        def done(_none: None) -> None:
            self.put = change
            self.accept()

        self.context.runner.fetch(
            lambda: own_templates.put(office, change), done, failed=self._refused, owner=self, writes=True
        )


def what_happens(change: TemplateChange) -> str:
    """What a template does to the entries that are there, in words; nothing where there are none."""
    if change.status == "new" or not change.entries:
        return ""
    told = [f"这本台账有{change.entries}条。"]
    if change.hidden_columns:
        told.append(f"不再显示{len(change.hidden_columns)}列，填过的内容留着，列加回来就又看得见。")
    told += [f"{each.words()}。" for each in change.retyped]
    if change.lost_states:
        told.append(f"条目正处在的状态没有了：{'、'.join(change.lost_states)}，改不成。")
    if len(told) == 1:
        told.append("已填的内容都照原样。")
    return "".join(told) + "改了可以撤销。"


def _word(happened: str) -> str:
    """The word that a refusal names first after the ledger's own name."""
    parts = happened.split("“")
    return parts[2].partition("”")[0] if len(parts) > 2 else ""


def _left_out(found: Proposal) -> str:
    if not found.left_out:
        return "编号、党组织、状态每本台账都有，不用加。"
    return f"表里的{'、'.join(f'“{head}”' for head in found.left_out)}由编号、党组织、状态代替，没有再加成列。"

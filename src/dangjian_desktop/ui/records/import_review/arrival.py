"""Asked once in the review of a roster: how its new people came, what class they are, and about hidden sheets."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dangjian_desktop.services.imports.importing import ARRIVALS, LEFT_OUT, Answers, ImportPlan

from ... import theme
from ...widgets.labels import button, label
from .each_arrival import EachArrival

_CLASSES = ("正式党员", "预备党员")
EACH = "each"
_HINT = (
    "这几件事对所有新党员一次说清；表里自己写明的，以表里为准。"
    "建账时漏录的从建账日起在册，不算本期增加；本期转入、本期发展的算进本期报表。"
)


class ArrivalPane(QWidget):
    """`answered(Answers, skip_hidden)` when the person wants the sheet read anew, `moved` at each choice."""

    answered = Signal(object, bool)
    moved = Signal()

    def __init__(self, plan: ImportPlan, answers: Answers, skip_hidden: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, 0)
        head = QHBoxLayout()
        head.addWidget(label(_HINT, "soft", wrap=True), 1)
        self.again = button("按选择重新核对", self._tell, role="primary")
        self.again.setEnabled(False)
        head.addWidget(self.again)
        box.addLayout(head)
        self.way, self.since = self._list("怎么来的"), QLineEdit(answers.since or "")
        for key, words in ARRIVALS.items():
            self.way.addItem(words, key)
        if plan.late > 1:
            self.way.addItem("逐个选", EACH)
        self.way.setCurrentIndex(max(self.way.findData(EACH if answers.each else answers.arrived), 0))
        self.way.currentIndexChanged.connect(lambda _place: self._show_ways())
        self.each = EachArrival(plan.late_rows, answers)
        self.each.moved.connect(self._moved)
        self.since.setPlaceholderText("如 2026-09-01，不填就是今天")
        self.since.setFixedWidth(px(240))
        self.since.setAccessibleName("进入支部的日期")
        self.since.textEdited.connect(self._moved)
        self.member_class = self._list("人员类别")
        self.member_class.addItem("暂时不填", None)
        for words in _CLASSES:
            self.member_class.addItem(f"都是{words}", words)
        self.member_class.setCurrentIndex(max(self.member_class.findData(answers.member_class), 0))
        self.hidden = QCheckBox("隐藏的工作表不读")
        self.hidden.setChecked(skip_hidden)
        self.hidden.toggled.connect(self._moved)
        self.form = self._form(plan, answers)
        box.addLayout(self.form)
        box.addWidget(self.each, 1)
        box.addStretch(0)
        self._show_ways()

    @staticmethod
    def wanted(plan: ImportPlan, answers: Answers) -> bool:
        """Whether there is anything to ask about this plan, or was."""
        asked = answers.arrived or answers.each or answers.member_class
        return bool(plan.late or plan.without_class or plan.hidden_sheets or asked)

    def answers(self) -> Answers:
        """What is chosen now."""
        way, member_class = self.way.currentData(), self.member_class.currentData()
        if way == EACH:
            return Answers(member_class=member_class, each=self.each.answers())
        return Answers(str(way), self.since.text().strip() or None, member_class)

    def _show_ways(self) -> None:
        """A line for each person, or one day for all."""
        each = self.way.currentData() == EACH
        self.each.setVisible(each)
        if self.form.indexOf(self.since) >= 0:
            self.form.setRowVisible(self.since, not each and self.way.currentData() != LEFT_OUT)

    def _form(self, plan: ImportPlan, answers: Answers) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.current().px(16))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        asked = (
            (plan.late, f"支部早已建账，表里新出现的 {plan.late} 人怎么来的", self.way),
            (plan.late, "本期转入、本期发展的，哪一天进入支部", self.since),
            (
                plan.without_class or answers.member_class,
                f"没有写人员类别的新党员{f' {plan.without_class} 人' if plan.without_class else ''}",
                self.member_class,
            ),
            (plan.hidden_sheets, f"隐藏的工作表：{'、'.join(plan.hidden_sheets)}", self.hidden),
        )
        for wanted, words, field in asked:
            if wanted:
                form.addRow(label(words), field)
            else:
                field.setParent(self)
                field.hide()
        return form

    def _list(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setFixedWidth(theme.current().px(240))
        box.setAccessibleName(name)
        # A wheel meant for the page must not change a choice.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        box.activated.connect(self._moved)
        return box

    def _moved(self, *_args: object) -> None:
        self.again.setEnabled(True)
        self.moved.emit()

    def _tell(self) -> None:
        self.again.setEnabled(False)
        self.answered.emit(self.answers(), self.hidden.isChecked())

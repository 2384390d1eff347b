"""The import review: first where from, then one screen that says what will happen, then one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import (
    CONFLICT,
    MAKE_UNIT,
    NEW,
    REJECTED,
    STATUS_NAMES,
    UNCHANGED,
    UPDATED,
    ImportPlan,
    ImportResult,
    PlannedRow,
)
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.services.units import organisations

from ....base.progress import Progress
from ... import theme
from ...shell.context import PageContext
from ...widgets.file_kinds import SAVE_WORKBOOK
from ...widgets.labels import button, label, tool
from .arrival import ArrivalPane
from .mapping import MappingPane
from .mending import Cells, MendBox
from .rows import ProblemsPane, RowsPane, Show
from .start import ImportStart
from .unit_choices import Picked, UnitChoicesPane

_CONTROL = Qt.KeyboardModifier.ControlModifier
_ORDER = (NEW, UPDATED, CONFLICT, REJECTED, UNCHANGED)


class ImportReview(QWidget):
    """Imports one kind (`roster`, `organisations`, `posts`, `meetings`, `ledger:KEY`).

    `left` fires when the person goes back or the import is done; `imported(ImportResult)` after a write.
    """

    left = Signal()
    imported = Signal(object)

    def __init__(self, context: PageContext, kind: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.kind, self.words = context, kind, words
        self.plan: ImportPlan | None = None
        self._source: Path | str = ""
        self._decided: dict[str, str] = {}
        self._unit_rows: dict[str, int] = {}
        self._answers, self._skip_hidden = importing.Answers(), False
        self._mended: Cells = {}
        self._mending = False
        self.setObjectName("paper")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(8))
        box.setSpacing(px(8))
        head = QHBoxLayout()
        head.addWidget(tool("chevron-left", "返回", self.left.emit))
        self.title = label(f"导入{words}", "title")
        head.addWidget(self.title)
        self.detail = label("", "soft")
        head.addWidget(self.detail, 1)
        box.addLayout(head)
        self.stack = QStackedWidget()
        box.addWidget(self.stack, 1)
        self.start = ImportStart(context.dialogs, words, people=kind == "roster")
        self.start.chosen.connect(self._choose)
        self.start.sheet_wanted.connect(self._write_sheet)
        self.stack.addWidget(self.start)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.stack.addWidget(self.tabs)
        self._foot = QWidget()
        box.addWidget(self._foot)
        self._build_foot()
        self._foot.hide()
        if kind == "roster":
            office = context.office
            # A new file has no branches yet: then the roster is what makes them.
            context.runner.fetch(
                lambda: len(organisations.whole_tree(office)) == 1, self.start.new_units.setChecked, owner=self.start
            )

    def read(self, source: Path | str, decided: Mapping[str, str] | None = None) -> None:
        """Read a file or a copied block and show what would happen; `decided` says what is done with new units."""
        self._source, self._decided = source, dict(decided or {})
        if not decided:
            self._unit_rows = {}
        context, kind = self.context, self.kind
        scope = context.shell.scope()
        without, meant = self.start.without_number.isChecked(), self._decided
        answers, skip_hidden = self._answers, self._skip_hidden
        mended = {place: dict(cells) for place, cells in self._mended.items()}
        units = self.start.new_units.isChecked() or MAKE_UNIT in meant.values()

        def work(progress: Progress) -> ImportPlan:
            under = scope or organisations.root_id(context.office)
            return importing.prepare(
                context.office,
                kind,
                source,
                scope=scope,
                allow_no_id=without,
                create_orgs_under=under if units else None,
                units_decided=meant,
                skip_hidden=skip_hidden,
                answers=answers,
                mended=mended,
                progress=progress,
            )

        self.setEnabled(False)
        context.runner.start(
            f"读取{self.words}表格",
            work,
            self._show,
            failed=self._unread,
            cancelled=lambda: self.setEnabled(True),
            owner=self,
            writes=False,
        )

    def take_key(self) -> None:
        """What Ctrl+Enter does: import where that is offered now."""
        if self._foot.isVisible() and self.confirm.isEnabled():
            self.apply()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes one step back, Ctrl+Enter imports where no action of the window took it."""
        if event.key() == Qt.Key.Key_Escape:
            if self.stack.currentWidget() is self.start:
                self.left.emit()
            else:
                self._back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & _CONTROL:
            self.take_key()
        else:
            super().keyPressEvent(event)

    def apply(self) -> None:
        """Write the good rows as one operation."""
        plan = self.plan
        if plan is None:
            return
        self.setEnabled(False)
        self.context.runner.start(
            f"导入{self.words}",
            lambda progress: importing.apply(self.context.office, plan, progress),
            self._applied,
            failed=self._failed,
            cancelled=lambda: self.setEnabled(True),
            owner=self,
        )

    def save_rejects(self) -> None:
        """Write the refused rows as the person's own workbook with the reasons."""
        plan = self.plan
        if plan is None:
            return
        stem = plan.source.stem if plan.source else f"粘贴的{self.words}"
        path = self.context.dialogs.save_file("退回的行存到", f"{stem}（退回）.xlsx", SAVE_WORKBOOK)
        if path is None:
            return
        target = path if path.suffix else path.with_name(path.name + ".xlsx")
        self.context.runner.start(
            "保存退回的行",
            lambda _progress: importing.write_rejects(plan, target),
            lambda _none: self.context.shell.done(f"退回的行已存为“{target.name}”，改好后可直接再导入", undo=False),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    # Inside

    def _build_foot(self) -> None:
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(0, 0, 0, 0)
        self.outcome = label("", wrap=True)
        row.addWidget(self.outcome, 1)
        row.addWidget(button("换一个文件", self._back))
        self.rejects = button("保存退回的行…", self.save_rejects, icon_name="export")
        row.addWidget(self.rejects)
        self.confirm = button("确认导入", self.apply, role="primary", tip="确认导入（Ctrl+Enter）")
        row.addWidget(self.confirm)

    def _back(self) -> None:
        self.plan = None
        self._answers, self._skip_hidden = importing.Answers(), False
        self._mended.clear()
        self.detail.setText("")
        self._foot.hide()
        self.stack.setCurrentWidget(self.start)
        self.start.setFocus()

    def _unread(self, error: Exception) -> None:
        self.setEnabled(True)
        self.context.dialogs.error(error)

    def _failed(self, error: Exception) -> None:
        self.setEnabled(True)
        self.context.dialogs.error(error)

    def _show(self, plan: ImportPlan) -> None:
        self.setEnabled(True)
        self.plan = plan
        counts = plan.counts
        self.detail.setText(_where(plan))
        while self.tabs.count():
            gone = self.tabs.widget(0)
            self.tabs.removeTab(0)
            if gone is not None:
                gone.deleteLater()
        spec = importing.fields(self.context.office, self.kind)
        show = _printed(self.context.office, plan, spec.fields)
        for status in _ORDER:
            if counts[status]:
                pane = RowsPane(list(plan.with_status(status)), show, people=self.kind == "roster")
                if status in (REJECTED, CONFLICT) and not plan.returned:
                    pane.put_mending(self._mend_box(plan, spec.fields, show))
                self.tabs.addTab(pane, f"{STATUS_NAMES[status]} {counts[status]}")
        if plan.units:
            self._add_units(plan)
        if ArrivalPane.wanted(plan, self._answers):
            self._add_arrivals(plan)
        if plan.unread:
            self.tabs.addTab(ProblemsPane(plan.unread, lines=True), f"没有看懂的行 {len(plan.unread)}")
        problems = plan.problems
        if problems:
            self.tabs.addTab(ProblemsPane(problems), f"问题 {len(problems)}")
        if not plan.returned:
            self._add_mapping(plan, spec.fields)
        if self._mending:
            self._to_refused()
        self.stack.setCurrentWidget(self.tabs)
        self._show_outcome(counts)
        self._foot.show()
        # The focus left when everything was switched off for the reading.
        self.tabs.tabBar().setFocus()

    def _mend_box(self, plan: ImportPlan, fields: Sequence[FieldSpec], show: Show) -> MendBox:
        box = MendBox(plan, fields, show, self._mended)
        box.moved.connect(lambda: self._pending("退回的行改了，请先点“重新核对”。"))
        box.wanted.connect(self._check_mended)
        return box

    def _check_mended(self) -> None:
        """Read the sheet once more with what was put right: the row and all that hang on it are matched anew."""
        self._mending = True
        self.read(self._source, self._decided)

    def _to_refused(self) -> None:
        """What is still refused stays in sight."""
        self._mending = False
        for place in range(self.tabs.count()):
            if self.tabs.tabText(place).startswith((STATUS_NAMES[REJECTED], STATUS_NAMES[CONFLICT])):
                self.tabs.setCurrentIndex(place)

    def _choose(self, source: Path | str) -> None:
        self._mended.clear()
        self.read(source)

    def _add_units(self, plan: ImportPlan) -> None:
        shell = self.context.shell
        self._unit_rows |= {unit.name: unit.rows for unit in plan.units if unit.rows}
        pane = UnitChoicesPane(plan.units, self._unit_rows, shell.scope_name(), self._pick_unit)
        pane.decided.connect(lambda decided: self.read(self._source, decided))
        pane.moved.connect(lambda: self._pending("党组织的处理办法改了，请先点“按选择重新核对”。"))
        place = self.tabs.addTab(pane, f"新党组织 {len(plan.units)}")
        if not self._decided and any(unit.same for unit in plan.units):
            # What looks like an existing unit is to be seen before it is made a second time.
            self.tabs.setCurrentIndex(place)

    def _add_arrivals(self, plan: ImportPlan) -> None:
        pane = ArrivalPane(plan, self._answers, self._skip_hidden)
        pane.answered.connect(self._answer)
        pane.moved.connect(lambda: self._pending("怎么来的、人员类别改了，请先点“按选择重新核对”。"))
        place = self.tabs.addTab(pane, "要问的事")
        if (plan.late or plan.without_class) and self._answers == importing.Answers():
            self.tabs.setCurrentIndex(place)

    def _answer(self, answers: importing.Answers, skip_hidden: bool) -> None:
        self._answers, self._skip_hidden = answers, skip_hidden
        self.read(self._source, self._decided)

    def _pick_unit(self, name: str) -> Picked | None:
        from ..form_dialog import FormDialog, ask_form

        spec = FieldSpec("unit", "党组织", FieldType.ORGANISATION, required=True)
        question = FormDialog(self.context, f"表里的“{name}”是哪个党组织？", [spec])
        answer = ask_form(self.context, question)
        if not answer:
            return None
        unit = str(answer["unit"])
        return unit, organisations.names(self.context.office).get(unit, unit)

    def _pending(self, said: str) -> None:
        """What was chosen counts only after the sheet was read anew: nothing is imported meanwhile."""
        self.outcome.setText(said)
        self.confirm.setEnabled(False)

    def _add_mapping(self, plan: ImportPlan, fields: Sequence[FieldSpec]) -> None:
        mapping = MappingPane(plan.sheets, fields)
        mapping.changed.connect(self._remap)
        mapping.moved.connect(lambda: self._pending("列对应改了，请先点“按新的对应重新核对”。"))
        self.tabs.addTab(mapping, "列对应")

    def _show_outcome(self, counts: dict[str, int]) -> None:
        parts = [f"{STATUS_NAMES[status]} {counts[status]}" for status in (NEW, UPDATED) if counts[status]]
        refused = counts[REJECTED] + counts[CONFLICT]
        said = f"将{'、'.join(parts)}。" if parts else "没有要写入的内容。"
        if refused:
            said += f"有 {refused} 行不导入，可以就在这里改好再核对，也可以存成表格改好再来。"
        if counts[UNCHANGED]:
            said += f"{counts[UNCHANGED]} 行与现有内容相同。"
        alike = sum(unit.same and unit.chosen == MAKE_UNIT for unit in self.plan.units) if self.plan else 0
        if alike:
            said += f"▲ 有 {alike} 个新党组织可能只是写法不同，请在“新党组织”里核对。"
        if self.plan and self.plan.returned and self.plan.problems:
            said += f"▲ 另有 {len(self.plan.problems)} 处要看，包括书记写的其他情况，见“问题”。"
        self.outcome.setText(said)
        self.rejects.setVisible(bool(refused) and not (self.plan and self.plan.folder))
        self.confirm.setEnabled(bool(parts))

    def _remap(self, mappings: dict[str, dict[str, str | None]]) -> None:
        plan, context = self.plan, self.context
        if plan is None:
            return

        def keep() -> None:
            for sheet, columns in mappings.items():
                importing.remember_mapping(context.office, plan, sheet, columns)

        context.runner.fetch(
            keep,
            lambda _none: self.read(self._source, self._decided),
            failed=self._failed,
            owner=self,
            writes=True,
        )

    def _applied(self, result: ImportResult) -> None:
        self.setEnabled(True)
        if result.change_set is not None:
            shell, made = self.context.shell, result.change_set
            shown = {"tab": "log", "operation": made.operation}
            shell.done(f"已{made.label}", offers=[("看改了什么", lambda: shell.open_page("system", shown))])
        else:
            self.context.shell.done("表里的内容与现有的相同，没有改动", undo=False)
        self.imported.emit(result)
        refused = result.counts[REJECTED] + result.counts[CONFLICT]
        told = len(self.plan.problems) if self.plan and self.plan.returned else 0
        if refused or told:
            # The refused rows, and what a secretary wrote besides, stay in sight until the person leaves.
            self._show_left_over(refused, told)
        else:
            self.left.emit()

    def _show_left_over(self, refused: int, told: int) -> None:
        for place in reversed(range(self.tabs.count())):
            if not self.tabs.tabText(place).startswith((STATUS_NAMES[REJECTED], STATUS_NAMES[CONFLICT], "问题")):
                self.tabs.removeTab(place)
        said = f"其余的行已导入。这 {refused} 行没有导入，可以存成表格改好再来。"
        self.outcome.setText(said if refused else f"已导入。这 {told} 处没有写入，请看过另行办理，看完点左上角返回。")
        if self.plan is not None:
            self.detail.setText(_where(self.plan, done=True))
        self.confirm.setEnabled(False)

    def _write_sheet(self, target: Path) -> None:
        own = self.context.office.templates.get(self.kind.removeprefix("ledger:"))
        self.context.runner.start(
            "生成空表",
            lambda _progress: importing.write_empty_sheet(self.kind, target, own),
            lambda _none: self.context.shell.done(f"空表已存为“{target.name}”", undo=False),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )


def _printed(office: Office, plan: ImportPlan, fields: Sequence[FieldSpec]) -> Show:
    """Prints what a planned row brings, units that are yet to be made included."""
    printer = Printer(office, masked=True)
    printer.add_units({str(unit["id"]): str(unit["name"]) for unit in plan.new_organisations})

    def show(row: PlannedRow) -> list[tuple[str, str]]:
        found = []
        for spec in fields:
            value = row.values.get(spec.name)
            if isinstance(value, (list, tuple)):
                value = "；".join(map(str, value))
            text = printer.text(spec, value)
            if text:
                found.append((spec.label, text))
        return found

    return show


def _where(plan: ImportPlan, *, done: bool = False) -> str:
    name = plan.source.name if plan.source else "粘贴的内容"
    hidden = sum(len(sheet.hidden_rows) for sheet in plan.sheets)
    if plan.returned:
        return f"　{plan.returned}，{len(plan.rows)} 人"
    parts = [f"{name}，{len(plan.sheets)} 张工作表，{len(plan.rows)} 行"]
    parts += [f"其中 {hidden} 行在表里是隐藏的，也读了"] if hidden else []
    made = len(plan.new_organisations)
    parts += [f"{'已' if done else '将'}新建 {made} 个党支部"] if made else []
    return "　" + "；".join(parts)

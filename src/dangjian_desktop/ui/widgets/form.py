"""A form made from field descriptions: label, required mark, editor, the rule's sentence and the error's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .. import theme
from .dialogs import DialogService
from .editors import ChoiceEditor, Editor, MaskedEditor
from .field_editor import make_editor
from .form_groups import FEWEST_LINKS, FieldGroup, JumpBar
from .job import JobRunner
from .labels import label
from .lookups import Lookups
from .pick_editors import PickEditor

DRAFT_EVERY = 2_000  # ms between the last key and the draft
WHOLE_NUMBER = 18  # characters of an ID number that is written out
UNIT = "organisation"
_STAR = "\u2060*"  # joined to the last character, so that it never stands on a line of its own


class FormField(QWidget):
    """One field: its editor with the sentences under it."""

    def __init__(self, spec: FieldSpec, editor: Editor) -> None:
        super().__init__()
        self.spec, self.editor = spec, editor
        self.first: Any = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(2))
        box.addWidget(editor)
        self.rule = label(spec.rule, "small", wrap=True)
        self.rule.setVisible(False)
        self.fault = label("", "error", wrap=True)
        self.fault.setVisible(False)
        box.addWidget(self.rule)
        box.addWidget(self.fault)
        editor.setAccessibleName(spec.label)
        editor.setAccessibleDescription(spec.rule)

    def say(self, text: str, severity: str = "error") -> None:
        """Show a sentence under the field, or none; severity `error`, `warning` or `info`."""
        sign = {"error": "× ", "warning": "▲ "}.get(severity, "")
        self.fault.setText(sign + text if text else "")
        self.fault.setProperty("role", {"error": "error", "warning": "warning"}.get(severity, "small"))
        self.fault.style().unpolish(self.fault)
        self.fault.style().polish(self.fault)
        self.fault.setVisible(bool(text))
        self.editor.mark(severity if text and severity in ("error", "warning") else "")


class RecordForm(QScrollArea):
    """Edits the fields of one record; the page loads it, takes `changes()` and shows findings.

    Signals: `changed(field)`; `save_wanted` (Ctrl+S, or Enter in the last field); `drafted(values)` a
    moment after typing stopped. `reveal(field, reason)` is called in a worker thread and returns the full value.
    With `fold` all groups but the first are folded until somebody wants them.
    """

    changed = Signal(str)
    save_wanted = Signal()
    drafted = Signal(dict)

    def __init__(
        self,
        fields: Sequence[FieldSpec],
        lookups: Lookups,
        runner: JobRunner,
        dialogs: DialogService,
        *,
        reveal: Callable[[str, str], str] | None = None,
        fold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._dialogs, self._reveal, self._fold = runner, dialogs, reveal, fold
        self.fields: dict[str, FormField] = {}
        self.groups: list[FieldGroup] = []
        self._given: dict[str, Any] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._draft_pause = QTimer(self)
        self._draft_pause.setSingleShot(True)
        self._draft_pause.setInterval(DRAFT_EVERY)
        self._draft_pause.timeout.connect(lambda: self.drafted.emit(self.changes()))
        body = QWidget()
        body.setObjectName("paper")
        grid = QGridLayout(body)
        px = theme.current().px
        grid.setContentsMargins(px(16), px(12), px(16), px(16))
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        self._fill(grid, fields, lookups, runner)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(body)
        self._links: JumpBar | None = None
        if len(self.groups) >= FEWEST_LINKS:
            self._links = JumpBar([group.title for group in self.groups if group.folds or not fold], self)
            self._links.wanted.connect(self.go_to_group)

    # What pages call

    def load(
        self, values: Mapping[str, Any], printed: Mapping[str, str] | None = None, *, keep_place: bool = False
    ) -> None:
        """Show a record: raw `values` by field, `printed` for what is shown differently (names, masks).

        It is shown from its top, or where the last was scrolled to (`keep_place`), for the same record again.
        """
        shown = printed or {}
        self._draft_pause.stop()
        for name, field in self.fields.items():
            text = shown.get(name, "")
            field.editor.put(values.get(name) if not isinstance(field.editor, MaskedEditor) else None, text)
            field.first = field.editor.value()
            field.say("")
        self.take_as_given()
        if not keep_place:
            self.fold_again()
            self.verticalScrollBar().setValue(0)

    def values(self) -> dict[str, Any]:
        """All values as they stand: codes and ids where chosen, else typed text; None when empty."""
        return {name: field.editor.value() for name, field in self.fields.items()}

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what was loaded, ready for `records.add` or `records.edit`."""
        return {name: value for name, value in self.values().items() if value != self.fields[name].first}

    def take_as_given(self, names: Iterable[str] | None = None) -> None:
        """What stands here (in some fields) was put by the program: it is written too, but is nobody's typing."""
        values = self.values()
        self._given |= {name: values[name] for name in (self.fields if names is None else names)}

    def is_touched(self) -> bool:
        """Whether a person changed something since the form was loaded or filled by the program."""
        return self.values() != self._given

    def is_changed(self) -> bool:
        """Whether leaving now would lose something."""
        return bool(self.changes())

    def take_as_kept(self) -> None:
        """What stands here now was written: nothing counts as changed any more, and nothing moves."""
        self._draft_pause.stop()
        for field in self.fields.values():
            field.first = field.editor.value()
        self.take_as_given()

    def restore_draft(self, draft: Mapping[str, Any], printed: Mapping[str, str] | None = None) -> None:
        """Put kept values over what was loaded; they count as changed."""
        for name, value in draft.items():
            if name in self.fields:
                self.fields[name].editor.put(value, (printed or {}).get(name, ""))
        self.fold_again()

    def fold_again(self) -> None:
        """Fold the groups that hold nothing a person put there; those that do stand open."""
        values = self.values()
        for group in self.groups:
            filled = sum(values[name] is not None for name in group.names)
            group.tell_filled(filled)
            group.show(wanted=any(values[name] != self.fields[name].first for name in group.names))

    def go_to_group(self, title: str) -> None:
        """Unfold a group, bring it to the top of what is seen and go to its first field."""
        group = next(group for group in self.groups if group.title == title)
        group.show(wanted=True)
        body = self.widget()
        assert body is not None
        body.adjustSize()
        self.verticalScrollBar().setValue(group.head.y() - theme.current().px(8))
        usable = [name for name in group.names if not self.fields[name].editor.isReadOnly()]
        if usable:
            self.fields[usable[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self, name: str, value: object, shown: str = "") -> None:
        """Put a value into one field as if it had been typed; it counts as changed and its complaint is gone."""
        self.fields[name].editor.put(value, shown)
        self.fields[name].say("")

    def check(self) -> bool:
        """Mark what is missing or unreadable and go to the first such field; True when nothing is."""
        faulty = [field for field in self.fields.values() if not self._check(field, required=True)]
        if faulty:
            self.focus_field(faulty[0].spec.name)
        return not faulty

    def show_findings(self, findings: Mapping[str, tuple[str, str]]) -> None:
        """Show sentences by field: `{field: (severity, sentence)}`; fields not named keep theirs clear."""
        for name, field in self.fields.items():
            severity, sentence = findings.get(name, ("", ""))
            field.say(sentence, severity)

    def show_error(self, field: str, sentence: str) -> None:
        """Show why the service refused a field and go there."""
        if field in self.fields:
            self.fields[field].say(sentence)
            self.focus_field(field)

    def focus_field(self, name: str = "") -> None:
        """Go to a field, or to the first one that can be edited."""
        wanted = self.fields.get(name) or next(
            (field for field in self.fields.values() if field.editor.isEnabled()), None
        )
        if wanted is not None:
            self._unfold(wanted.spec.name)
            wanted.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(wanted)

    def set_read_only(self, read_only: bool) -> None:
        """Let everything be read and nothing be changed."""
        for field in self.fields.values():
            field.editor.setReadOnly(read_only or not field.spec.editable)

    # Inside

    def _fill(self, grid: QGridLayout, fields: Sequence[FieldSpec], lookups: Lookups, runner: JobRunner) -> None:
        group: FieldGroup | None = None
        for spec in fields:
            row = grid.rowCount()
            if spec.group and (group is None or spec.group != group.title):
                group = FieldGroup(spec.group, folds=self._fold and bool(self.groups))
                group.head.setContentsMargins(0, theme.current().px(10 if self.fields else 0), 0, 0)
                grid.addWidget(group.head, row, 0, 1, 2)
                self.groups.append(group)
                row += 1
            field = FormField(spec, make_editor(spec, lookups, runner))
            field.editor.setReadOnly(not spec.editable)
            if not spec.editable:
                # Nothing is typed here, so the rule never opens under the field.
                field.editor.setToolTip(spec.rule)
            self.fields[spec.name] = field
            words = self._label(spec)
            grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
            if group is not None:
                group.add(spec.name, words, field)
            self._connect(field)

    def _label(self, spec: FieldSpec) -> QWidget:
        made = label(f"{spec.label}{_STAR}" if spec.required else spec.label, "soft", wrap=True)
        made.setFixedWidth(theme.current().px(98))
        made.setContentsMargins(0, theme.current().px(5), 0, 0)
        made.setToolTip("必填" if spec.required else "")
        return made

    def _connect(self, field: FormField) -> None:
        name = field.spec.name
        field.editor.changed.connect(lambda: self._edited(field))
        field.editor.left.connect(lambda: self._left(field))
        field.editor.entered.connect(lambda: self._next(name))
        if isinstance(field.editor, MaskedEditor):
            field.editor.reveal_wanted.connect(lambda: self._ask_reveal(field))
        if isinstance(field.editor, PickEditor) and name != UNIT:
            field.editor.near = self._unit

    def _unit(self) -> str | None:
        """The unit that the record belongs to as far as it was chosen: its people and groups are looked up first."""
        field = self.fields.get(UNIT)
        if field is None or field.spec.type is not FieldType.ORGANISATION or field.editor.problem():
            return None
        value = field.editor.value()
        return str(value) if value else None

    def _unfold(self, name: str) -> None:
        for group in self.groups:
            if name in group.names and not group.open:
                group.show(wanted=True)

    def _closed(self, name: str) -> bool:
        return any(name in group.names and not group.open for group in self.groups)

    def _edited(self, field: FormField) -> None:
        field.say("")
        field.rule.setVisible(bool(field.spec.rule))
        if field.spec.type is FieldType.ID_NUMBER and len(str(field.editor.value() or "")) >= WHOLE_NUMBER:
            # A whole number can be judged at once: the wrong digit is still under the eye.
            self._check(field, required=False)
        self._draft_pause.start()
        self.changed.emit(field.spec.name)

    def _left(self, field: FormField) -> None:
        field.rule.setVisible(False)
        if field.editor.value() != field.first:
            self._check(field, required=False)

    def _check(self, field: FormField, *, required: bool) -> bool:
        if isinstance(field.editor, ChoiceEditor):
            field.editor.settle()
        sentence = field.editor.problem()
        if not sentence and required and field.spec.required and field.editor.value() is None:
            sentence = f"请填写{field.spec.label}。"
        if sentence:
            field.say(sentence)
        return not sentence

    def _next(self, name: str) -> None:
        usable = (each for each, field in self.fields.items() if not field.editor.isReadOnly())
        names = [each for each in usable if not self._closed(each)]
        place = names.index(name) + 1 if name in names else 0
        if place < len(names):
            self.focus_field(names[place])
        else:
            self.save_wanted.emit()

    def _ask_reveal(self, field: FormField) -> None:
        if self._reveal is None:
            return
        reason = self._dialogs.reason(f"显示{field.spec.label}")
        if not reason:
            return
        reveal, name, editor = self._reveal, field.spec.name, field.editor
        assert isinstance(editor, MaskedEditor)

        def show(full: str) -> None:
            editor.reveal(full)
            field.first = editor.value()

        self._runner.fetch(lambda: reveal(name, reason), show, failed=self._dialogs.error, owner=self, writes=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The links to the groups stay in sight above the fields."""
        if self._links is not None:
            height = self._links.needed(self.width())
            if height != self.viewportMargins().top():
                self.setViewportMargins(0, height, 0, 0)
            self._links.setGeometry(0, 0, self.width(), height)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+S saves when no action of the window took it."""
        if event.matches(QKeySequence.StandardKey.Save):
            self.save_wanted.emit()
        else:
            super().keyPressEvent(event)

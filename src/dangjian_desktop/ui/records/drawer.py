"""The drawer of one record: its form, its history, drafts, and what the rules say about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import REMOVE, WRITE
from dangjian_desktop.services.history import history
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import Saved, ShownRecord

from ...base.errors import UserError
from .. import theme
from ..shell.context import PageContext
from ..widgets.allowed import allowed
from ..widgets.drawer import Drawer
from ..widgets.form import RecordForm
from ..widgets.labels import restyle
from . import drafts
from .following import Following, Told
from .form_dialog import FormDialog, ask_form
from .history_list import HistoryList
from .removing import remove_records

_NAMING = ("name", "person_name", "title", "member")
"""The fields that name a record, the first that the form has."""

SINCE = FieldSpec(
    "since", "从哪天起", FieldType.DATE, required=True, rule="这一天以前的报表仍用原来的内容；更正录入错误时填建账日。"
)


class RecordDrawer(Drawer):
    """Shows, edits and adds one record of a kind; the page connects `saved(id)` and `left`.

    `shown(view)` tells of a record that came in, `started` of an empty form.

    `fields` are the form's, `new_fields` those of a new record where they differ (the first group is asked, the others
    are folded), `fixed` those an edit shows but cannot change (an action does), `details` makes the
    grey line under the title from a record, `follows` tells which fields of a new one follow from which (`Following`).
    """

    saved = Signal(str)
    left = Signal()
    shown = Signal(object)
    started = Signal()

    def __init__(
        self,
        context: PageContext,
        kind: str,
        *,
        fields: Sequence[FieldSpec] | None = None,
        new_fields: Sequence[FieldSpec] | None = None,
        fixed: Sequence[str] = (),
        details: Callable[[ShownRecord], str] = lambda _view: "",
        follows: tuple[Collection[str], Told] | None = None,
    ) -> None:
        super().__init__()
        self.context, self.kind = context, kind
        self._specs = list(fields or [spec for spec in KINDS[kind].fields if spec.editable])
        self._new_specs = new_fields
        self._fixed, self._details = set(fixed), details
        self._follows = follows
        self._following: Following | None = None
        self.record = ""
        self.view: ShownRecord | None = None
        self._form: RecordForm | None = None
        self._new_form: RecordForm | None = None
        self._extra: list[tuple[str, QWidget, Callable[[str], object]]] = []
        self._token = 0
        self._begun: tuple[Mapping[str, Any] | None, Mapping[str, str] | None] = (None, None)
        self._busy = self._focus_wanted = False
        self._build()
        self.closed.connect(self._leave)
        self.drop_draft.clicked.connect(self._drop_draft)

    # What pages call

    def add_tab(self, title: str, body: QWidget, load: Callable[[str], object]) -> None:
        """Add a tab; `load(record id)` is called when it comes to the front and after saving."""
        self._extra.insert(len(self._extra) - 1, (title, body, load))
        self.tabs.insertTab(self.tabs.count() - 1, title)
        self.pages.addWidget(body)

    def show_record(self, record: str) -> None:
        """Fetch a record and show it; an unsaved change of the one before is kept as its draft."""
        self.keep_draft()
        self._token += 1
        token, office, kind = self._token, self.context.office, self.kind
        self.context.runner.fetch(
            lambda: records.get(office, kind, record),
            lambda view: self._take(token, view),
            failed=self._missing,
            owner=self,
        )

    def start_new(self, values: Mapping[str, Any] | None = None, printed: Mapping[str, str] | None = None) -> None:
        """Show an empty form, with some values filled in and a draft restored where there is one."""
        self.keep_draft()
        self._token += 1
        self.record, self.view = "", None
        form = self._make_new_form()
        form.load({}, {})
        form.restore_draft(dict(values or {}), printed)
        if self._following is not None:
            self._following.start()
        form.take_as_given()
        draft = drafts.kept(self.context.shell, self._draft_key())
        if draft is not None:
            form.restore_draft(draft.values, draft.names)
        self._begun = (values, printed)
        self.set_title(f"新增{KINDS[self.kind].label}", f"{draft.words()}。" if draft else "")
        self.drop_draft.setVisible(draft is not None)
        self.tabs.hide()
        self.pages.setCurrentWidget(form)
        self.more.setEnabled(False)
        self.save_button.setEnabled(self._may_write)
        form.focus_field()
        self.started.emit()

    def save(self) -> None:
        """Record what was entered."""
        form = self._current_form()
        if self._busy or form is None or not form.check():
            return
        if self.record:
            self._save_edit(form)
        else:
            self._save_new(form)

    def remove(self) -> None:
        """Put the record into the recycle bin after asking."""
        if self.view is not None:
            remove_records(self.context, self.kind, [self.record], self, title=self.view.title, done=self._removed)

    def show_history(self) -> None:
        """Bring the history to the front."""
        if self.record:
            self.tabs.setCurrentIndex(self.tabs.count() - 1)

    def keep_draft(self, *, leaving: bool = True) -> None:
        """Keep what was typed and not saved; it comes back when the record is opened again. Who leaves is told so."""
        form = self._current_form()
        if form is None or self.isHidden() or self._busy:
            return
        draft = drafts.of_form(form, self._called(form))
        drafts.keep(self.context.shell, self._draft_key(), draft)
        if draft is not None and leaving:
            drafts.tell_kept(self.context.shell, draft.called)

    def _called(self, form: RecordForm) -> str:
        """What the record in the form is called, as far as it has a name yet."""
        label = KINDS[self.kind].label
        if self.view is not None and self.record:
            return f"{label}“{self.view.title}”"
        field = next((form.fields[name] for name in _NAMING if name in form.fields), None)
        text = str(field.editor.value() or "") if field is not None else ""
        return f"新增的{label}" + (f"“{text}”" if text else "")

    def _drop_draft(self) -> None:
        """Begin again from what is kept of the record."""
        drafts.keep(self.context.shell, self._draft_key(), None)
        form = self._current_form()
        if form is not None:
            form.take_as_given()
            form.take_as_kept()
        if self.record:
            self.show_record(self.record)
        else:
            self.start_new(*self._begun)

    def refresh(self) -> None:
        """Fetch the shown record again unless something typed would be lost."""
        form = self._current_form()
        if self.record and form is not None and not form.is_changed():
            self.show_record(self.record)

    # Building

    def _build(self) -> None:
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("资料")
        top = QHBoxLayout()
        top.setContentsMargins(theme.current().px(16), 0, theme.current().px(16), 0)
        top.addWidget(self.tabs)
        top.addStretch(1)
        box.addLayout(top)
        self.pages = QStackedWidget()
        box.addWidget(self.pages, 1)
        self.set_body(body)
        self.past = HistoryList()
        self._extra.append(("修改记录", self.past, self._load_history))
        self.tabs.addTab("修改记录")
        self.pages.addWidget(self.past)
        self.tabs.currentChanged.connect(self._tab)
        self.more = self.add_button("更多", None)
        restyle(self.more, "menu", "true")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.menu.addAction("修改记录").triggered.connect(self.show_history)
        bin_it = self.menu.addAction("移到回收站")
        bin_it.triggered.connect(self.remove)
        bin_it.setEnabled(self.context.office.actor.may(REMOVE, self.kind))
        self.save_button = self.add_button("保存", self.save, role="primary")
        self._may_write = self.context.office.actor.may(WRITE, self.kind)
        allowed(self.save_button, self.context.office.actor, WRITE, self.kind)

    def _make_form(self, specs: Sequence[FieldSpec], *, edit: bool, fold: bool = False) -> RecordForm:
        office, kind = self.context.office, self.kind
        form = RecordForm(
            specs,
            self.context.lookups,
            self.context.runner,
            self.context.dialogs,
            reveal=(lambda name, reason: records.reveal(office, kind, self.record, name, reason)) if edit else None,
            fold=fold,
        )
        form.save_wanted.connect(self.save)
        form.drafted.connect(lambda _values: self.keep_draft(leaving=False))
        form.set_read_only(not self._may_write)
        self.pages.addWidget(form)
        return form

    def _make_new_form(self) -> RecordForm:
        if self._new_form is None:
            # What an import asks in its review is required of one that is typed in.
            asked = [spec for spec in self._new_specs or self._specs if spec.editable]
            specs = [replace(spec, required=spec.required or spec.asked) for spec in asked]
            self._new_form = self._make_form(specs, edit=False, fold=self._new_specs is not None)
            if self._follows is not None:
                self._following = Following(self._new_form, *self._follows)
        return self._new_form

    def _make_edit_form(self) -> RecordForm:
        if self._form is None:
            fixed = self._fixed
            specs = [
                replace(spec, editable=False, required=False) if spec.name in fixed else spec for spec in self._specs
            ]
            self._form = self._make_form(specs, edit=True)
        return self._form

    def _current_form(self) -> RecordForm | None:
        return self._form if self.record else self._new_form

    def _draft_key(self) -> str:
        return f"draft.{self.kind}.{self.record or 'new'}"

    # Showing

    def _take(self, token: int, view: ShownRecord) -> None:
        if token != self._token:
            return
        again = self.record == view.id
        self.record, self.view = view.id, view
        form = self._make_edit_form()
        form.load(view.values, view.printed, keep_place=again)
        draft = drafts.kept(self.context.shell, self._draft_key())
        if draft is not None:
            form.restore_draft(draft.values, draft.names)
        self.drop_draft.setVisible(draft is not None)
        form.show_findings(_by_field(view))
        self.set_title(view.title, self._detail_line(view, draft))
        self.tabs.show()
        self.more.setEnabled(True)
        self._tab(self.tabs.currentIndex())
        if self._focus_wanted:
            # Whoever saved from a field goes on typing: the form of the new record takes the place of the empty one.
            self._focus_wanted = False
            form.focus_field()
        self.leave_cross()
        self.shown.emit(view)

    def _detail_line(self, view: ShownRecord, draft: drafts.Draft | None) -> str:
        parts = [self._details(view)]
        parts += ["在回收站里。"] if view.binned else []
        parts += [finding.message for finding in view.findings if not finding.field]
        parts += [f"{draft.words()}。"] if draft else []
        return "　".join(part for part in parts if part)

    def _tab(self, place: int) -> None:
        if not self.record:
            return
        self.save_button.setEnabled(place == 0 and self._may_write)
        if place == 0:
            self.pages.setCurrentWidget(self._make_edit_form())
        elif 0 < place <= len(self._extra):
            _title, body, load = self._extra[place - 1]
            if self._make_edit_form().isAncestorOf(QApplication.focusWidget() or self.tabs):
                self.tabs.setFocus()
            self.pages.setCurrentWidget(body)
            load(self.record)

    def _load_history(self, record: str) -> None:
        office, kind = self.context.office, self.kind
        self.context.runner.fetch(lambda: history.history(office, kind, record), self.past.fill, owner=self)

    # Writing

    def _save_edit(self, form: RecordForm) -> None:
        changes = {name: value for name, value in form.changes().items() if name not in self._fixed}
        if not changes:
            self.context.shell.done("没有改动，不用保存。", undo=False)
            return
        since = None
        dated = [s.label for s in self._specs if s.dated and s.name in changes and (self._before(s.name))]
        if dated:
            question = FormDialog(
                self.context,
                f"“{'、'.join(dated)}”从哪天起改变？",
                [SINCE],
                values={"since": self.context.office.today().isoformat()},
                accept="保存",
            )
            answer = ask_form(self.context, question)
            if answer is None:
                return
            since = str(answer["since"])
        office, kind, record = self.context.office, self.kind, self.record
        self._write(lambda: records.edit(office, kind, record, changes, since=since))

    def _before(self, name: str) -> Any:
        return self.view.values.get(name) if self.view else None

    def _save_new(self, form: RecordForm) -> None:
        values = {name: value for name, value in form.values().items() if value is not None}
        office, kind = self.context.office, self.kind
        self._write(lambda: records.add(office, kind, values))

    def _write(self, work: Callable[[], Saved]) -> None:
        # Not disabled: a button that is, under the pointer, hands the focus to whatever comes next (放照片).
        self._busy = True
        self.context.runner.fetch(work, self._saved, failed=self._refused, owner=self, writes=True)

    def _saved(self, saved: Saved) -> None:
        self._busy = False
        at = QApplication.focusWidget()
        self._focus_wanted = self._new_form is not None and at is not None and self._new_form.isAncestorOf(at)
        self.context.shell.remember(self._draft_key(), None)
        for form in (self._form, self._new_form):
            if form is not None:
                form.load({}, {}, keep_place=form is self._form)
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        self.record = saved.id
        self.show_record(saved.id)
        self.saved.emit(saved.id)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        form = self._current_form()
        if isinstance(error, UserError) and form is not None:
            named = next((s for s in self._specs if f"“{s.label}”" in error.message), None)
            if named is not None:
                form.show_error(named.name, error.message)
                return
        self.context.dialogs.error(error)

    def _removed(self, saved: Saved) -> None:
        self.context.shell.remember(self._draft_key(), None)
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        self.record, self.view = "", None
        self.left.emit()

    def _missing(self, error: Exception) -> None:
        self.context.dialogs.error(error)
        self.left.emit()

    def _leave(self) -> None:
        self.keep_draft()
        self.left.emit()


def _by_field(view: ShownRecord) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for finding in view.findings:
        if finding.field:
            text = finding.message + (f"（{finding.article}）" if finding.article else "")
            found.setdefault(finding.field, (finding.severity, text))
    originals = view.values.get("originals")
    for name, text in (originals or {}).items() if isinstance(originals, Mapping) else ():
        if not name.startswith("_"):
            found.setdefault(name, ("info", f"原文：{text}"))
    return found
